"""What the documents promise: their commands, permissions, settings and links are those of the code."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import discord
import pytest

import bot
from bot.__main__ import _parser
from bot.config import KEYS, SECTIONS, TOKEN_VARIABLE, URL_VARIABLE
from bot.domain.communities import Community
from bot.domain.roles import TO_GIVE_ROLES
from bot.domain.setup import NEEDED, needed_on_server
from bot.i18n import _, words
from bot.rendering.sessions import ANSWERS
from bot.rendering.settings import PERMISSIONS
from bot.rendering.start_here import start_here
from data.communities import DEFAULTS
from tests.test_i18n import cog_classes, payloads

ROOT = Path(__file__).parents[1]
# The code may be an installed wheel's; then it does not lie beside the documents.
CODE = Path(bot.__path__[0]).parent
ENGLISH, JAPANESE = ROOT / "README.md", ROOT / "README.ja.md"
READMES = (ENGLISH, JAPANESE)
DOCUMENTS = (
    *READMES,
    *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *ROOT.glob("docs/*.md"),
)
TOUR = "pip install uv && uv run --extra demo benkyokai demo --tour"
TESTS = "pip install uv && uv run --all-extras pytest"


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def blocks(document: Path, language: str) -> list[str]:
    """The contents of the fenced blocks in this language, without indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text_of(document), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def prose(document: Path) -> str:
    """The text without fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text_of(document), flags=re.MULTILINE | re.DOTALL)


def code_spans(document: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(document))


def headings(document: Path) -> list[tuple[int, str]]:
    """Level and text of each heading."""
    return [(len(marks), text) for marks, text in re.findall(r"^(#+) (.+)$", prose(document), re.MULTILINE)]


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


each_readme = pytest.mark.parametrize("readme", READMES, ids=named)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


def test_the_two_readmes_have_the_same_sections() -> None:
    english, japanese = ([level for level, _text in headings(readme)] for readme in READMES)
    assert english == japanese
    assert len(english) > 8


def test_the_two_readmes_have_the_same_commands_links_and_tables() -> None:
    assert blocks(ENGLISH, "sh") == blocks(JAPANESE, "sh")
    assert blocks(ENGLISH, "text") == blocks(JAPANESE, "text")
    shell = " ".join(blocks(ENGLISH, "sh"))
    assert TOKEN_VARIABLE in shell
    english, japanese = (
        # Each leads to its own headings.
        {re.sub("^#.*", "#", link) for link in links(readme)} - {named(other) for other in READMES}
        for readme in READMES
    )
    assert english == japanese
    english, japanese = (len(re.findall(r"^\|", prose(readme), re.MULTILINE)) for readme in READMES)
    assert english == japanese
    english, japanese = (set(mentioned_commands(readme)) for readme in READMES)
    assert english == japanese


@each_readme
def test_the_two_commands_that_set_everything_up_come_first(readme: Path) -> None:
    assert [block.strip() for block in blocks(readme, "sh")[:2]] == [TOUR, TESTS]


def test_ci_finds_both_commands_in_the_readme() -> None:
    script = text_of(ROOT / ".ci" / "run")
    pattern = re.search(r"grep -E \"\^(.+)\$1\\\$\" README\.md", script)
    assert pattern is not None
    endings = re.findall(r"readme_command '(.+?)'", script)
    lines = text_of(ENGLISH).splitlines()
    found = [[line for line in lines if re.search(f"^{pattern[1]}{ending}$", line)] for ending in endings]
    assert found == [[TOUR], [TESTS]]


# Discord's permissions


LATER = {TO_GIVE_ROLES}
"""What only those grant who use the one feature that needs it."""


def needed_permissions() -> set[str]:
    """Every permission that the setup may ask for, by discord.py's names."""
    on_server = needed_on_server(Community(guild_id=1, **DEFAULTS), to_make_channels=True)
    return {*on_server, *(name for channel in NEEDED.values() for name in channel)} | LATER


def test_the_setup_names_every_permission_that_the_bot_needs_and_no_other() -> None:
    assert set(PERMISSIONS) == needed_permissions()


@each_readme
def test_the_invitation_asks_for_exactly_what_the_setup_checks(readme: Path) -> None:
    asked = set(PERMISSIONS) - LATER
    everything = discord.Permissions(**dict.fromkeys(asked, True)).value
    without_channels = discord.Permissions(**dict.fromkeys(asked - {"manage_channels"}, True)).value
    (address,) = blocks(readme, "text")
    assert address.strip().endswith(f"scope=bot+applications.commands&permissions={everything}")
    assert set(re.findall(r"\b\d{10,}\b", text_of(readme))) == {str(everything), str(without_channels)}


@each_readme
def test_the_table_of_permissions_has_all_of_them_by_discords_names(readme: Path) -> None:
    rows = re.findall(r"^\| ([A-Z][A-Za-z ]+?)(?:\(.+\))? \|", prose(readme), re.MULTILINE)
    assert sorted(rows) == sorted(words("en")(name) for name in PERMISSIONS.values())
    # The sentence above the table says that the last one is not in the number.
    assert {name for name, shown in PERMISSIONS.items() if words("en")(shown) == rows[-1]} == LATER


