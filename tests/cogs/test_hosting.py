"""Members as hosts, with the real bot: previews, presses, restarts, settings, and who hears of a host who is gone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.simulation import close_dms, set_locale
from tests.cogs.acts import announcements, at_rest, button, called_off, previewed, scheduled, sessions, told, with_group
from tests.cogs.permissions import hide
from tests.forged import press, stored
from tests.world import World

WHEN = "2026-01-07 19:00"


@pytest.fixture
async def study(world: World) -> World:
    """A group that alice, who reads English, and yuki, who reads Japanese, have joined."""
    await with_group(world)
    for who in (world.other, world.member):
        await who.slash(world.general, "group join")
    return world


async def preview(world: World, who: Any = None, theme: str = "Tea", when: str = WHEN, **options: Any) -> Any:
    return await previewed(world, "session schedule", who or world.other, theme=theme, when=when, **options)


async def host(world: World, who: Any = None, theme: str = "Tea", when: str = WHEN, **options: Any) -> int:
    """A session that a member hosts; its id."""
    who = who or world.other
    message = await preview(world, who, theme, when, **options)
    await who.click(message, custom_id=confirming(message))
    await at_rest(world)
    return (await sessions(world))[-1].id


def confirming(message: Any) -> str:
    (found,) = (
        part["custom_id"] for row in message.components for part in row["components"] if "confirm" in part["custom_id"]
    )
    return found


def direct(world: World, who: Any) -> list[str]:
    """What stands in somebody's direct messages."""
    channel = who.user.dm_channel if world.sim.env.backend.dm_channels.get(who.id) else None
    return [world.sim.text(message) for message in world.sim.messages(channel)] if channel else []


async def test_a_member_sees_who_will_read_their_name_and_is_shown_as_host_everywhere(study: World):
    message = await preview(study, capacity=3)
    text = study.sim.text(message)
    for part in (
        f"<#{study.general.id}>",
        "The group has 2 members.",
        "You will be its host",
        "one of the places is yours",
    ):
        assert part in text
    assert "Kind: Discussion" in text
    assert "For a visit or a social" in text
    assert announcements(study) == []
    await study.other.click(message, label="Post")
    assert "You are its host" in study.sim.text(message)
    await at_rest(study)
    (posted,) = announcements(study)
    text = study.sim.text(posted)
    for part in (
        f"Host: {study.other.mention}",
        "(Discussion)",
        "1 of 3 places taken",
        f"Coming: 1: {study.other.mention}",
    ):
        assert part in text
    assert study.sim.pinged(posted) == frozenset()
    (session,) = await sessions(study)
    assert (session.kind, session.host_id) == ("discussion", study.other.id)
    assert "You host this session" in await told(study, study.other, "session show", session="Tea")
    assert "You host this session" not in await told(study, study.moderator, "session show", session="Tea")
    assert f"host: {study.other.mention}" in await told(study, study.moderator, "session list")
    assert "you host" in await told(study, study.other, "me sessions")


async def test_a_japanese_host_in_an_english_community_is_asked_in_japanese_and_shown_in_english(study: World):
    message = await preview(study, study.member, kind="social")
    text = study.sim.text(message)
    assert "主催者になります" in text
    assert "部会のメンバーは2人です" in text
    assert "ディスカッション" not in text
    await study.member.click(message, custom_id=confirming(message))
    await at_rest(study)
    assert f"Host: {study.member.mention}" in study.sim.text(announcements(study)[0])


async def test_who_does_not_belong_is_told_how_to_join_and_a_lecture_is_refused_with_who_may(study: World):
    third = study.guild.add_member(study.sim.env.create_user("third"))
    assert "`/group join`" in await told(study, third, "session schedule", theme="Tea", when=WHEN)
    text = await told(study, study.other, "session schedule", theme="Tea", when=WHEN, kind="lecture")
    for part in ("can plan lectures", "the group's organizers", "moderators", "`kind:`"):
        assert part in text
    assert await sessions(study) == []


async def test_a_third_session_is_refused_with_the_two_that_are_open(study: World):
    await host(study, theme="Tea")
    await host(study, theme="Coffee", when="2026-01-08 19:00")
    text = await told(study, study.other, "session schedule", theme="Cocoa", when="2026-01-09 19:00")
    for part in ("**Tea**", "**Coffee**", "2 sessions", "`/session cancel`"):
        assert part in text
    await called_off(study, study.other, session="Tea")
    assert await host(study, theme="Cocoa", when="2026-01-09 19:00")


async def test_two_previews_posted_at_the_same_instant_take_the_last_place_once(study: World):
    await host(study)
    previews = [await preview(study, theme=theme, when="2026-01-08 19:00") for theme in ("Coffee", "Cocoa")]
    results = await study.sim.simultaneous(
        *(study.other.click(message, custom_id=confirming(message)) for message in previews)
    )
    answers = [text for result in results for text in study.sim.private_replies(result)]
    assert sum("can host 2 sessions at a time" in text for text in answers) == 1
    assert sum("is scheduled for" in text for text in answers) == 1
    assert len(await sessions(study)) == 2


