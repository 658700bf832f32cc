"""The loopback double against the real discord.py: what it promises must be what discord.py sees."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import aiohttp
import discord
import pytest

from tests.double import DiscordDouble, eventually, running_double
from tests.double.settings import bot_token, fixed_id
from tests.double.tiny import CHANNEL, GUILD, OTHER_CHANNEL, PERSON, button, connected, double_with

POST = "POST /channels/{channel_id}/messages"


async def test_a_bot_logs_in_and_finds_its_guilds_channels_and_permissions():
    async with double_with(guilds=2, channels=7, shards=2) as double, connected(double) as bot:
        assert [len(guild.text_channels) for guild in bot.guilds] in ([4, 3], [3, 4])
        assert bot.shard_count == 2
        guild = bot.get_guild(GUILD)
        assert guild is not None
        assert {guild.shard_id, 1 - guild.shard_id} == {each.shard_id for each in bot.guilds}
        granted = guild.text_channels[0].permissions_for(guild.me)
        assert granted.send_messages
        assert granted.create_public_threads
        assert not granted.administrator


async def test_ten_thousand_channels_are_there_at_login():
    async with double_with(guilds=20, channels=10_000, members=1) as double, connected(double) as bot:
        assert sum(len(guild.text_channels) for guild in bot.guilds) == 10_000


async def test_one_nonce_sent_twice_makes_one_message():
    async with double_with() as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        first = await channel.send("dawn", nonce="post-1")
        second = await channel.send("dawn", nonce="post-1")
        elsewhere = await bot.get_channel(OTHER_CHANNEL).send("dawn", nonce="post-1")
        assert first.id == second.id != elsewhere.id
        assert abs(first.created_at - discord.utils.utcnow()) < timedelta(seconds=5)
        assert [each["repeats"] for each in double.messages_log()] == [1, 0]
        assert double.stats()["deduplicated"] == 1
        assert double.doubles() == []


async def test_after_its_window_a_nonce_makes_a_second_message_and_the_double_says_so():
    async with double_with(nonce_seconds=0.05) as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        first = await channel.send("dawn", nonce="post-1", view=button("post:1"))
        await asyncio.sleep(0.06)
        second = await channel.send("dawn", nonce="post-1", view=button("post:1"))
        assert [each["message_ids"] for each in double.doubles()] == [[first.id, second.id]]
        assert [each["key"] for each in double.doubles(r"^post:\d+")] == ["post:1"]
        assert double.doubles(r"^rsvp:\d+") == []


async def test_a_nonce_of_26_characters_and_a_text_of_2001_are_refused():
    async with double_with() as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        for content, nonce in (("x", "n" * 26), ("x" * 2001, None)):
            with pytest.raises(discord.HTTPException) as refused:
                await channel.send(content, nonce=nonce)
            assert (refused.value.status, refused.value.code) == (400, 50035)
        assert double.messages_log() == []


async def test_history_is_read_in_both_directions_and_finds_a_custom_id():
    async with double_with(global_limit=0) as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        sent = [await channel.send(str(number), view=button(f"post:{number}")) for number in range(130)]
        assert [each.id async for each in channel.history(limit=None)] == [each.id for each in reversed(sent)]
        after = [each.content async for each in channel.history(after=sent[4], limit=None, oldest_first=True)]
        assert after == [str(number) for number in range(5, 130)]
        before = [each.content async for each in channel.history(before=sent[5], limit=3)]
        assert before == ["4", "3", "2"]
        around = [each.content async for each in channel.history(around=sent[50], limit=3)]
        assert around == ["51", "50", "49"]
        found = [
            m.id async for m in channel.history(after=sent[60]) if m.components[0].children[0].custom_id == "post:99"
        ]
        assert found == [sent[99].id]


async def test_unreadable_history_is_forbidden_for_one_channel_or_all():
    async with double_with() as double, connected(double) as bot:
        channel, other = bot.get_channel(CHANNEL), bot.get_channel(OTHER_CHANNEL)
        double.unreadable(CHANNEL)
        with pytest.raises(discord.Forbidden) as refused:
            await anext(channel.history())
        assert refused.value.code == 50001
        assert [each async for each in other.history()] == []
        double.unreadable()
        with pytest.raises(discord.Forbidden):
            await anext(other.history())


async def test_the_global_limit_answers_429_and_discord_py_waits_and_succeeds():
    async with double_with(channels=12) as double:
        async with connected(double) as bot:
            double.configure(global_limit=5)
            channels = bot.get_guild(GUILD).text_channels[:8]
            await asyncio.gather(*(channel.send("dawn") for channel in channels))
        stats = double.stats()
        assert stats["messages"] == 8
        assert stats["rate_limited"]["global"] > 0
        assert stats["rate_limited"]["by_route"] == {POST: stats["rate_limited"]["global"]}
        at = [each["monotonic"] for each in double.messages_log()]
        assert all(later - earlier > 0.5 for earlier, later in zip(at, at[5:], strict=False))


async def test_a_channels_limit_is_announced_in_headers_that_discord_py_obeys():
    async with double_with(channel_limit=2, channel_seconds=0.3) as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        began = time.monotonic()
        for number in range(5):
            await channel.send(str(number))
        assert time.monotonic() - began > 0.55
        assert double.stats()["rate_limited"] == {"global": 0, "by_route": {}}


async def test_who_ignores_a_channels_limit_gets_429_for_this_channel_alone():
    headers = {"Authorization": f"Bot {bot_token()}"}
    async with (
        double_with(channel_limit=2, channel_seconds=60) as double,
        aiohttp.ClientSession(headers=headers) as http,
    ):

        async def post(channel):
            async with http.post(f"{double.api_url}/channels/{channel}/messages", json={"content": "x"}) as response:
                return response

        assert [(await post(CHANNEL)).status for _ in range(2)] == [200, 200]
        refused = await post(CHANNEL)
        assert refused.status == 429
        assert refused.headers["X-RateLimit-Scope"] == "user"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert refused.headers["Via"]
        assert (await post(OTHER_CHANNEL)).status == 200


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, 50035, discord.HTTPException), (403, 50013, discord.Forbidden), (404, 10003, discord.NotFound)],
)
async def test_an_ordered_error_strikes_the_ordered_number_of_posts_in_its_channel(status, code, error):
    async with double_with() as double, connected(double) as bot:
        double.fail(status, count=2, channel=CHANNEL)
        await bot.get_channel(OTHER_CHANNEL).send("elsewhere")
        for _ in range(2):
            with pytest.raises(error) as refused:
                await bot.get_channel(CHANNEL).send("dawn")
            assert (refused.value.status, refused.value.code) == (status, code)
        await bot.get_channel(CHANNEL).send("dawn")
        assert [each["content"] for each in double.messages_log()] == ["elsewhere", "dawn"]


async def test_a_502_after_storing_is_retried_by_discord_py_and_the_nonce_saves_it():
    async with double_with() as double, connected(double) as bot:
        double.fail(502, store=True)
        await bot.get_channel(CHANNEL).send("dawn", nonce="post-1")
        assert double.stats()["by_route"][POST] == {"502": 1, "200": 1}
        assert double.stats()["messages"] == 1


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("store", [False, True])
async def test_a_cut_connection_leaves_the_message_stored_or_not(store, reset):
    async with double_with() as double, connected(double) as bot:
        double.cut(store=store, reset=reset)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await bot.get_channel(CHANNEL).send("dawn", nonce="post-1")
        assert double.stats()["messages"] == store
        await bot.get_channel(CHANNEL).send("dawn", nonce="post-1")
        assert double.stats()["messages"] == 1
        assert double.stats()["by_route"][POST] == {"0": 1, "200": 1}


@pytest.mark.parametrize("store", [False, True])
async def test_a_hanging_post_is_stored_before_or_after_its_client_has_given_up(store):
    async with double_with() as double, connected(double) as bot:
        double.hang(1.0, store=store)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await bot.get_channel(CHANNEL).send("dawn")
        assert double.stats()["messages"] == store
        await eventually(lambda: double.stats()["messages"] == 1)


async def test_a_fault_may_skip_requests_or_strike_by_chance():
    async with double_with(global_limit=0, seed=1) as double, connected(double) as bot:
        double.fail(403, skip=1)
        channel = bot.get_channel(CHANNEL)
        await channel.send("passes")
        with pytest.raises(discord.Forbidden):
            await channel.send("struck")
        double.clear_faults()
        double.fail(403, count=None, probability=0.5)
        results = await asyncio.gather(*(channel.send("by chance") for _ in range(40)), return_exceptions=True)
        struck = sum(isinstance(each, discord.Forbidden) for each in results)
        assert struck == double.faults_log()[0]["struck"]
        assert 5 < struck < 35


async def test_a_client_that_dies_in_the_middle_of_a_request_is_no_error_of_the_double():
    async with double_with() as double:
        for part in (b"", b'{"content":'):
            reader, writer = await asyncio.open_connection(double.host, double.port)
            head = f"POST /api/v10/channels/{CHANNEL}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bot x\r\n"
            writer.write(head.encode() + b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n" + part)
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.transport.abort()
            await eventually(reader.at_eof)
        await eventually(lambda: double.stats()["by_route"].get(POST) == {"0": 2})


async def test_a_dropped_gateway_is_resumed_and_what_was_missed_is_replayed():
    for code in (4000, 1006):
        async with double_with() as double, connected(double) as bot:
            double.say(CHANNEL, PERSON, "before")
            assert double.drop_gateway(code=code, pause=0.2) == 1
            double.say(CHANNEL, PERSON, f"<@{bot.user.id}> missed")
            await eventually(lambda: "resumed" in bot.seen)
            await eventually(lambda: len(bot.contents) == 2)
            # Without the intent only what mentions the bot has its text.
            assert bot.contents == ["", f"<@{bot.user.id}> missed"]
            told = [(each["what"], each["path"]) for each in double.gateway_log()]
            assert ("resume", "/ws/resume") in told
            assert bot.seen == ["ready", "resumed"]


async def test_an_invalid_session_is_identified_anew_at_the_default_gateway():
    async with double_with() as double, connected(double) as bot:
        double.drop_gateway()
        await eventually(lambda: "resumed" in bot.seen)
        assert double.invalidate_session() == 1
        await eventually(lambda: bot.seen == ["ready", "resumed", "ready"])
        identified = [each["path"] for each in double.gateway_log() if each["what"] == "identify"]
        assert identified == ["/ws", "/ws"]
        double.say(CHANNEL, PERSON, "still here")
        await eventually(lambda: bot.contents)


async def test_a_forgotten_session_cannot_be_resumed():
    async with double_with() as double, connected(double) as bot:
        double.drop_gateway(pause=0.1)
        double.forget_sessions()
        await eventually(lambda: bot.seen == ["ready", "ready"])
        assert "resume-refused" in [each["what"] for each in double.gateway_log()]


async def test_a_request_to_reconnect_is_followed_by_a_resume():
    async with double_with() as double, connected(double) as bot:
        double.ask_reconnect()
        await eventually(lambda: bot.seen == ["ready", "resumed"])


async def test_pings_are_recorded_with_allowed_mentions_applied():
    async with double_with() as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        second = fixed_id("user", 2)
        text = f"<@{PERSON}> <@{second}>"
        await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
        await channel.send(text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(second)]))
        await channel.send(text)
        assert [each["pings"] for each in double.messages_log()] == [[], [second], [PERSON, second]]


async def test_an_unknown_route_is_answered_404_and_remembered():
    async with DiscordDouble() as double, connected(double) as bot:
        with pytest.raises(discord.NotFound):
            await bot.fetch_sticker(1)
        assert double.stats()["unknown_routes"] == ["GET /api/v10/stickers/1"]


async def test_a_wrong_token_and_an_intent_that_was_not_approved_are_refused():
    async with double_with(token="another") as double:
        with pytest.raises(discord.LoginFailure):
            async with connected(double):
                pass
    async with double_with(refused_intents=discord.Intents.guild_messages.flag) as double:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with connected(double):
                pass


async def test_as_a_process_it_outlives_its_bots_and_takes_the_same_controls():
    async with running_double(nonce_seconds=5, channels=3, echo=False) as double:
        assert [len(each["channels"]) for each in (await double.info())["guilds"]] == [3]
        for _ in range(2):
            async with connected(double) as bot:
                await bot.get_channel(CHANNEL).send("dawn", nonce="post-1")
        await double.cut(store=True)
        async with connected(double) as bot:
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await bot.get_channel(CHANNEL).send("noon", nonce="post-2")
        stats = await double.stats()
        assert (stats["messages"], stats["deduplicated"], stats["errors"]) == (2, 1, [])
        assert stats["unknown_routes"] == []
        stored = (await double.messages_log())[0]["monotonic"]
        assert time.monotonic() - 60 < stored < time.monotonic()
        process = double.process
    assert process.returncode == 0
