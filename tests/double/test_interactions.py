"""Interactions of the double against the real discord.py."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from tests.double import eventually
from tests.double.tiny import CHANNEL, PERSON, button, connected, double_with


async def test_a_slash_command_is_dispatched_and_its_answer_recorded():
    async with double_with() as double, connected(double) as bot:
        await bot.tree.sync()
        assert [each.name for each in await bot.tree.fetch_commands()] == ["hello", "group"]
        plain = double.slash("hello", CHANNEL, PERSON)
        await eventually(lambda: double.interaction(plain)["answered"])
        assert double.interaction(plain)["messages"][0]["content"] == "hello"
        assert [each["content"] for each in double.history(CHANNEL)] == ["hello"]

        deferred = double.slash("group greet", CHANNEL, PERSON, {"whom": PERSON, "times": 3})
        await eventually(lambda: double.interaction(deferred)["answered"])
        record = double.interaction(deferred)
        assert (record["callback"], record["loading"]) == (5, False)
        assert [each["content"] for each in record["messages"]] == [f"{PERSON} x3"]
        # Private answers stand in nobody's channel, and interactions do not count as posts.
        assert len(double.history(CHANNEL)) == 1
        assert double.messages_log() == []
        with pytest.raises(LookupError):
            double.slash("group gret", CHANNEL, PERSON)


async def test_a_press_updates_the_message_and_is_followed_up_privately():
    async with double_with() as double, connected(double) as bot:
        message = await bot.get_channel(CHANNEL).send("session", view=button("rsvp:1:going"))
        double.configure(global_limit=1)
        pressed = [double.press(message.id, CHANNEL, PERSON, "rsvp:1:going") for _ in range(5)]
        await eventually(lambda: all(double.interaction(each)["messages"] for each in pressed))
        assert double.history(CHANNEL)[0]["content"] == "pressed"
        private = [each["content"] for one in pressed for each in double.interaction(one)["messages"]]
        assert private == ["only you"] * 5
        # Answers to interactions are not counted: five presses had no need to wait for the limit of one.
        assert double.stats()["rate_limited"] == {"global": 0, "by_route": {}}


async def test_a_late_or_second_answer_to_an_interaction_is_refused():
    async with double_with(ack_seconds=0.05) as double, aiohttp.ClientSession() as session:
        interaction = double.interactions.send(3, {"custom_id": "x"}, channel_id=CHANNEL, user_id=PERSON, locale="ja")

        async def answer():
            url = f"{double.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
            async with session.post(url, json={"type": 4, "data": {"content": "x"}}) as response:
                return response.status, (await response.json() or {}).get("code") if response.status != 204 else None

        assert await answer() == (204, None)
        assert await answer() == (400, 40060)
        interaction = double.interactions.send(3, {"custom_id": "x"}, channel_id=CHANNEL, user_id=PERSON, locale="ja")
        await asyncio.sleep(0.06)
        assert await answer() == (404, 10062)


async def test_a_form_is_shown_and_sent_back():
    got: list[str] = []

    class Form(discord.ui.Modal, title="Question"):
        text = discord.ui.Label(text="Text", component=discord.ui.TextInput(custom_id="text"))

        async def on_submit(self, interaction):
            got.append(self.text.component.value)
            await interaction.response.send_message("thanks", ephemeral=True)

    async def ask(interaction: discord.Interaction):
        await interaction.response.send_modal(Form())

    async with double_with() as double, connected(double) as bot:
        bot.tree.command(name="ask", description="Ask")(ask)
        await bot.tree.sync()
        opened = double.slash("ask", CHANNEL, PERSON)
        await eventually(lambda: double.interaction(opened)["callback"] == 9)
        sent = double.submit(opened, {"text": "なぜ？"})
        await eventually(lambda: double.interaction(sent)["answered"])
        assert got == ["なぜ？"]
