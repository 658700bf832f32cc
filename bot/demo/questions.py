"""The tour's sixth week: a naive question finds who knows, and its answer is found again by those who ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _
from bot.rendering.questions import ACCEPT_ANSWER, NAMED

if TYPE_CHECKING:
    from bot.demo.scenes import Cast
    from bot.demo.stage import Stage


async def sixth_week(stage: Stage, cast: Cast) -> None:
    """Who makes cars asks who sells fish, and says thanks."""
    stage.narrator.chapter(_("Week 6: a beginner's question finds the right person of another industry"))
    await stage.command(cast.ken, cast.general, "profile edit", industry="卸売", topics="魚市場、fish markets")
    await stage.command(cast.bob, cast.general, "profile edit", industry="Manufacturing")
    await stage.wait_until("2026-02-09 12:00")
    await stage.command(
        cast.bob,
        cast.general,
        "ask",
        question="Who decides what a fish costs in the morning?",
        topic="fish markets",
    )
    await stage.wait(30)
    thread = stage.newest_thread(cast.guild)
    await stage.wait_until("2026-02-09 12:15")
    await stage.press(cast.ken.user, stage.direct(cast.ken), ":take:")
    await stage.wait(30)
    answer = await stage.writes(
        cast.ken,
        thread,
        "朝5時のせりで、仲買人が値段をつけます。\nBrokers bid for it at the auction, at five in the morning.",
    )
    stage.narrator.chapter(_("Week 6: the answer is accepted, its author thanked"))
    await stage.wait_until("2026-02-09 12:40")
    await stage.menu(cast.bob, thread, ACCEPT_ANSWER, answer)
    await stage.wait_until("2026-02-09 14:00")
    stage.look(stage.first_of(thread), _("the question in {where}, as everybody sees it now"))
    await stage.command(cast.hana, cast.general, "profile show", member=cast.ken)
    await found_again(stage, cast)


async def found_again(stage: Stage, cast: Cast) -> None:
    """Who asks the same is shown the answer before anything is posted; who searches in Japanese finds it, too."""
    stage.narrator.chapter(_("Week 6: others wonder, too, and find the answer in their own language"))
    await stage.wait_until("2026-02-10 12:00")
    form = await stage.press(cast.carol, stage.start_here(cast.sessions), "bk:ask")
    # What a form has chosen already, Discord sends along, and the simulation does not.
    wondered = {"question": "Who decides in the morning what fish costs?", "name": [NAMED]}
    shown = await stage.complete(cast.carol, form, wondered)
    await stage.press(cast.carol, shown.followups[-1], ":drop")
    await stage.command(cast.sora, cast.general, "question search", words="値段")
    await stage.wait_until("2026-02-10 12:30")
