import ast
import importlib
import inspect
import io
import logging
import pkgutil
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from discord import app_commands
from discord.app_commands import Choice, TranslationContext, TranslationContextLocation
from discord.enums import try_enum
from discord.ext import commands

import bot
import cogs
from bot import i18n
from bot.i18n import PSEUDO, CatalogTranslator, Words, _, _n, escaped, pseudo, words

MESSAGES = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "messages")))
# Where the code was imported from, which is not this folder when an installed wheel is tested.
PACKAGES = [Path(bot.__path__[0]), Path(cogs.__path__[0])]
JA = (PACKAGES[0] / "locales" / "ja" / "LC_MESSAGES" / "benkyokai.po").read_text("utf-8")

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalog(text: str) -> Catalog:
    return read_po(io.StringIO(text), locale="ja")


@pytest.fixture
def japanese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Gives the words of a Japanese catalog with these entries, read as the real one is."""

    def make(entries: str) -> Words:
        folder = tmp_path / "locales" / "ja" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "benkyokai.po").write_text(HEADER + entries, "utf-8")
        monkeypatch.setattr(i18n.importlib.resources, "files", lambda _package: tmp_path)
        return Words("ja")

    return make


class TestWords:
    @pytest.mark.parametrize(
        ("locale", "expected"),
        [
            (None, "en"),
            ("", "en"),
            (discord.Locale.american_english, "en"),
            (discord.Locale.french, "en"),
            (discord.Locale.japanese, "ja"),
            ("ja", "ja"),
            ("ja-JP", "ja"),
            (PSEUDO, PSEUDO),
            (try_enum(discord.Locale, PSEUDO), PSEUDO),
        ],
    )
    def test_a_locale_leads_to_the_language_we_speak_or_to_english(self, locale, expected):
        assert words(locale).locale == expected
        assert words(words(locale).locale) is words(locale)

    def test_the_language_of_the_pseudo_locale_is_one_that_babel_knows(self):
        assert words(PSEUDO).language == "en"

    def test_a_text_is_translated_and_filled(self, japanese):
        w = japanese('msgid "Hello {name}"\nmsgstr "{name}さん、こんにちは"\n')
        assert w(_("Hello {name}"), name="花子") == "花子さん、こんにちは"
        assert words("en")(_("Hello {name}"), name="Hanako") == "Hello Hanako"

    def test_what_the_catalog_does_not_have_is_said_in_english(self, japanese):
        assert japanese("")(_("Hello {name}"), name="花子") == "Hello 花子"

    def test_a_number_chooses_singular_or_plural_in_english_and_one_form_in_japanese(self, japanese):
        w = japanese('msgid "{n} person"\nmsgid_plural "{n} people"\nmsgstr[0] "{n}人"\n')
        people = _n("{n} person", "{n} people")
        assert [words("en")(people, n=n) for n in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
        assert [w(people, n=n) for n in (0, 1, 2)] == ["0人", "1人", "2人"]

    def test_a_plural_without_translation_keeps_its_english_plural(self, japanese):
        w = japanese('msgid "{n} person"\nmsgid_plural "{n} people"\nmsgstr[0] ""\n')
        assert w(_n("{n} person", "{n} people"), n=2) == "2 people"

    def test_a_marked_value_is_translated_with_its_sentence(self, japanese):
        w = japanese('msgid "Kind: {kind}"\nmsgstr "種類:{kind}"\n\nmsgid "lecture"\nmsgstr "講義"\n')
        assert w(_("Kind: {kind}"), kind=_("lecture")) == "種類:講義"

    def test_braces_in_a_value_are_left_alone(self):
        assert words("en")(_("Theme: {theme}"), theme="{n} and {0}") == "Theme: {n} and {0}"

    def test_a_translation_with_a_wrong_placeholder_falls_back_to_english(self, japanese, caplog):
        w = japanese('msgid "Hello {name}"\nmsgstr "{namae}さん"\n')
        assert w(_("Hello {name}"), name="花子") == "Hello 花子"
        assert [record.levelno for record in caplog.records] == [logging.ERROR]
        assert "花子" not in caplog.messages[0]

    @pytest.mark.parametrize("text", ["{name} has {n}", "{name} has {n:d} {", "{name} has {n.real.x}"])
    def test_a_text_that_cannot_be_filled_is_shown_as_far_as_possible(self, text, caplog):
        assert words("en")(_(text), name="Hanako").startswith("Hanako has {n")
        assert caplog.records

    def test_a_plural_without_its_number_is_shown_and_logged(self, caplog):
        no_number: dict[str, int] = {}
        assert words("en")(_n("{n} person", "{n} people"), **no_number) == "{n} people"
        assert caplog.records

    @pytest.mark.parametrize(
        ("items", "english", "japanese"),
        [
            ([], "", ""),
            (["a"], "a", "a"),
            (["a", "b"], "a and b", "a、b"),
            (["a", "b", "{c}"], "a, b and {c}", "a、b、{c}"),
        ],
    )
    def test_a_list_reads_as_people_list_things(self, items, english, japanese):
        assert words("en").list(items) == english
        assert words("ja").list(items) == japanese

    def test_importing_the_words_leaves_babel_for_later(self):
        code = "import sys, bot.i18n; sys.exit(any(name.split('.')[0] == 'babel' for name in sys.modules))"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestTranslator:
    async def translate(self, location, text, locale=discord.Locale.japanese):
        context = TranslationContext(location=location, data=None)
        return await CatalogTranslator().translate(_(text), locale, context)

    @pytest.mark.parametrize("location", ["command_description", "parameter_description", "choice_name"])
    async def test_descriptions_and_choices_are_translated_for_japanese_only(self, location):
        location = TranslationContextLocation[location]
        assert await self.translate(location, ", ") == "、"
        assert await self.translate(location, ", ", discord.Locale.american_english) is None
        assert await self.translate(location, ", ", discord.Locale.german) is None

    @pytest.mark.parametrize("location", ["command_name", "group_name", "parameter_name"])
    async def test_names_stay_as_they_are(self, location):
        assert await self.translate(TranslationContextLocation[location], ", ") is None

    async def test_what_no_catalog_has_is_not_given_out_as_a_translation(self):
        location = TranslationContextLocation.command_description
        assert await self.translate(location, "nobody ever wrote this") is None


class TestPseudoLocale:
    def test_letters_change_and_placeholders_stay(self):
        assert pseudo("Hello {name}") == "[!!Ĥéļļö {name}!!]"
        assert words(PSEUDO)(_("Hello {name}"), name="Hanako") == "[!!Ĥéļļö Hanako!!]"

    def test_every_letter_changes(self):
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        changed = pseudo(letters)[3:-3]
        assert len(changed) == len(set(changed)) == 52
        assert not any(letter.isascii() for letter in changed)

    @pytest.mark.parametrize("text", ["", ", ", "{a} – {b:%H}", "{{}}", "<t:{at}:F>", "7:00", "`/session list`"])
    def test_what_has_nothing_to_translate_stays(self, text):
        assert pseudo(text) == text

    def test_plurals_and_lists_are_pseudo_too(self):
        w = words(PSEUDO)
        assert w(_n("{n} person", "{n} people"), n=1) == "[!!1 þéŕšöñ!!]"
        assert w.list(["1", "2", "3"]) == "[!!1, 2 àñð 3!!]"

    def test_a_translated_reply_has_no_escapes(self):
        text = _("Hello {who}, see </session list:1>, `/help me`, https://example.org/a, <t:1:R>, /help, 毎週")
        assert escaped(words(PSEUDO)(text, who="<@1>")) == []
        assert escaped("12:30 – 100% <#2> <@&3> <a:wave:4> ```py\ncode\n```") == []

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Hello [!!ŵöŕļð!!]", ["Hello"]),
            ("[!!ŵöŕļð!!] again", ["again"]),
            (f"{pseudo('Kind')}: lecture", ["lecture"]),
            ("勉強会 [!!ŵöŕļð!!]", ["勉強会"]),
        ],
    )
    def test_a_text_beside_a_translated_one_is_found(self, text, found):
        assert escaped(text) == found

    def test_a_text_that_slipped_into_a_translated_sentence_is_found(self):
        assert escaped(words(PSEUDO)(_("Kind: {kind}"), kind="lecture")) == ["lecture"]
        assert escaped(words(PSEUDO)(_("Kind: {kind}"), kind=_("lecture"))) == []

    def test_a_shortened_translation_is_still_one(self):
        assert escaped(pseudo("A very long sentence")[:12] + "…") == []
        assert escaped(pseudo("A very long sentence")[8:]) == []

    def test_peoples_own_words_are_allowed_whole(self):
        text = words(PSEUDO)(_("{group} meets at {venue}"), group="Tea Room", venue="茶室 Room")
        assert escaped(text, {"Tea Room"}) == ["Room"]
        assert escaped(text, {"Tea Room", "茶室 Room"}) == []
        assert escaped("Tearoom", {"Tea"}) == ["Tearoom"]


class TestMessagesScript:
    @pytest.fixture
    def package(self, tmp_path: Path) -> Path:
        package = tmp_path / "cogs"
        package.mkdir()
        (package / "hello.py").write_text(
            'GREETING = _("Hello "\n"{name}")\n'
            "# Translators: said when nobody comes\n"
            'PEOPLE = _n("{n} person", "{n} people")\n'
            "async def f() -> None:\n"
            '    for _ in w(_("Bye"), n=1): ...\n'
        )
        return package

    def test_marked_texts_are_found_in_order_with_file_and_comment_but_no_line(self, package):
        text, _dropped = MESSAGES.updated("", MESSAGES.extract([package]), "ja")
        assert text.startswith("# Japanese texts of Benkyokai.\n")
        assert '#: cogs/hello.py\nmsgid "Hello {name}"\nmsgstr ""\n' in text
        assert '#. Translators: said when nobody comes\n#: cogs/hello.py\nmsgid "{n} person"\n' in text
        assert 'msgid_plural "{n} people"\nmsgstr[0] ""\n' in text
        assert text.index("Hello") < text.index("person") < text.index("Bye")

    def test_an_update_keeps_what_is_translated_and_tells_what_it_dropped(self, package):
        template = MESSAGES.extract([package])
        before = HEADER + '# a note\nmsgid "Bye"\nmsgstr "またね"\n\nmsgid "Good day"\nmsgstr "やあ"\n'
        text, dropped = MESSAGES.updated(before, template, "ja")
        assert text.startswith(HEADER)
        assert '# a note\n#: cogs/hello.py\nmsgid "Bye"\nmsgstr "またね"\n' in text
        assert "やあ" not in text
        assert dropped == {"Good day": "やあ"}
        assert MESSAGES.updated(text, template, "ja") == (text, {})

    def test_an_update_guesses_nothing(self, package):
        before = HEADER + 'msgid "Hello {nam}"\nmsgstr "やあ"\n'
        text, _dropped = MESSAGES.updated(before, MESSAGES.extract([package]), "ja")
        assert "やあ" not in text
        assert "fuzzy" not in text

    COMPLETE = (
        HEADER + 'msgid "Hello {name}"\nmsgstr "やあ、{name}さん"\n\n'
        'msgid "{n} person"\nmsgid_plural "{n} people"\nmsgstr[0] "{n}人"\n\n'
        'msgid "Bye"\nmsgstr "またね"\n'
    )

    def test_a_complete_catalog_has_no_problems(self, package):
        assert list(MESSAGES.problems(MESSAGES.extract([package]), catalog(self.COMPLETE))) == []

    @pytest.mark.parametrize(
        ("was", "now", "problem"),
        [
            ('msgid "Bye"\nmsgstr "またね"\n', "", "missing: 'Bye'"),
            ('"またね"', '""', "untranslated: 'Bye'"),
            ('"{n}人"', '""', "untranslated: '{n} person'"),
            ('msgid "Bye"', '#, fuzzy\nmsgid "Bye"', "fuzzy: 'Bye'"),
            ('msgid "Bye"', 'msgid "Hey"\nmsgstr "おい"\n\nmsgid "Bye"', "obsolete: 'Hey'"),
            ('msgid "Bye"', '#~ msgid "Hey"\n#~ msgstr "おい"\n\nmsgid "Bye"', "obsolete: 'Hey'"),
            ("{name}さん", "{namae}さん", "placeholders differ: 'Hello {name}', 'やあ、{namae}さん'"),
            ("{name}さん", "{name!r}さん", "placeholders differ: 'Hello {name}', 'やあ、{name!r}さん'"),
            ('"{n}人"', '"人"', "placeholders differ: '{n} person', '人'"),
            ("またね", "またね}", "no format string (Single '}' encountered in format string): 'またね}'"),
        ],
    )
    def test_each_problem_is_named(self, package, was, now, problem):
        assert was in self.COMPLETE
        text = self.COMPLETE.replace(was, now)
        assert list(MESSAGES.problems(MESSAGES.extract([package]), catalog(text))) == [problem]

    def test_a_marker_around_anything_but_a_literal_is_named(self, package):
        assert list(MESSAGES.unreadable([package])) == []
        (package / "hello.py").write_text('_("a" "b")\n_(text)\n_n("a", many)\n_(f"{a}")\n_n("a")\n')
        assert list(MESSAGES.unreadable([package])) == [
            f"cogs/hello.py:{line}: a marker takes literals only" for line in (2, 3, 4, 5)
        ]


# What no Japanese text may contain, and an example. Only what is wrong in every sentence stands here.
STYLE = {
    "half-width katakana": (r"[\uff61-\uff9f]", "ﾒﾝﾊﾞｰ"),
    "full-width digits or Latin letters": (r"[０-９Ａ-Ｚａ-ｚ]", "３人"),
    "a Western comma after Japanese": (r"[ぁ-ヿ一-鿿],", "はい,そうです"),
    "a Western comma before Japanese": (r",\s?[ぁ-ヿ一-鿿]", "{name}, 次の回"),
    "a Western full stop after Japanese": (r"[ぁ-ヿ一-鿿]\.(?!\w)", "です."),
    "a Western question or exclamation mark after Japanese": (r"[ぁ-ヿ一-鿿][?!]", "ですか?"),
    "an ellipsis that is not …": (r"\.\.|。。|・・", "お待ちください..."),
    "a full stop twice or after a comma": (r"[、。]\s?[、。]", "ください。。"),
    "a half-width blank after a full stop or a question mark": (r"[。？！] ", "終了しますか？ 終了すると"),
    "a half-width blank before a parenthesis": (r"[ぁ-ヿ一-鿿」}*] \(", "採用されました (1件)"),
    "plain style among です・ます": (r"である。|のだ。|ではない。", "必要である。"),
    "two spellings of one word": (r"2通り", "2通りに読めます。"),
}


def style_faults(text: str) -> list[str]:
    return [fault for fault, (pattern, _example) in STYLE.items() if re.search(pattern, text)]


class TestJapaneseCatalog:
    def test_it_is_complete_and_its_placeholders_match(self):
        assert list(MESSAGES.problems(MESSAGES.extract(PACKAGES), catalog(JA))) == []

    def test_every_marker_in_the_code_has_literals(self):
        assert list(MESSAGES.unreadable(PACKAGES)) == []

    def test_it_has_one_plural_form(self):
        assert catalog(JA).num_plurals == 1
        assert all(len(MESSAGES.forms(message)) == 1 for message in catalog(JA))

    def test_commands_are_called_by_the_same_names(self):
        command = re.compile(r"(?<![A-Za-z0-9/.:<])/[a-z][a-z_-]*")
        for message in catalog(JA):
            theirs = {name for text in MESSAGES.forms(message) for name in command.findall(text)}
            assert theirs == set(command.findall(MESSAGES.sources(message)[-1])), message.id

    @pytest.mark.parametrize("fault", STYLE)
    def test_the_style_check_sees(self, fault):
        assert fault in style_faults(STYLE[fault][1])

    def test_the_style_check_lets_good_sentences_pass(self):
        assert style_faults("12月3日(水)19:00、「{theme}」です。v1.2、a, b…よろしいですか？") == []

    def test_its_style_is_sound(self):
        texts = [text for message in catalog(JA) if message.id for text in MESSAGES.forms(message)]
        assert {text: style_faults(text) for text in texts if style_faults(text)} == {}


def cog_classes() -> list[type[commands.Cog]]:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(cogs.__path__, "cogs.")]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, commands.Cog) and value.__module__ == module.__name__
    }
    assert bool(found) == bool(modules), "there are modules in cogs/, but no cog was found in them"
    return sorted(found, key=lambda cog: cog.__qualname__)


async def payloads(cog: type[commands.Cog]) -> list[dict]:
    """What Discord is told about a cog's commands."""
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    translator = CatalogTranslator()
    found = [await command.get_translated_payload(tree, translator) for command in cog.__cog_app_commands__]
    if not cog.__cog_is_app_commands_group__:
        return found
    group = app_commands.Group(name=cog.__cog_group_name__, description=cog.__cog_group_description__)
    return [{**await group.get_translated_payload(tree, translator), "options": found}]


