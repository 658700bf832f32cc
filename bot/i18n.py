"""The bot's words: a marker in the code, gettext catalogs beside it, and the languages people read.

English stands where it is used, behind one of two markers:

    from bot.i18n import _, _n, words

    GREETING = _("Hello {name}")                     # also for command descriptions and choice names
    PEOPLE = _n("{n} person", "{n} people")

    w = words(interaction.locale)                    # the caller's language, or words(community.language)
    w(GREETING, name=member.name)
    w(PEOPLE, n=3)

Placeholders are those of `str.format`; a literal brace is doubled. Both markers take literals only, since
`.ci/messages` reads them from the source. "xx-pseudo" is English in an odd alphabet, in which a test sees
what nobody marked.
"""

import functools
import gettext
import importlib.resources
import io
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, overload

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation, TranslationContextTypes, locale_str
from msgspec import Struct

__all__ = [
    "DOMAIN",
    "PSEUDO",
    "CatalogTranslator",
    "Language",
    "Plural",
    "Words",
    "WordsLocale",
    "_",
    "_n",
    "escaped",
    "plural",
    "pseudo",
    "words",
]

_log = logging.getLogger(__name__)

Language = Literal["en", "ja"]
"""A language people can choose. English is the source and has no catalog."""

WordsLocale = Literal["en", "ja", "xx-pseudo"]

PSEUDO: Final = "xx-pseudo"
DOMAIN: Final = "benkyokai"
"""The gettext domain: the catalogs are `bot/locales/<language>/LC_MESSAGES/<DOMAIN>.po`."""


class Plural(Struct, frozen=True):
    """A text that depends on the number `n`: its English singular and plural."""

    one: str
    many: str


def plural(one: str, many: str) -> Plural:
    """Mark a text that depends on the number `n`."""
    return Plural(one, many)


_ = locale_str
_n = plural

_SEPARATOR = _(", ")
_LAST_OF_LIST = _("{items} and {last}")


class Words:
    """The texts of one language. Get one with `words(locale)`.

    Attributes:
        locale: What `words()` takes to come back to this object; "xx-pseudo" for the pseudo-locale.
        language: The language to give to Babel and to compare with; "en" for the pseudo-locale.
    """

    def __init__(self, locale: WordsLocale) -> None:
        self.locale: Final[WordsLocale] = locale
        self.language: Final[Language] = "en" if locale == PSEUDO else locale
        self._catalog = _catalog(locale)

    def __repr__(self) -> str:
        return f"words({self.locale!r})"

    @overload
    def __call__(self, text: locale_str, /, **values: object) -> str: ...
    @overload
    def __call__(self, text: Plural, /, *, n: int, **values: object) -> str: ...
    def __call__(self, text: locale_str | Plural, /, **values: object) -> str:
        """Translate `text` and fill its placeholders; a value that is itself marked is translated too.

        Never raises for a text or value that does not fit, because a clumsy reply is better than none: it
        falls back to the English text, leaves what nobody gave a value as it stands, and logs an error.
        """
        for name, value in values.items():
            if isinstance(value, locale_str):
                values[name] = self(value)
        english, translated = self._lookup(text, values)
        for template in dict.fromkeys((translated, english)):
            try:
                return template.format_map(values)
            except Exception:
                # The values may be personal, so the log gets only their names.
                _log.exception("%s: the text %r does not fit %s", self.locale, template, sorted(values))
        return re.sub(r"\{(\w+)[^{}]*\}", lambda found: str(values.get(found[1], found[0])), english)

    def template(self, text: locale_str) -> str | None:
        """The translation with its placeholders unfilled; None for what the catalog does not have."""
        return self._catalog.gettext(text.message) or None

    def _lookup(self, text: locale_str | Plural, values: Mapping[str, object]) -> tuple[str, str]:
        if isinstance(text, locale_str):
            return text.message, self.template(text) or text.message
        n = values.get("n")
        if not isinstance(n, int):
            _log.error("The text %r needs a whole number n", text.many)
            return text.many, text.many
        english = text.one if n == 1 else text.many
        return english, self._catalog.ngettext(text.one, text.many, n) or english

    def list(self, items: Iterable[str | locale_str]) -> str:
        """Join items the way a sentence lists them: "a, b and c" or 「a、b、c」."""
        texts = [self(item) if isinstance(item, locale_str) else item for item in items]
        if len(texts) < 2:
            return "".join(texts)
        return self(_LAST_OF_LIST, items=self(_SEPARATOR).join(texts[:-1]), last=texts[-1])


def words(locale: discord.Locale | str | None) -> Words:
    """The words of `interaction.locale` or of a stored language; English for a language we don't speak."""
    return _words(_resolve(locale))