async def test_a_preview_from_before_a_restart_still_makes_its_author_the_host(study: World):
    message = await preview(study)
    await study.sim.restart()
    opened = await study.other.click(message, label="Change first")
    await study.sim.restart()
    fields = {"theme": "Green tea", "when": WHEN, "duration": "90", "venue": "", "description": ""}
    await study.other.submit_modal(opened, fields)
    assert "You will be its host" in study.sim.text(message)
    await study.other.click(message, label="Post")
    (session,) = await sessions(study)
    assert (session.theme, session.host_id, session.kind) == ("Green tea", study.other.id, "discussion")


async def test_who_left_the_group_or_finds_it_switched_off_before_posting_is_told_so(study: World):
    message = await preview(study)
    await study.other.slash(study.general, "group leave")
    result = await study.other.click(message, label="Post")
    assert "`/group join`" in study.sim.private_replies(result)[-1]
    await study.other.slash(study.general, "group join")
    message = await preview(study)
    changed = await told(study, study.moderator, "settings set", members_may_host="off")
    assert "Members may host discussions, visits and socials" in changed
    result = await study.other.click(message, label="Post")
    assert "Only the group's organizers and moderators" in study.sim.private_replies(result)[-1]
    assert await sessions(study) == []
    assert "Members may host discussions, visits and socials**: off" in await told(
        study, study.moderator, "settings show"
    )


async def test_a_group_that_a_member_can_no_longer_see_has_nothing_to_host_nor_to_change(study: World):
    await with_group(study, "Board", channel=study.log)
    await study.other.slash(study.general, "group join", group="Board")
    session_id = await host(study, group="Board")
    shown = await preview(study, when="2026-01-08 19:00", group="Board")
    moving = await preview_move(study, "Tea")
    hide(study, study.log)
    for command, options, unknown in (
        ("session schedule", {"theme": "Coffee", "when": WHEN, "group": "Board"}, {"group": "Nowhere"}),
        ("session edit", {"session": str(session_id), "theme": "Coffee"}, {"session": "999"}),
        ("session cancel", {"session": "Tea"}, {"session": "Nowhere"}),
    ):
        text = await told(study, study.other, command, **options)
        (name,), (nowhere,) = ([options[key] for key in unknown], unknown.values())
        assert text == (await told(study, study.other, command, **options | unknown)).replace(nowhere, name)
    assert await study.other.autocomplete(study.general, "session edit", "session", "") == []
    for message in (shown, moving):
        result = await study.other.click(message, custom_id=confirming(message))
        assert "This button no longer works" in study.sim.private_replies(result)[-1]
    assert [session.revision for session in await sessions(study)] == [0]


async def test_a_host_changes_their_own_session_only_and_is_offered_no_other(study: World):
    await scheduled(study, theme="Logistics")
    await host(study)
    await host(study, study.member, "Coffee", "2026-01-09 19:00")
    choices = await study.other.autocomplete(study.general, "session cancel", "session", "")
    assert [choice["name"].split()[-1] for choice in choices] == ["Tea"]
    message = await preview_move(study, "Tea")
    assert "Nobody but you is coming so far, so nobody will be told." in study.sim.text(message)
    await study.other.click(message, label="Move it")
    assert "I changed **Tea**" in await told(study, study.other, "session edit", session="Tea", venue="Cafe")
    text = await told(study, study.other, "session edit", session="Coffee", venue="Cafe")
    assert "Only the session's host, the group's organizers and moderators" in text
    text = await told(study, study.other, "session cancel", session="Logistics")
    assert "Only the group's organizers and moderators" in text
    await at_rest(study)
    assert [post.content for post in study.sim.unprompted() if study.other.id in post.pinged] == []
    assert "is cancelled" in await called_off(study, study.other, session="Tea")


async def preview_move(world: World, theme: str) -> Any:
    return await previewed(world, "session edit", world.other, session=theme, when="2026-01-08 19:00")


async def test_somebody_elses_move_cannot_be_confirmed_with_a_forged_button(study: World):
    await host(study)
    message = await preview_move(study, "Tea")
    mine = await preview(study, study.member, "Coffee", "2026-01-09 19:00")
    result = await press(study, study.member, stored(study, mine), button(message, "Move it"))
    assert "ボタン" in study.sim.private_replies(result)[-1]
    assert (await sessions(study))[0].revision == 0