def metadata_faults(payload: dict, path: str = "/") -> list[str]:
    """What Discord would refuse or a Japanese reader would see in English, in a command and all below it."""
    path += payload["name"]
    texts = [("description", payload["description"], payload.get("description_localizations", {}).get("ja"))]
    for choice in payload.get("choices", []):
        texts.append((f"choice {choice['name']!r}", choice["name"], choice.get("name_localizations", {}).get("ja")))
    faults = []
    for what, english, japanese in texts:
        for text in (english, japanese):
            if text is not None and not 1 <= len(text) <= 100:
                faults.append(f"{path}: {what} has {len(text)} characters")
        if not re.search(r"\w", english):
            faults.append(f"{path}: {what} says nothing")
        elif japanese is None and re.search(r"[A-Za-z]", english):
            faults.append(f"{path}: {what} is not marked or not translated")
        elif re.search(r"[{}]", f"{english}{japanese}"):
            faults.append(f"{path}: {what} has a placeholder, which nobody fills")
    for option in payload.get("options", []):
        faults += metadata_faults(option, f"{path} ")
    return faults


def size(payload: dict) -> int:
    """The characters that Discord counts for one top-level command, of the longest language each."""
    texts = [
        [payload["name"]],
        [payload["description"], *payload.get("description_localizations", {}).values()],
    ]
    for choice in payload.get("choices", []):
        texts += [[choice["name"], *choice.get("name_localizations", {}).values()], [str(choice["value"])]]
    return sum(max(map(len, same)) for same in texts) + sum(map(size, payload.get("options", [])))


