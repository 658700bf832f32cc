"""Discord's limits for commands and choices.

Each canary shows a gap in simcord alone, and that our change closes it. One whose first half fails says that a
new simcord has closed the gap itself: take the change out.
"""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.demo.simulation import Simulation
from bot.demo.simulation.commands import command_problems
from tests.simulation.scenes import Little, place, with_and_without


async def test_canary_a_bad_command_fails_the_sync_and_is_named() -> None:
    class Careless(Little):
        async def setup_hook(self) -> None:
            self.tree.add_command(app_commands.Group(name="good", description="Fine"))

            @self.tree.command(description="D" * 101)
            async def careless(interaction: discord.Interaction) -> None: ...

    async def scene(sim: Simulation) -> str:
        try:
            await sim.run(sim.bot.tree.sync())
        except app_commands.CommandSyncFailure as error:
            return str(error)
        return "synced"

    without, ours = await with_and_without(scene, Careless)
    assert without == "synced"
    assert "50035" in ours
    assert "In command 'careless'" in ours
    assert "description: Must be between 1 and 100" in ours


def slash(**changes: Any) -> dict[str, Any]:
    return {"name": "list", "description": "A list", "type": 1, "options": [], **changes}


def option(name: str = "o", **changes: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "An option", **changes}


def choices(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{"name": f"c{n}", "value": "v", **changes} for n in range(count)]


@pytest.mark.parametrize(
    "commands_",
    [
        [slash(name=f"c{n}") for n in range(101)],
        [slash(name=f"Menu {n}", type=3, description="") for n in range(16)],
        [slash(), slash()],
        [slash(name="Upper")],
        [slash(name="two words")],
        [slash(name="n" * 33)],
        [slash(name="")],
        [slash(description="")],
        [slash(description="d" * 101)],
        [slash(name="Menu", type=2, description="not allowed")],
        [slash(description_localizations={"jp": "一覧"})],
        [slash(description_localizations={"ja": "覧" * 101})],
        [slash(options=[option(f"o{n}") for n in range(26)])],
        [slash(options=[option(), option()])],
        [slash(options=[option("a"), option("b", required=True)])],
        [slash(options=[option("a"), option("b", type=1)])],
        [slash(options=[option("a", type=2, options=[option("b", type=2, options=[])])])],
        [slash(options=[option(choices=choices(26))])],
        [slash(options=[option(choices=choices(2, name="same"))])],
        [slash(options=[option(choices=choices(1, name="n" * 101))])],
        [slash(options=[option(choices=choices(1, value="v" * 101))])],
        [slash(options=[option(choices=choices(1), autocomplete=True)])],
        [slash(options=[option(choices=choices(1), type=5)])],
        [slash(options=[option(f"o{n}", choices=choices(25, value="v" * 100)) for n in range(4)])],
    ],
)
def test_what_discord_refuses_at_a_sync_is_found(commands_: list[dict[str, Any]]) -> None:
    assert command_problems(commands_)


@pytest.mark.parametrize(
    "commands_",
    [
        [slash(name=f"c{n}") for n in range(100)] + [slash(name="Menu", type=kind, description="") for kind in (2, 3)],
        [slash(name="一覧", description="d" * 100, description_localizations={"ja": "覧" * 100, "en-GB": "x"})],
        [slash(options=[option(f"o{n}", choices=choices(25)) for n in range(25)])],
        [slash(options=[option("a", required=True), option("b")])],
        [slash(options=[option("a", type=2, options=[option("b", type=1, options=[option("c")])])])],
    ],
)
def test_what_discord_accepts_at_a_sync_is_left_alone(commands_: list[dict[str, Any]]) -> None:
    assert command_problems(commands_) == []


def test_of_each_text_only_the_longest_translation_counts_towards_the_size() -> None:
    long = {"description_localizations": {"ja": "覧" * 100, "ko": "x" * 100}}
    options = [option(f"option-number-{n:02}", choices=choices(15, value="v"), **long) for n in range(25)]
    assert command_problems([slash(options=options)]) == []


async def test_canary_an_autocomplete_offers_at_most_25_choices() -> None:
    class Helpful(Little):
        async def setup_hook(self) -> None:
            @self.tree.command(description="Find")
            async def find(interaction: discord.Interaction, word: str) -> None: ...

            @find.autocomplete("word")
            async def words(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
                return [app_commands.Choice(name=f"w{n}", value="w") for n in range(int(current))]

            await self.tree.sync()

    async def scene(sim: Simulation) -> list[Any]:
        _, hall, yuki = place(sim)
        offered = [len(await yuki.autocomplete(hall, "find", "word", count)) for count in ("25", "26")]
        return [*offered, len(sim.errors)]

    assert await with_and_without(scene, Helpful) == ([25, 26, 0], [25, 0, 0])