_words = functools.cache(Words)


def _resolve(locale: discord.Locale | str | None) -> WordsLocale:
    name = str(locale or "en").lower()
    if name == PSEUDO:
        return PSEUDO
    return "ja" if name.startswith("ja") else "en"


class CatalogTranslator(app_commands.Translator):
    """Gives Discord the translated descriptions and choices of our commands.

    Names are left alone: in a bilingual server people must be able to tell each other `/session list`.
    """

    _NAMES = frozenset(
        {
            TranslationContextLocation.command_name,
            TranslationContextLocation.group_name,
            TranslationContextLocation.parameter_name,
        }
    )

    async def load(self) -> None:
        """Read the catalogs: a broken installation fails at start, and nobody's first reply waits."""
        words("ja")

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """The text in the locale; None for names and for what no catalog has."""
        return None if context.location in self._NAMES else words(locale).template(string)


class _NoCatalog(gettext.NullTranslations):
    """Says that it has nothing, where gettext would give the English text as if it were a translation."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""


def _catalog(locale: WordsLocale) -> gettext.NullTranslations:
    if locale == "en":
        return _NoCatalog()
    if locale == PSEUDO:
        return _PseudoCatalog()
    # Babel is heavy and start-up must stay light, so it comes in with the first catalog.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = importlib.resources.files("bot").joinpath("locales", locale, "LC_MESSAGES", f"{DOMAIN}.po")
    catalog = read_po(io.BytesIO(source.read_bytes()), locale=locale)
    for message in list(catalog):
        # Babel would fill an empty plural form with the English singular, whatever the number.
        if message.pluralizable and not all(message.string or ()):
            catalog.delete(message.id)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    translations.add_fallback(_NoCatalog())
    return translations


# The pseudo-locale. Every letter of a marked text becomes one that ordinary English never has, so the plain
# letters left in a reply escaped the marker (or are people's own words), even inside a marked sentence.

_OPEN, _CLOSE = "[!!", "!!]"
_ALPHABET = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àḃçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýžÀḂÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
_PSEUDO_LETTERS = frozenset(map(chr, _ALPHABET.values()))
# Only tests speak it, so these are texts that `re` compiles when they are first used.
_LETTERS = r"[^\W\d_]+"
_MARKUP = r"""(?xs:
      ```.*?```                                 # code
    | `[^`\n]+`
    | <t:[^<>\s]+>                              # a moment
    | <(?:@[!&]?|\#|id:)[^<>\s]+>               # a member, role, channel
    | </[^<>]+>                                 # a command to click
    | <a?:\w+:[^<>\s]+>                         # an emoji of the server
    | \b[a-z]+://[^\s<>()\[\]]+
    | (?<![A-Za-z0-9/.:<])/[a-z][a-z_-]*        # a command in passing
    )"""
_KEPT = rf"{_MARKUP}|\{{\{{|\}}\}}|\{{[^{{}}]*\}}"


class _PseudoCatalog(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)


def pseudo(template: str) -> str:
    """A template in the pseudo-locale: "Hello {name}" is "[!!Ĥéļļö {name}!!]". Markup stays as it is."""
    parts: list[str] = []
    end = 0
    for kept in re.finditer(_KEPT, template):
        parts += template[end : kept.start()].translate(_ALPHABET), kept[0]
        end = kept.end()
    parts.append(template[end:].translate(_ALPHABET))
    text = "".join(parts)
    return text if text == template else f"{_OPEN}{text}{_CLOSE}"


def escaped(text: str, allowed: Iterable[str] = ()) -> list[str]:
    """The words of a reply in the pseudo-locale that nobody translated.

    Args:
        text: What was shown: a message, an embed's field, a button's label.
        allowed: Words or phrases that need no translation, such as the names people gave to things. Discord's
            markup (moments, mentions, emoji, code, links, `/command`) needs none either.

    Returns:
        Runs of letters, in their order. A run without plain letters, such as a Japanese example, is an escape
        only outside a translated text.
    """
    for phrase in sorted(filter(None, allowed), key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(phrase)}(?![A-Za-z])", " ", text)
    found: list[str] = []
    depth = 0
    for part in re.split(r"(\[!!|!!\])", re.sub(_MARKUP, " ", text)):
        if part == _OPEN:
            depth += 1
        elif part == _CLOSE:
            depth = max(depth - 1, 0)
        else:
            found += [run for run in re.findall(_LETTERS, part) if _is_escape(run, inside=depth > 0)]
    return found


def _is_escape(run: str, *, inside: bool) -> bool:
    if inside:
        return any(letter.isascii() for letter in run)
    return not _PSEUDO_LETTERS.issuperset(run)
