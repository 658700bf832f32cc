"""How people are addressed."""

from __future__ import annotations

import re

from bot.i18n import Words

_TITLED = re.compile(r"(?:先生|せんせい|様|さま|さん)\W*(?:[(（\[【<＜/／|｜].*)?$", re.DOTALL)
"""A name that says already how its bearer is addressed, whatever ornament or bracket follows."""


def address(name: str, w: Words) -> str:
    """A name as its bearer is addressed: 「山田さん」 in Japanese, but 「山田先生」 and 「山田様」 as they are."""
    called = name.strip()
    return called if w.language != "ja" or _TITLED.search(called) else f"{called}さん"
