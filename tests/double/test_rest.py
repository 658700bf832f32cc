"""Threads, files, members and events of the double against the real discord.py."""

from __future__ import annotations

import io
from datetime import timedelta

import discord
import pytest

from tests.double.tiny import CHANNEL, GUILD, PERSON, connected, double_with


async def test_threads_edits_files_pins_and_deletion_work_as_the_library_expects():
    async with double_with(global_limit=0) as double, connected(double) as bot:
        channel = bot.get_channel(CHANNEL)
        message = await channel.send("session", file=discord.File(io.BytesIO(b"BEGIN:VCALENDAR"), "session.ics"))
        assert (message.attachments[0].filename, message.attachments[0].size) == ("session.ics", 15)
        assert double.messages.files[message.attachments[0].id] == b"BEGIN:VCALENDAR"
        thread = await message.create_thread(name="朝の会")
        assert thread.id == message.id
        with pytest.raises(discord.HTTPException) as refused:
            await message.create_thread(name="again")
        assert refused.value.code == 160004
        inside = await thread.send("notes")
        assert inside.channel.id == thread.id
        await thread.edit(archived=True, locked=True, name="done")
        assert double.channel(thread.id)["thread_metadata"]["archived"] is True
        private = await channel.create_thread(name="quiet")
        assert private.type is discord.ChannelType.private_thread

        edited = await message.edit(content="moved", embed=discord.Embed(title="new"))
        assert (edited.content, edited.embeds[0].title, len(edited.attachments)) == ("moved", "new", 1)
        await message.pin()
        assert [each.id async for each in channel.pins()] == [message.id]
        assert (await channel.fetch_message(message.id)).pinned
        await message.delete()
        with pytest.raises(discord.NotFound) as missing:
            await channel.fetch_message(message.id)
        assert missing.value.code == 10008
        assert [each["deleted"] for each in double.messages_log(CHANNEL)] == [True]


async def test_direct_messages_members_and_channels_can_be_asked_for():
    async with double_with(global_limit=0) as double, connected(double) as bot:
        guild = bot.get_guild(GUILD)
        member = await guild.fetch_member(PERSON)
        await member.send("hello")
        assert double.messages_log()[0]["channel_id"] == member.dm_channel.id
        double.close_direct_messages(PERSON)
        with pytest.raises(discord.Forbidden) as closed:
            await member.send("again")
        assert closed.value.code == 50007
        double.remove_member(GUILD, PERSON)
        with pytest.raises(discord.NotFound) as gone:
            await guild.fetch_member(PERSON)
        assert gone.value.code == 10007
        made = await guild.create_text_channel("Morning Post")
        assert made.name == "morning-post"
        assert made.id in [each.id for each in await guild.fetch_channels()]
        await made.set_permissions(guild.default_role, view_channel=False)
        assert await guild.fetch_channel(made.id)
        assert len(await guild.fetch_roles()) == 2
        double.remove_channel(made.id)
        with pytest.raises(discord.NotFound) as deleted:
            await made.send("x")
        assert deleted.value.code == 10003


async def test_scheduled_events_are_made_changed_and_limited_to_a_hundred():
    async with double_with(global_limit=0) as double, connected(double) as bot:
        guild = bot.get_guild(GUILD)
        starts = discord.utils.utcnow() + timedelta(days=1)
        about = {
            "start_time": starts,
            "end_time": starts + timedelta(hours=1),
            "entity_type": discord.EntityType.external,
            "privacy_level": discord.PrivacyLevel.guild_only,
            "location": "here",
        }
        event = await guild.create_scheduled_event(name="朝の会", **about)
        assert (event.location, event.start_time) == ("here", starts)
        changed = await event.edit(name="夜の会", location="there")
        assert (changed.name, changed.location) == ("夜の会", "there")
        assert [each.name for each in await guild.fetch_scheduled_events()] == ["夜の会"]
        await event.delete()
        assert double.events(GUILD) == []
        for number in range(100):
            await guild.create_scheduled_event(name=str(number), **about)
        with pytest.raises(discord.HTTPException) as full:
            await guild.create_scheduled_event(name="one more", **about)
        assert full.value.code == 30038
