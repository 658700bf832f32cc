"""One spelling for what people type: width, case, dashes, kanji numerals; and the names of weekdays and months."""

import re
import unicodedata

LONGEST_PHRASE = 100
"""Characters of a phrase; a longer text is not one."""

# Atomic and possessive: a word is read in one way only, so that no list of them takes exponential time to refuse.
EN_WEEKDAY = (
    r"(?>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?+"
)
EN_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
JA_WEEKDAY = r"[月火水木金土日](?:曜日?+)?+"
WEEKDAY = rf"(?:{EN_WEEKDAY}|{JA_WEEKDAY})"

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "最終": -1, "最後": -1}
EN_ORDINAL = r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)"

_EN_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_JA_WEEKDAYS = "月火水木金土日"

_ONE_SPELLING = str.maketrans(
    dict.fromkeys("‐‑‒–—―−⁃─━", "-") | dict.fromkeys("〜～∼〰", "~") | {"、": ",", "･": "・", "。": "."}
)
# The long vowel mark lies beside the digits of a phone's keyboard.
_LONG_VOWEL = r"(?<=[0-9a-z時分半午日月火水木金土曜]) ?ー ?(?=[0-9a-z月火水木金土日朝昼夕夜晩深翌午正])"
_KANA = {
    "さらいしゅう": "再来週",
    "らいしゅう": "来週",
    "こんしゅう": "今週",
    "まいしゅう": "毎週",
    "かくしゅう": "隔週",
    "しゅうまつ": "週末",
    "さらいげつ": "再来月",
    "らいげつ": "来月",
    "こんげつ": "今月",
    "まいつき": "毎月",
    "まいにち": "毎日",
    "まいあさ": "毎朝",
    "まいばん": "毎晩",
    "へいじつ": "平日",
    "ぜんじつ": "前日",
    "とうじつ": "当日",
    "ごぜん": "午前",
    "ごご": "午後",
    "しょうご": "正午",
    "ゆうがた": "夕方",
    "よる": "夜",
    "ひる": "昼",
    "まえ": "前",
    "げつよう": "月曜",
    "かよう": "火曜",
    "すいよう": "水曜",
    "もくよう": "木曜",
    "きんよう": "金曜",
    "どよう": "土曜",
    "にちよう": "日曜",
    "曜び": "曜日",
}
"""Words in kana, longer ones before those that are parts of them."""
_HALF_KANA = (
    # A weekday, an hour and minutes that are in kana only behind their kanji or digits: 火ようび, 8じはん.
    (r"(?<=[月火水木金土日])よう", "曜"),
    (r"(?<=[0-9]) ?じ(?=$|[^ぁ-ん]|から|まで|に|はん)", "時"),
    (r"(?<=時) ?はん", "半"),
    (r"(?<=[0-9]) ?[ふぷ]ん", "分"),
    (r"あさ(?!って)", "朝"),
)
_JA_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_JA_NUMBER = r"[〇零一二三四五六七八九十]+"
_EN_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_EN_NUMBER = rf"\b(?:{'|'.join(_EN_NUMBERS)})\b"


def normalise(text: str) -> str | None:
    """Return the text in the one spelling that the patterns know; None if it is empty or too long for a phrase.

    Full-width becomes ASCII, capitals small, every dash "-", every wave "~", 「、」 a comma, 「十二」 and "twelve" 12,
    「らいしゅう」 来週, and runs of blanks one blank.
    """
    if len(text) > LONGEST_PHRASE:
        return None
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ONE_SPELLING)
    plain = re.sub(_JA_NUMBER, _arabic, " ".join(plain.split()))
    if re.search("[ぁ-んー]", plain):
        plain = _kanji(plain)
    plain = re.sub(_EN_NUMBER, lambda found: str(_EN_NUMBERS.index(found[0]) + 1), plain)
    return plain if 0 < len(plain) <= LONGEST_PHRASE else None


def _kanji(plain: str) -> str:
    for pattern, kanji in _HALF_KANA:
        plain = re.sub(pattern, kanji, plain)
    for kana, kanji in _KANA.items():
        plain = plain.replace(kana, kanji)
    return re.sub(_LONG_VOWEL, "-", plain)


