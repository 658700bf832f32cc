"""/me ledger as people use it: on a server and in a direct message, and the year that comes by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.demo.simulation.rules import close_dms
from bot.domain.ledger import YEAR
from bot.domain.posts import PostState
from tests.cogs.acts import at_rest, button, scheduled, told, with_group
from tests.cogs.test_questions import asked, many, with_forum
from tests.forged import rows
from tests.world import World

JANUARY = datetime(2027, 1, 2, 2, tzinfo=UTC)


async def a_year(world: World) -> None:
    """`member` comes to a session and asks something; the year is to be told."""
    await with_forum(world)
    await with_group(world)
    await many(world)
    await asked(world, world.member, "いくらですか？", anonymous=True)
    session = await scheduled(world, theme="Fish")
    await world.member.slash(world.general, "session rsvp", session=f"#{session}", answer="going")
    await world.sim.run(world.app.services.ledger.resume(world.guild.id))
    await world.sim.advance_to(datetime(2026, 1, 8, tzinfo=UTC))


async def test_everybody_sees_their_own_ledger_and_the_lines_behind_it(world: World):
    await a_year(world)
    result = await world.member.slash(world.general, "me ledger")
    assert result.ephemeral
    text = world.sim.private_replies(result)[-1]
    assert "聴いた：1回" in text
    assert "質問した：1件" in text
    message = result.response
    await world.member.click(message, custom_id=button(message, "質問した"))
    text = world.sim.text(message)
    assert "いくらですか？(匿名)" in text
    await world.sim.restart()
    await world.member.click(message, custom_id=button(message, "全体に戻る"))
    await world.member.click(message, custom_id=button(message, "聴いた"))
    assert "Fish" in world.sim.text(message)
    assert "There is nothing here yet" in await told(world, world.other, "me ledger")
    assert "まだ記録はありません" in await told(world, world.member, "me ledger", year=2025)


async def test_it_is_read_in_a_direct_message_too(world: World):
    await a_year(world)
    result = await world.member.user.slash("me ledger")
    text = world.sim.private_replies(result)[-1]
    assert "聴いた：1回" in text


async def test_in_january_a_private_message_tells_of_the_year_once_also_across_a_restart(world: World):
    await a_year(world)
    await world.sim.stop()
    await world.sim.advance_to(JANUARY)
    await world.sim.restart()
    await at_rest(world, 3600)
    await world.sim.restart()
    await at_rest(world, 3600)
    (message,) = [each for each in world.sim.messages(world.member.user.dm_channel) if "2026年" in each.content]
    # A person may be in several communities.
    assert f"「{world.guild.name}」での2026年の記録です。" in message.content
    assert "聴いた：1回" in message.content
    assert "ほかの方と比べるものではありません" in message.content
    result = await world.member.user.click(message, label="学びの記録を見る")
    assert "2026年" in world.sim.private_replies(result)[-1]
    stop = next(each for each in ids(message) if each.startswith("bk:dm:stop:year"))
    result = await world.member.user.click(message, custom_id=stop)
    assert "一年のまとめはお送りしません" in world.sim.private_replies(result)[-1]


async def test_with_closed_dms_nobody_but_discord_learns_that_there_is_a_year(world: World):
    await a_year(world)
    await world.moderator.slash(world.general, "settings set", log=world.log)
    close_dms(world.member)
    reports = len(world.sim.messages(world.log))
    await world.sim.advance_to(JANUARY)
    await at_rest(world, 3600)
    assert [each for each in world.app.bot.get_guild(world.guild.id).threads if each.is_private()] == []
    assert len(world.sim.messages(world.log)) == reports
    (post,) = [row for row in (await rows(world))["posts"] if YEAR in row]
    assert PostState.UNDELIVERABLE.value in post


async def test_who_did_nothing_is_told_of_no_year(world: World):
    await a_year(world)
    await told(world, world.other, "me sessions")
    await world.sim.advance_to(JANUARY)
    assert not [each for each in world.sim.messages(world.other.user.dm_channel) if "2026" in each.content]


def ids(message: object) -> list[str]:
    return [part.custom_id for row in message.components for part in row.children]  # type: ignore[attr-defined]
