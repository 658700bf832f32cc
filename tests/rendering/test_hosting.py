"""A host who is gone, in words: within Discord's limits, translated, and what to do."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.communities import Community
from bot.domain.hosting import HostGone, Why
from bot.domain.mirrors import Spot
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import NewSession, SessionPreview, SessionView
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import sessions as rendering
from bot.rendering.hosting import host_gone, still_hosts
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits

COMMUNITY = Community(guild_id=HIGHEST_ID, **(DEFAULTS | {"announcements_channel": HIGHEST_ID}))


def gone(why: Why, **values: Any) -> HostGone:
    known: dict[str, Any] = {"host_id": HIGHEST_ID, "private": True, "reader": 0}
    return HostGone(session=a_session(), group=a_group(), why=why, **known | values)


def preview(**values: Any) -> SessionPreview:
    new = NewSession(1, "茶", STARTS, kind="discussion", host_id=7)
    return SessionPreview(1, None, replace(new, **values), a_group(name="部会"), COMMUNITY, HIGHEST_ID, 0, 12)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("why", get_args(Why))
def test_what_organizers_and_moderators_are_told_fits_and_says_what_to_do(locale: str, why: Why):
    for reader, private in ((0, True), (HIGHEST_ID - 1, True), (0, False)):
        spot = Spot(HIGHEST_ID, HIGHEST_ID)
        content = host_gone(gone(why, reader=reader, private=private, announced=spot), words(locale))
        check_limits(content)
        for part in (f"<@{HIGHEST_ID}>", "題" * 100, "部" * 60):
            assert part in content.text
        for command in ("`/session edit`", "`/session cancel`"):
            assert (command in content.text) is (why != "back"), "nothing is to be done about a host who is back"
        assert content.mentions == ((reader,) if reader else ())
        assert content.rows[0][0].custom_id.startswith("bk:dm:stop:hosts:" if private else "bk:seen:")
        if locale == PSEUDO:
            assert [run for run in escaped(content.text) if run[0] not in "題部"] == []


@pytest.mark.parametrize(("locale", "there"), [("en", "On the server"), ("ja", "サーバーで")])
def test_in_a_direct_message_organizers_are_told_where_the_commands_are_and_led_there(locale: str, there: str):
    for reader, private in ((0, True), (7, True), (0, False)):
        content = host_gone(gone("declined", reader=reader, private=private, announced=Spot(5, 77)), words(locale))
        assert (there in content.text) is (private and not reader), "a private thread is on the server"
        assert f"https://discord.com/channels/{HIGHEST_ID}/5/77" in content.text
    assert "https://" not in host_gone(gone("declined"), words(locale)).text, "it has no announcement yet"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_preview_tells_its_author_what_it_makes_of_them(locale: str):
    w = words(locale)
    changes: list[dict[str, Any]] = [{}, {"capacity": 5}, {"kind": "visit"}, {"host_id": 0}]
    texts = [rendering.preview(preview(**values), w).text for values in changes]
    assert len(set(texts)) == 4
    assert all("12" in text for text in texts)
    assert len(texts[3].split("\n")) == 2, "who schedules in the group's name is not told of hosts"
    assert ("`kind:`" in texts[0], "`kind:`" in texts[2]) == (True, False)


def test_only_a_host_who_may_come_is_named():
    session = a_session(host_id=7, theme="茶", venue="", deadline=None, link="")
    for answer, shown in ((Answer.GOING, True), (Answer.MAYBE, True), (Answer.NOT_GOING, False), (None, False)):
        rsvps = () if answer is None else (Rsvp(session.id, 7, answer, False, 1, STARTS),)
        view = SessionView(session, a_group(name="部会"), COMMUNITY, None, rsvps)
        announced = rendering.announcement(view, words("ja")).embed
        assert announced is not None
        assert ("主催者" in [field.name for field in announced.fields]) is shown
        own = rendering.shown(view, Actor(7), words("ja")).embed
        assert own is not None
        assert "自分が主催する勉強会です" in [field.name for field in own.fields], "they still have to see to it"


def test_whoever_leaves_reads_which_sessions_are_still_theirs():
    one, other = a_session(theme="茶"), a_session(theme="珈琲")
    assert "it off" in still_hosts([one], words("en"))
    text = still_hosts([one, other], words("en"))
    assert "**茶**" in text
    assert "**珈琲**" in text
    assert "them off" in text