def _arabic(found: re.Match[str]) -> str:
    """Write a kanji number below 100, or one said digit by digit (二〇二六), in digits; leave anything else."""
    digits = found[0]
    tens, ten, ones = digits.partition("十")
    if not ten:
        return "".join(str(_JA_DIGITS[digit]) for digit in digits)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones or re.search("[〇零]", digits):
        return digits
    return str((_JA_DIGITS[tens] if tens else 1) * 10 + (_JA_DIGITS[ones] if ones else 0))


def weekday_number(word: str) -> int:
    """Return 0 (Monday) to 6 for a word that matched one of the weekday patterns."""
    if word[0] in _JA_WEEKDAYS:
        return _JA_WEEKDAYS.index(word[0])
    return _EN_WEEKDAYS.index(word[:3])


def month_number(word: str) -> int:
    """Return 1 to 12 for a word that matched the pattern of English months."""
    return _EN_MONTHS.index(word[:3]) + 1


def ordinal_number(word: str) -> int:
    """Return 1 to 5 or -1 (last) for "first", "3rd", "第2", "最終"."""
    return ORDINALS.get(word) or int("".join(letter for letter in word if letter in "12345"))


_EN_DAY_LIST = (
    rf"{EN_WEEKDAY}s?(?: ?(?:-|~| to | through ) ?{EN_WEEKDAY}s?)?"
    rf"(?:(?: ?, ?and | ?[,/&+] ?| and | ){EN_WEEKDAY}s?(?: ?(?:-|~) ?{EN_WEEKDAY}s?)?)*"
)
_JA_DAY_LIST = (
    rf"{JA_WEEKDAY}(?: ?(?:-|~|から) ?{JA_WEEKDAY})?(?:(?: ?[,・/&+と] ?| )?{JA_WEEKDAY}(?: ?(?:-|~) ?{JA_WEEKDAY})?)*"
)
_ONE_OR_RANGE = rf"({WEEKDAY})s?(?: ?(?:-|~|から|to |through ) ?({WEEKDAY}))?"
_NAMED_SETS = {
    frozenset(range(7)): ("daily", "every day", "everyday", "all", "all days", "毎日", "全日"),
    frozenset(range(5)): (
        *("weekday", "weekdays", "every weekday", "workdays", "working days", "weekday (monday to friday)"),
        *("平日", "平日(月曜日から金曜日)"),
    ),
    frozenset((5, 6)): ("weekend", "weekends", "every weekend", "週末", "毎週末"),
}
NAMED_DAYS = {name: days for days, names in _NAMED_SETS.items() for name in names}


def weekday_set(text: str) -> frozenset[int] | None:
    """Read normalised "mon and thu", "mon-fri", "月・木", "月水金", "weekdays", "平日" to weekdays, else None."""
    if text in NAMED_DAYS:
        return NAMED_DAYS[text]
    if not (re.fullmatch(_EN_DAY_LIST, text) or re.fullmatch(_JA_DAY_LIST, text)):
        return None
    days: set[int] = set()
    for found in re.finditer(_ONE_OR_RANGE, text):
        first = weekday_number(found[1])
        last = weekday_number(found[2]) if found[2] else first
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


_CONTRACTIONS = (
    (r"^tonight", "today night"),
    (r"^this (?=morning|afternoon|evening)", "today "),
    (r"^今(?:夜|晩)", "今日 夜"),
    (r"^今朝", "今日 朝"),
    (r"^明朝", "明日 朝"),
    (r"^明晩", "明日 夜"),
    (r"^次週", "来週"),
    (r"^さ来週", "再来週"),
    (r"(?<![0-9日間])前の(日(?!曜)|週)", r"前\1"),
    (r"次の(日(?!曜)|週)", r"翌\1"),
    (r"その(?=日(?!曜)|週)", "同じ"),
    (r"(?<=[時分半0-9]) ?(?:から|より|に|開始|スタート|start)$", ""),
)


_BOUND = r"(?i)^(?:until|till|by|through|from|since|starting) +| ?(?:から|まで)(?:に)?$"


def without_bound(text: str) -> str:
    """Drop what says that something begins or ends then: "until Friday", 「金曜まで」, 「12/3から」."""
    return re.sub(_BOUND, "", text.strip())


def spoken(plain: str) -> str:
    """Spell out "tonight" and 「今夜」, and drop の, which joins day and time, and the から of 「7時から」."""
    for pattern, spelled in _CONTRACTIONS:
        plain = re.sub(pattern, spelled, plain)
    return " ".join(plain.replace("の", " ").split())