@pytest.mark.parametrize("name", PERMISSIONS)
def test_the_japanese_documents_and_the_bot_call_a_permission_the_same(name: str) -> None:
    for document in (JAPANESE, ROOT / "docs" / "glossary.md"):
        assert words("ja")(PERMISSIONS[name]) in text_of(document), named(document)


# Slash commands


async def commands() -> dict[str, set[str]]:
    """The bot's commands ("session list") with the names of their options."""
    found: dict[str, set[str]] = {}

    def walk(payload: dict, path: str = "") -> None:
        path = f"{path} {payload['name']}".strip()
        options = payload.get("options", [])
        below = [option for option in options if option["type"] in (1, 2)]
        for option in below:
            walk(option, path)
        if not below:
            found[path] = {option["name"] for option in options}

    for cog in cog_classes():
        for payload in await payloads(cog):
            walk(payload)
    return found


def mentioned_commands(document: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Each "/group create name:..." in the text, with the options it gives."""
    spans = [re.fullmatch(r"/([a-z]+(?: [a-z]+)?)((?: [a-z_]+:.*)?)", span) for span in code_spans(document)]
    return [(span[1], tuple(re.findall(r" ([a-z_]+):", span[2]))) for span in spans if span]


@each_document
async def test_every_command_that_a_document_names_exists(document: Path) -> None:
    existing = await commands()
    for name, options in mentioned_commands(document):
        assert name in existing, f"/{name}"
        assert set(options) <= existing[name], f"/{name}"


@each_readme
async def test_every_command_stands_in_the_readme(readme: Path) -> None:
    assert {name for name, _options in mentioned_commands(readme)} == set(await commands())


@each_document
def test_nothing_in_a_document_looks_like_a_command_without_being_checked(document: Path) -> None:
    # Outside of backticks, a command would escape the checks above.
    outside = re.sub(r"`[^`\n]+`|\]\([^)]*\)|<http[^>]*>", "", prose(document))
    assert re.findall(r"(?<![\w/.:)）\]])/[a-z]+", outside) == []


# The newcomer's path


@pytest.mark.parametrize(("readme", "language"), [(ENGLISH, "en"), (JAPANESE, "ja")])
def test_the_newcomers_minute_names_the_message_and_its_buttons_as_the_bot_does(readme: Path, language: str) -> None:
    w = words(language)
    page = start_here(Community(guild_id=1, **DEFAULTS), w)
    assert page.embed is not None
    shown = [page.embed.title, *(button.label for row in page.rows for button in row)]
    shown += [w(answer) for answer in ANSWERS.values()]
    bold = re.findall(r"\*\*(.+?)\*\*", prose(readme))
    assert [label for label in shown if label not in bold] == []
    assert w(_("Post it in the introductions channel")) in bold


# Settings and the command line


@each_document
def test_every_settings_key_that_a_document_names_exists(document: Path) -> None:
    sections = "|".join(SECTIONS)
    mentioned = {span for span in code_spans(document) if re.fullmatch(rf"(?:{sections})\.[a-z_]+", span)}
    assert mentioned - {"data.upgrade"} <= set(KEYS)


@each_document
def test_every_environment_variable_that_a_document_names_is_read(document: Path) -> None:
    mentioned = {span for span in code_spans(document) if re.fullmatch(r"[A-Z]+(?:_[A-Z]+)+", span)}
    assert mentioned <= {TOKEN_VARIABLE, URL_VARIABLE, "TEST_POSTGRES_URL"}


def subcommands() -> set[str]:
    (action,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return set(action.choices)


def test_every_subcommand_that_a_document_names_exists_and_none_is_left_out() -> None:
    mentioned: set[str] = set()
    for document in DOCUMENTS:
        code = [*code_spans(document), *(re.sub("#.*", "", block) for block in blocks(document, "sh"))]
        mentioned |= {word for text in code for word in re.findall(r"\bbenkyokai ([a-z]+)\b", text)}
    # `docker exec benkyokai benkyokai backup` names the container first.
    assert mentioned - {"benkyokai"} == subcommands()


# Files


def links(document: Path) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose(document)) if not re.match(r"[a-z]+:", link)]


def anchor(heading: str) -> str:
    """A heading's anchor as the usual hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in links(document):
        path, _, fragment = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if target.relative_to(ROOT.resolve()).parts[:1] in (("bot",), ("cogs",), ("data",)):
            target = CODE / target.relative_to(ROOT.resolve())
        assert target.exists(), link
        if fragment:
            assert fragment in {anchor(text) for _level, text in headings(target)}, link


def test_what_the_container_copies_exists() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", text_of(ROOT / "deploy" / "Dockerfile"), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert {"bot", "cogs", "data", "pyproject.toml"} <= names
    for name in names:
        assert (CODE if name in {"bot", "cogs", "data"} else ROOT).joinpath(name).exists(), name


@each_readme
def test_a_readme_says_how_the_program_ends(readme: Path) -> None:
    assert re.findall(r"^\| (\d) \|", prose(readme), re.MULTILINE) == ["0", "1", "2"]
    assert "RestartPreventExitStatus=2\n" in text_of(ROOT / "deploy" / "benkyokai.service")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_document_holds_two_versions_of_itself(document: Path):
    assert not re.findall(r"^(?:<{7}|={7}|>{7})(?: |$)", text_of(document), re.MULTILINE)
