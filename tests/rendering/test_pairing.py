from __future__ import annotations

from datetime import time, timedelta

import pytest
from msgspec.structs import replace

from bot.domain.communities import LANGUAGES
from bot.domain.industries import KEYS, LONGEST_NAME, Industry
from bot.domain.meetings import Meeting
from bot.domain.pairing import (
    MOST_AVOIDED,
    Alone,
    Asked,
    Avoided,
    PairingSettings,
    PairingView,
    Partaker,
    Told,
    WhichSnooze,
)
from bot.i18n import words
from bot.rendering import pairing as rendering
from bot.rendering.content import WORDS_LIMIT
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, check_limits, people

TRIO = Meeting(HIGHEST_ID, "pairing", STARTS, people(3), {})
PAIR = replace(TRIO, people=people(2))
TIMES = tuple(STARTS + timedelta(days=each) for each in range(3))
INDUSTRIES = {each: Industry("own-1", str(each)[-1] * LONGEST_NAME) for each in TRIO.people}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("meeting", [PAIR, TRIO], ids=["pair", "trio"])
def test_every_message_about_a_round_fits_and_pings_who_is_meant(locale: str, meeting: Meeting):
    w, reader = words(locale), meeting.people[0]
    for kind, value in (
        (rendering.told, Told(meeting, HIGHEST_ID, INDUSTRIES, STARTS, TIMES)),
        (rendering.asked, Asked(meeting, HIGHEST_ID)),
    ):
        for who, own, pinged in ((0, True, meeting.people), (reader, False, ()), (reader, True, (reader,))):
            content = kind(replace(value, reader=who, in_own_thread=own), w)
            check_limits(content)
            assert content.mentions == pinged
            named = {each for each in meeting.people if f"<@{each}>" in content.text}
            assert named == set(meeting.people) - ({reader} if who and not own else set())
    for own in (False, True):
        for left in (False, True):
            content = rendering.alone(Alone(HIGHEST_ID, reader, left, own), w)
            check_limits(content)
            assert content.mentions == ((reader,) if own else ())


@pytest.mark.parametrize("locale", LOCALES)
def test_every_answer_fits(locale: str):
    w, me = words(locale), TRIO.people[0]
    on = PairingSettings(12, 6, time(23, 59))
    whole = PairingView(on, STARTS, Partaker(me, STARTS), (TRIO,) * 10, True, people(MOST_AVOIDED), me)
    for view in (
        whole,
        replace(whole, mine=None),
        replace(whole, next_at=None),
        replace(whole, mine=Partaker(me, STARTS, STARTS + timedelta(days=9))),
        PairingView(on, STARTS, None),
    ):
        for content in (
            rendering.shown(view, HIGHEST_ID, w),
            rendering.joined(view, w),
            rendering.snoozed(view, w),
            rendering.settings(view, w),
        ):
            assert 0 < len(content.text) <= WORDS_LIMIT
    for removed in (False, True):
        assert len(rendering.avoided(Avoided(me, removed, people(MOST_AVOIDED)), w).text) <= WORDS_LIMIT
    check_limits(rendering.which(WhichSnooze(HIGHEST_ID, "勉" * 100, (STARTS, STARTS), "Asia/Tokyo"), w))


def test_each_meeting_has_three_questions_and_neighbours_have_others():
    w = words("en")
    texts = []
    for number in (7, 8):
        told = Told(replace(PAIR, id=number), HIGHEST_ID, {}, None, ())
        lines = rendering.told(told, w).text.split("\n")
        texts.append({line for line in lines if line.startswith("- ")})
    assert [len(each) for each in texts] == [3, 3]
    assert not texts[0] & texts[1]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_industries_are_a_reason_only_where_they_differ(locale: str):
    w = words(locale)
    same = dict.fromkeys(PAIR.people, Industry(KEYS[0]))
    different = dict(zip(PAIR.people, map(Industry, KEYS), strict=False))
    told = Told(PAIR, HIGHEST_ID, same, None, ())
    lengths = [len(rendering.told(replace(told, industries=each), w).text.split("\n")) for each in (same, different)]
    assert lengths[0] + 1 == lengths[1]