class TestCommandMetadata:
    async def test_descriptions_and_choices_are_translated_and_within_discords_limits(self):
        faults = [fault for cog in cog_classes() for top in await payloads(cog) for fault in metadata_faults(top)]
        assert faults == []

    async def test_no_command_passes_discords_8000_characters_in_any_language(self):
        sizes = {top["name"]: size(top) for cog in cog_classes() for top in await payloads(cog)}
        assert {name: length for name, length in sizes.items() if length > 8000} == {}

    async def test_the_check_sees_what_is_unmarked_too_long_or_missing(self):
        class Sample(commands.GroupCog, group_name="sample", group_description="Unmarked"):
            @app_commands.command(description=_(", "))
            @app_commands.describe(many="x" * 100)
            @app_commands.choices(kind=[Choice(name=_("Nobody translated {this}"), value="a")])
            async def one(self, interaction: discord.Interaction, kind: str, many: str) -> None: ...

        (payload,) = await payloads(Sample)
        assert metadata_faults(payload) == [
            "/sample: description is not marked or not translated",
            "/sample one: description says nothing",
            "/sample one kind: description says nothing",
            "/sample one kind: choice 'Nobody translated {this}' is not marked or not translated",
            "/sample one many: description is not marked or not translated",
        ]
        payload["options"][0]["description_localizations"]["ja"] = "あ" * 101
        assert "/sample one: description has 101 characters" in metadata_faults(payload)
        assert size(payload) == len("sampleUnmarkedone") + 101 + len("kind…Nobody translated {this}amany") + 100


