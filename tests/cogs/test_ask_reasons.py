"""Why somebody is asked, as they read it privately and in their language: what they taught, and thanks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cogs.acts import at_rest, previewed, scheduled, told, with_group
from tests.cogs.test_answers import accepted, said
from tests.cogs.test_asks import crowd, read
from tests.cogs.test_questions import asked, with_forum
from tests.world import a_world

MAY = datetime(2026, 5, 18, 0, tzinfo=UTC)
"""A Monday, 9:00 in Tokyo."""
QUESTIONS = (("Who sets the price?", "Do porters earn fees?"), ("How loud is it?", "魚はどこから来ますか？"))


async def test_who_taught_it_reads_what_and_in_which_month(tmp_path: Path):
    async with a_world(tmp_path, start=MAY) as world:
        await with_forum(world)
        await with_group(world)
        await crowd(world, 8)
        for who, day in ((world.other, 20), (world.member, 21)):
            await who.slash(world.general, "group join", group="Asakai")
            await who.slash(world.general, "rotation join", group="Asakai")
            session = await scheduled(world, "Cold chains", f"2026-05-{day} 07:00", kind="lecture")
            preview = await previewed(world, "rotation assign", session=str(session), member=who)
            if "[Ask them]" in world.sim.text(preview):  # else the rotation has asked them already
                await world.moderator.click(preview, label="Ask them")
            await at_rest(world)
            await told(world, who, "rotation confirm", session=str(session), theme="Cold chains")
        await world.sim.advance_to(datetime(2026, 6, 3, 1, tzinfo=UTC))
        # They told nothing of themselves: what they taught is enough.
        await asked(world, world.moderator, "What breaks in a cold chain?", topic="cold chains?")
        await at_rest(world)
        assert "Why you: you taught “Cold chains” in May 2026." in read(world, world.other)[-1]
        assert "お聞きする理由：2026年5月に「Cold chains」の講師をされました。" in read(world, world.member)[-1]


async def test_who_was_thanked_for_it_reads_by_how_many_and_for_what(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await with_forum(world)
        people = await crowd(world, 8)
        for who in (world.other, world.member):
            await who.slash(world.general, "profile edit", about="x")
            for asker, question in zip(people[:2], QUESTIONS[who is world.other], strict=True):
                thread = await asked(world, asker, question, topic="auctions", industry="#agriculture")
                await accepted(world, asker, thread, await said(world, who, thread))
        # Whoever was asked meanwhile may be asked again.
        await world.sim.advance(timedelta(days=8))
        await told(world, world.moderator, "ask", question="Who may bid?", topic="auction")
        await at_rest(world)
        assert "Why you: 2 people thanked you for “auctions”." in read(world, world.other)[-1]
        assert "お聞きする理由：「auctions」について2人から感謝されています。" in read(world, world.member)[-1]