async def test_the_organizer_hears_in_a_direct_message_that_the_host_does_not_come_also_after_a_restart(study: World):
    set_locale(study.member, "en-US")
    await study.moderator.slash(study.general, "group edit", name="Asakai", add_organizer=study.member)
    session_id = await host(study)
    await study.sim.restart()
    result = await study.other.click(announcements(study)[0], custom_id=f"bk:rsvp:{session_id}:not_going")
    assert "You are still its host" in study.sim.private_replies(result)[-1]
    await study.sim.restart()
    await at_rest(study)
    (text,) = direct(study, study.member)
    for part in (
        f"主催者の{study.other.mention}が参加できなくなりました",
        "/session cancel",
        "[この種類のお知らせを止める]",
    ):
        assert part in text
    shown = study.sim.text(announcements(study)[0])
    assert study.other.mention not in shown, "a decline is nobody's business"
    assert not any("参加できなくなりました" in study.sim.text(m) for m in study.sim.messages(study.general))
    await study.other.click(announcements(study)[0], custom_id=f"bk:rsvp:{session_id}:not_going")
    await study.sim.advance(120)
    assert len(direct(study, study.member)) == 1


async def test_where_nobody_organizes_the_log_channel_is_told_and_a_moderator_takes_note(study: World):
    session_id = await host(study)
    await study.other.click(announcements(study)[0], custom_id=f"bk:rsvp:{session_id}:not_going")
    await at_rest(study)
    (notice,) = study.sim.messages(study.log)
    assert "is not coming after all" in study.sim.text(notice)
    assert study.sim.pinged(notice) == frozenset()
    await study.moderator.click(notice, label="Seen")
    assert "Seen by" in study.sim.text(study.sim.messages(study.log)[0])
    await study.other.click(announcements(study)[0], custom_id=f"bk:rsvp:{session_id}:going")
    await at_rest(study)
    _gone, back = study.sim.messages(study.log)
    assert f"{study.other.mention}, who hosts it, is coming after all." in study.sim.text(back)
    assert "/session cancel" not in study.sim.text(back)


async def test_a_host_who_leaves_the_group_is_told_what_is_left_to_do_and_so_is_the_organizer(study: World):
    await host(study)
    text = await told(study, study.other, "group leave")
    assert "You still host **Tea**" in text
    await at_rest(study)
    assert "has left the study group" in study.sim.text(study.sim.messages(study.log)[0])
    assert f"Host: {study.other.mention}" in study.sim.text(announcements(study)[0])


async def test_a_host_who_leaves_the_server_is_no_longer_named(study: World):
    await host(study)
    study.guild.remove_member(study.other)
    await study.sim.run(study.app.services.members.left(study.guild.id, study.other.id))
    await study.sim.advance(61)
    assert "has left the server" in study.sim.text(study.sim.messages(study.log)[0])
    shown = study.sim.text(announcements(study)[0])
    assert study.other.mention not in shown
    assert "Host" not in shown


async def test_an_organizer_with_closed_direct_messages_is_told_in_a_private_thread(study: World):
    await study.moderator.slash(study.general, "group edit", name="Asakai", add_organizer=study.member)
    close_dms(study.member)
    session_id = await host(study)
    await study.other.click(announcements(study)[0], custom_id=f"bk:rsvp:{session_id}:not_going")
    await study.sim.advance(30)
    (thread,) = (t for t in study.app.bot.get_guild(study.guild.id).threads if t.is_private())
    said = [post for post in study.sim.unprompted() if post.channel_id == thread.id]
    assert ["参加できなくなりました" in post.content for post in said] == [True]
    assert said[0].pinged == {study.member.id}
    assert study.sim.messages(study.log) == []


async def test_help_and_empty_lists_say_that_members_may_host_as_long_as_they_may(study: World):
    assert "lets you host" in await told(study, study.other, "help")
    assert "members of a study group can host" in await told(study, study.other, "session list")
    assert "lets you host" not in await told(study, study.moderator, "help")
    await study.moderator.slash(study.general, "settings set", members_may_host="off")
    assert "host" not in await told(study, study.other, "help")
    assert "members of a study group can host" not in await told(study, study.other, "session list")


async def test_a_newcomer_who_joins_where_nothing_is_planned_hears_that_they_may_host(world: World):
    await with_group(world)
    assert "you can host a discussion" in await told(world, world.other, "group join")


async def test_in_a_direct_message_answers_and_refusals_say_which_commands_work_there(study: World):
    await host(study)
    user = study.other.user

    async def pressed(label: str) -> str:
        result = await user.slash("help")
        page = result.response or result.followups[-1]
        return study.sim.private_replies(await user.click(page, label=label))[-1]

    there = "Please use commands like this on the server. In direct messages only `/help` and `/me` work."
    text = await pressed("Not going")
    assert "call it off with `/session cancel`" in text
    assert text.endswith(there)
    assert there not in await pressed("Going"), "it names no command"
    assert there not in await told(study, study.other, "session rsvp", session="Tea", answer="not_going")
    result = await user.slash("help")
    page = result.response or result.followups[-1]
    await called_off(study, session="Tea")
    refused = study.sim.private_replies(await user.click(page, label="Late"))[-1]
    assert "was cancelled. `/session list`" in refused
    assert refused.endswith(there)