def texts(japanese: bool) -> list[str]:
    """All texts of the catalog, in one of the languages."""
    found: list[str] = []
    for message in catalog(JA):
        sides = message.string if japanese else message.id
        found += [sides] if isinstance(sides, str) else list(sides or ())
    return found


class TestStyle:
    """What docs/glossary.md says of the style of the texts, as far as a pattern can tell."""

    @pytest.mark.parametrize(
        "unwanted",
        [
            "あなた|貴方",
            "することができ|することが可能",
            "下さい",
            "入力を始め",
            "誰にも知らせ",
            "[０-９Ａ-Ｚａ-ｚ（）]",
            "[ぁ-んァ-ヶ一-龥」][?!,.]",
            "@?<@[^>]*>さん|[{]member[}]さん",
            r"(?<!{where}) \(",
            "(?<![自の])分か[らりるれっ]",
        ],
    )
    def test_japanese(self, unwanted: str):
        assert [text for text in texts(japanese=True) if re.search(unwanted, text)] == []

    def test_code_has_a_blank_beside_japanese_words(self):
        for text in texts(japanese=True):
            parts = text.split("`")
            for before, after in zip(parts[::2], parts[2::2], strict=False):
                assert not re.search("[ぁ-んァ-ヶ一-龥ー]$", before), text
                assert not re.match("[ぁ-んァ-ヶ一-龥ー]", after), text

    @pytest.mark.parametrize(
        "unwanted", [r"\b[Ii]nvalid", r"\banew\b", r"\bunset\b", "[Dd]ivided by", "unless you say"]
    )
    def test_english(self, unwanted: str):
        assert [text for text in texts(japanese=False) if re.search(unwanted, text)] == []


def test_no_text_stands_inside_an_f_string_where_the_catalogs_would_miss_it() -> None:
    missed = [
        f"{path.name}: {ast.unparse(call)}"
        for package in PACKAGES
        for path in package.rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"_", "_n"}
    ]
    assert missed == []


async def test_every_japanese_description_of_a_command_says_what_it_does() -> None:
    """ "/help" lists them one under another: a noun among sentences reads like a mistake."""

    def nouns(payload: dict, path: str = "/") -> Iterator[str]:
        path += payload["name"]
        said = re.sub(r"\([^()]*\)$", "", payload["description_localizations"]["ja"])
        if not re.search(r"(ます|です)$", said.rstrip("。")):
            yield f"{path}: {said}"
        for inner in payload.get("options", []):
            if inner["type"] in (1, 2):
                yield from nouns(inner, f"{path} ")

    assert [fault for cog in cog_classes() for payload in await payloads(cog) for fault in nouns(payload)] == []
