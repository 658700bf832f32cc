"""Answers that organizers gave, in words: who is told what, and whom others read of."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.answered_for import AnsweredFor
from bot.domain.communities import Community
from bot.domain.rsvps import Answer, Rsvp, RsvpResult
from bot.domain.sessions import Session, SessionView
from bot.domain.told import Told, ToldTogether
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import sessions as rendering
from bot.rendering.answered_for import answered_for
from bot.rendering.told import told_lines, told_together, were_told
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits

COMMUNITY = Community(guild_id=HIGHEST_ID, **(DEFAULTS | {"announcements_channel": HIGHEST_ID}))
ORGANIZER, MEMBER = Actor(1, moderator=True, sees=lambda channel_id: True), Actor(2, sees=lambda channel_id: True)
GOING, LATE, MAYBE, NOT_GOING = Answer.GOING, Answer.LATE, Answer.MAYBE, Answer.NOT_GOING
ME = HIGHEST_ID
LISTED = [(GOING, False), (GOING, True), (LATE, False), (LATE, True), (MAYBE, False)]
"""The answers that stand in a list, and whether they wait for a place."""


def view(*own: bool, answer: Answer = GOING, waiting: bool = False, **values: Any) -> SessionView:
    """A session to which people have given this answer, themselves or not; the first of them is `ME`."""
    session: Session = a_session(**{"theme": "茶", "venue": "", "link": "", "host_id": 0} | values)
    rsvps = [Rsvp(session.id, ME - n, answer, waiting, n + 1, STARTS, each) for n, each in enumerate(own)]
    return SessionView(session, a_group(name="部会"), COMMUNITY, None, tuple(rsvps))


def result(value: SessionView, **values: Any) -> RsvpResult:
    known: dict[str, Any] = {"before": None, "after": value.rsvps[0], "position": 0, "changed": True, "told": True}
    return RsvpResult(value, **known | values)


def fields(content: Any) -> dict[str, str]:
    return {field.name: field.value for field in content.embed.fields}


def list_of_all(value: SessionView, actor: Actor) -> str:
    embed = rendering.names(value, 0, actor, words("en")).embed
    assert embed is not None
    return embed.description or ""


# What others read


@pytest.mark.parametrize(
    ("locale", "title", "text"),
    [
        ("en", "Coming: 3", f"<@{ME}>\n2 people for whom an organizer answered"),
        ("ja", "参加者：3人", f"<@{ME}>\n幹事が代わりに回答した方：2人"),
    ],
)
def test_an_announcement_counts_them_and_names_only_those_who_answered_themselves(locale: str, title: str, text: str):
    content = rendering.announcement(view(True, False, False), words(locale))
    assert fields(content)[title] == text


@pytest.mark.parametrize(("answer", "waiting"), LISTED)
def test_no_list_that_others_read_names_them(answer: Answer, waiting: bool):
    value = view(False, answer=answer, waiting=waiting)
    shown = (rendering.announcement(value, words("en")), rendering.shown(value, MEMBER, words("en")))
    for content in shown:
        assert content.embed is not None
        assert str(ME) not in str(content.embed.to_dict())
        assert "1 person for whom an organizer answered" in fields(content).values()
    assert list_of_all(value, MEMBER) == "1 person for whom an organizer answered"
    assert str(ME) in list_of_all(value, ORGANIZER)


def test_organizers_read_the_names_and_that_an_organizer_answered():
    value = view(True, False)
    coming = fields(rendering.shown(value, ORGANIZER, words("en")))["Coming: 2"]
    assert coming == f"<@{ME}>\nAn organizer answered for: <@{ME - 1}>"
    assert list_of_all(value, ORGANIZER) == f"<@{ME}> <@{ME - 1}> (an organizer answered)"


def test_no_button_offers_more_names_than_there_are():
    def offers(content: Any) -> bool:
        return "Show all names" in [button.label for row in content.rows for button in row]

    w, value = words("en"), view(*[True] * 20, *[False] * 30)
    assert not offers(rendering.announcement(value, w))
    assert not offers(rendering.shown(value, MEMBER, w))
    assert offers(rendering.shown(value, ORGANIZER, w))
    assert not offers(rendering.shown(view(*[False] * 5), ORGANIZER, w))
    assert offers(rendering.announcement(view(*[True] * 21), w))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("answer", "waiting"), LISTED)
def test_the_longest_lists_of_organizers_keep_within_discords_limits(locale: str, answer: Answer, waiting: bool):
    value, w = view(*[True] * 30, *[False] * 300, answer=answer, waiting=waiting), words(locale)
    pages = [rendering.names(value, page, ORGANIZER, w) for page in range(9)]
    for content in (rendering.shown(value, ORGANIZER, w), rendering.announcement(value, w), *pages):
        assert content.embed is not None
        assert len(content.embed) <= 6000
        assert len(content.embed.description or "") <= 4096
        assert all(0 < len(field.value or "") <= 1024 for field in content.embed.fields)


# What they are told


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reader", [0, ME])
def test_what_they_are_told_fits_is_translated_and_has_buttons_that_know_the_server(locale: str, reader: int):
    value = view(False, waiting=True, theme="題" * 100)
    long = replace(value, group=a_group())
    content = answered_for(AnsweredFor(long, value.rsvps[0], ME - 9, reader), words(locale))
    check_limits(content)
    for part in ("題" * 100, "部" * 60, f"<@{ME - 9}>", f"<t:{int(STARTS.timestamp())}"):
        assert part in content.text
    assert content.mentions == ((reader,) if reader else ())
    answers, stop = content.rows[0], content.rows[-1]
    assert all(button.custom_id.endswith(f":{HIGHEST_ID}") for button in answers)
    assert stop[0].custom_id == f"bk:dm:stop:changes:{HIGHEST_ID}"
    if locale == PSEUDO:
        assert [run for run in escaped(content.text) if run[0] not in "題部"] == []


@pytest.mark.parametrize(
    ("answer", "own", "hidden"),
    [(GOING, False, True), (MAYBE, False, True), (GOING, True, False), (NOT_GOING, False, False)],
)
def test_they_hear_that_they_are_not_named_if_they_would_be(answer: Answer, own: bool, hidden: bool):
    value = view(own, answer=answer)
    text = answered_for(AnsweredFor(value, value.rsvps[0], 7, 0), words("en")).text
    assert ("I don't show your name" in text) is hidden
    assert "Is that right?" in text


def test_japanese_puts_no_honorific_behind_a_mention():
    value = view(False)
    text = answered_for(AnsweredFor(value, value.rsvps[0], 7, 0), words("ja")).text
    assert "<@7>が、「茶」(部会)の出欠を代わりに回答しました：参加" in text


@pytest.mark.parametrize("waiting", [True, False])
def test_what_they_look_up_says_their_answer_and_whose_it_was(waiting: bool):
    value = view(False, waiting=waiting)
    mine = fields(rendering.shown(value, replace(MEMBER, member_id=ME), words("en")))["Your answer"]
    assert mine.startswith("Going, number 1 on the waitlist. An" if waiting else "Going. An organizer")
    assert "press a button to answer yourself" in mine
    theirs = view(True, waiting=waiting)
    assert "organizer" not in fields(rendering.shown(theirs, replace(MEMBER, member_id=ME), words("en")))["Your answer"]


# What the organizer is told

TOLD, UNTOLD = "I tell them in private, and they can change it.", "Please tell them yourself."
HIDDEN = "Until they answer themselves, only organizers see their name."


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("own", [True, False])
def test_the_organizer_learns_truly_whether_they_are_told_and_who_sees_their_name(
    answer: Answer, told: bool, own: bool
):
    text = rendering.answered(result(view(own, answer=answer), told=told), ORGANIZER, words("en"))
    assert (TOLD in text, UNTOLD in text) == (told, not told)
    assert (HIDDEN in text) is (not own and answer is not NOT_GOING), "decliners are shown to nobody"


def test_the_same_answer_again_promises_nothing():
    text = rendering.answered(result(view(False), changed=False, told=False), ORGANIZER, words("en"))
    assert text == f"Saved for **茶**. <@{ME}>: Going"


@pytest.mark.parametrize(
    ("locale", "private", "unreached"),
    [
        (
            "en",
            "2 people for whom an organizer answered will be told in private.",
            "1 person for whom an organizer answered can't be reached by me. Please tell them yourself.",
        ),
        (
            "ja",
            "幹事が代わりに回答した2人に、個別にお知らせします。",
            "幹事が代わりに回答した1人には、ボットからお知らせできません。直接伝えてください。",
        ),
    ],
)
def test_a_preview_says_how_many_of_them_are_told_and_how_many_not(locale: str, private: str, unreached: str):
    w = words(locale)
    told = Told(5, False, unnamed=((STARTS, (1, 2)),), unreached=(3,))
    together = ToldTogether(nobody=None, in_private=frozenset({1, 2}), unreached=frozenset({3}))
    assert told_lines(told, w) == [private, unreached]
    assert told_together(together, w) == [private, unreached]
    assert were_told(together, w)[-1] == unreached
