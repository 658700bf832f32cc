from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.communities import LANGUAGES
from bot.domain.industries import KEYS, LONGEST_NAME, Industry
from bot.domain.introductions import (
    LONGEST_REASON,
    MOST,
    MOST_SHOWN,
    SHOWN,
    Answered,
    AskedOfTwo,
    AskedToMeet,
    Introduction,
    IntroductionsView,
    Proposed,
    ToldOfMeeting,
)
from bot.domain.meetings import Meeting
from bot.domain.profiles import LONGEST_ITEM, MOST_ITEMS
from bot.i18n import words
from bot.rendering import introductions as rendering
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, check_limits, people

PROPOSER, ONE, OTHER = people(3)
OF_THREE = Introduction(10**18 - 1, PROPOSER, ONE, OTHER, "理" * LONGEST_REASON, STARTS)
OF_TWO = replace(OF_THREE, proposer_id=ONE)
LINES = replace(OF_THREE, reason="\n" * 149 + "理" * 151)
TOPICS = tuple("題" * (LONGEST_ITEM - 1) + str(place) for place in range(MOST_ITEMS))
INDUSTRIES = {ONE: Industry("own-1", "業" * LONGEST_NAME), OTHER: Industry("own-2", "種" * LONGEST_NAME)}
THANKED = tuple("礼" * 59 + str(place) for place in range(5))
"""Topics of questions are longer."""
BOTH = pytest.mark.parametrize("of", [OF_THREE, OF_TWO], ids=["by a third", "by one of them"])
IN_ALL = pytest.mark.parametrize("locale", LOCALES)


@IN_ALL
@BOTH
def test_every_message_fits_and_pings_who_is_meant(locale: str, of: Introduction):
    w = words(locale)
    for own in (False, True):
        question = AskedToMeet(of, HIGHEST_ID, OTHER, INDUSTRIES[ONE], TOPICS[:5], THANKED, STARTS, own)
        content = rendering.asked(question, w)
        check_limits(content)
        assert content.mentions == ((OTHER,) if own else ())
        assert f"<@{ONE}>" in content.text
        assert of.reason in content.text
    told = ToldOfMeeting(of, HIGHEST_ID, INDUSTRIES, {ONE: TOPICS, OTHER: TOPICS})
    for reader, own, pinged in ((0, True, of.everybody), (OTHER, False, ()), (of.proposer_id, True, (of.proposer_id,))):
        content = rendering.agreed(replace(told, reader=reader, in_own_thread=own), w)
        check_limits(content)
        assert content.mentions == pinged
        assert content.text.count("\n- ") == 3
    for reader, own, pinged in ((0, True, of.two), (OTHER, False, ()), (OTHER, True, (OTHER,))):
        content = rendering.asked_met(AskedOfTwo(of, HIGHEST_ID, reader, own), w)
        check_limits(content)
        assert content.mentions == pinged


@IN_ALL
@BOTH
def test_every_answer_and_list_fits(locale: str, of: Introduction):
    w = words(locale)
    check_limits(rendering.proposed(Proposed(of, 2), HIGHEST_ID, w))
    check_limits(rendering.proposed(Proposed(replace(LINES, proposer_id=of.proposer_id), 0), HIGHEST_ID, w))
    last = rendering.proposed(Proposed(replace(of, reason="…"), 0), HIGHEST_ID, w).text
    assert "0 more" not in last
    assert "あと0件" not in last
    assert rendering.withdrawn(of, w).text
    for agreed in (False, True):
        check_limits(rendering.answered(Answered(of, HIGHEST_ID, OTHER, "no", agreed), w))
        check_limits(rendering.answered(Answered(of, HIGHEST_ID, OTHER, "yes", agreed), w))
    met = Meeting(10**18 - 1, "introduction", STARTS, of.two, {ONE: True})
    view = IntroductionsView(
        HIGHEST_ID, ONE, (of,) * MOST, ((OF_THREE, "yes"),) * SHOWN, ((of, met),) * MOST_SHOWN, 0, STARTS
    )
    distinct = tuple(replace(of, id=number) for number in range(MOST))
    asked = tuple((replace(OF_THREE, id=10 + number), None) for number in range(SHOWN))
    check_limits(rendering.mine(replace(view, proposed=distinct, waiting=asked), w))
    check_limits(rendering.mine(replace(view, proposed=distinct, waiting=asked), w, in_dm=True))
    assert "`/introduce`" in rendering.mine(IntroductionsView(HIGHEST_ID, ONE, (), (), (), MOST), w).text


@IN_ALL
def test_the_form_fits(locale: str):
    for name in ("", "山" * 32):
        modal = rendering.meet_form("bk:meetform:1", name, words(locale))
        assert len(modal.title) <= 45


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("number", range(4))
def test_there_are_three_different_openers_whatever_is_known_of_the_two(locale: str, number: int):
    w, of = words(locale), replace(OF_THREE, id=number)
    known = ToldOfMeeting(of, 1, {}, {})
    for industries in ({}, {ONE: Industry(KEYS[0])}, {ONE: Industry(KEYS[0]), OTHER: Industry(KEYS[0])}, INDUSTRIES):
        for topics in ({}, {OTHER: ("茶",)}, {ONE: ("茶",), OTHER: ("茶", "統計")}):
            found = rendering.openers(replace(known, industries=industries, topics=topics), w)
            assert len(set(found)) == 3
            assert all("{" not in text for text in found)
            if len(topics) == 2:
                assert any("茶" in text for text in found)
            if industries is INDUSTRIES:
                assert INDUSTRIES[ONE].name in found[0]
                assert INDUSTRIES[OTHER].name in found[0]
