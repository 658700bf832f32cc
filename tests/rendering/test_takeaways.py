from __future__ import annotations

import discord
import pytest

from bot.domain.takeaways import (
    LONGEST_NOTES,
    LONGEST_TAKEAWAY,
    Asked,
    Counted,
    Followed,
    Following,
    FollowUp,
    Kept,
    Memory,
    More,
    Notes,
    Takeaway,
    Thanks,
)
from bot.domain.topics import Wish
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import takeaways as rendering
from bot.rendering.sessions.memory import add_memory
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits, people

LONG = "勉" * LONGEST_TAKEAWAY


def takeaway(*, named: bool = True, text: str = LONG) -> Takeaway:
    return Takeaway(1, HIGHEST_ID, text, named, STARTS)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reader", [0, HIGHEST_ID])
def test_every_message_after_a_lecture_fits(locale: str, reader: int):
    w, about = words(locale), (a_session(), a_group())
    contents = [
        rendering.take_home(Asked(*about), w),
        rendering.ask_used(Asked(*about, takeaway(), reader), w),
        rendering.tell_used(Counted(*about, 300, 300, reader), w),
        *(rendering.thanks(Thanks(*about, many, kinds, reader), w) for many, kinds in ((0, 0), (1, 0), (300, 20))),
        *(rendering.followed(Followed(*about, people(n), m, reader), w) for n, m in ((0, 1), (300, 0), (300, 300))),
    ]
    for content in contents:
        check_limits(content)
        assert content.mentions in ((), (reader,))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_answer_fits_and_says_something(locale: str):
    w, session = words(locale), a_session()
    follow_ups = (None, *(FollowUp(1, session.id, HIGHEST_ID, named, STARTS) for named in (True, False)))
    contents = [
        *(rendering.kept(Kept(session, each), w) for each in (None, takeaway(), takeaway(named=False))),
        *(rendering.more(More(session, Wish(wanted, n)), w) for wanted, n in ((True, 1), (True, 300), (False, 0))),
        rendering.more(More(session, Wish(True, 1, heard=session)), w),
        rendering.more(More(session, Wish(True, 2, planned=session)), w),
        *(rendering.following(Following(session, each, told), w) for each in follow_ups for told in (True, False)),
    ]
    texts = {content.text for content in contents}
    assert len(texts) == len(contents)
    assert all(0 < len(text) <= 2000 for text in texts)


def test_what_people_took_home_names_only_who_chose_it_and_stays_in_its_field():
    embed = discord.Embed()
    some = (takeaway(text="一\n行"), takeaway(named=False, text="二"))
    add_memory(embed, Memory(Notes(1, "まとめ", "https://example.org", 5, STARTS), some), words("ja"))
    assert [field.value for field in embed.fields] == [
        "まとめ",
        "https://example.org",
        f"- 一 行(<@{HIGHEST_ID}>)\n- 二",
    ]
    full = discord.Embed()
    add_memory(full, Memory(Notes(1, "ま" * LONGEST_NOTES, "", 5, STARTS), (takeaway(),) * 50), words("ja"))
    assert all(0 < len(field.value or "") <= 1024 for field in full.fields)
    assert full.fields[1].name == "みなさんの学び：50件"


def test_nothing_of_it_escapes_translation():
    w, about = words(PSEUDO), (a_session(theme="茶"), a_group(name="茶"))
    contents = [
        rendering.take_home(Asked(*about), w),
        rendering.ask_used(Asked(*about, takeaway(text="茶")), w),
        rendering.tell_used(Counted(*about, 1, 2), w),
        rendering.thanks(Thanks(*about, 2, 1), w),
        rendering.thanks(Thanks(*about, 2, 0), w),
        rendering.followed(Followed(*about, (5,), 1), w),
        rendering.kept(Kept(about[0], None), w),
        rendering.more(More(about[0], Wish(True, 1)), w),
    ]
    assert [escaped(content.text, ("茶",)) for content in contents] == [[]] * len(contents)
