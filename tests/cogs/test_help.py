"""/help knows who asks, what there is for them, and what is next."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from msgspec.structs import replace

from bot.demo.simulation import set_locale
from bot.domain.actors import Actor
from bot.domain.help import HelpService
from bot.i18n import words
from bot.rendering import help as rendering
from tests.cogs.acts import scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.forged import Elsewhere, press, refusal, stored
from tests.world import World


async def test_before_the_setup_moderators_get_the_button_and_others_are_told_whom_to_ask(bare_world: World):
    result = await bare_world.moderator.slash(bare_world.general, "help")
    await bare_world.moderator.click(result.response, label="Set up")
    text = await told(bare_world, bare_world.other, "help")
    assert "A moderator does that with `/setup`" in text
    assert "[Set up]" not in text


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize("afar", ["", "朝" * 100])
@pytest.mark.parametrize("role", ["member", "moderator"])
async def test_all_commands_are_named_whole_in_every_language_and_for_every_role(
    world: World, locale: str, afar: str, role: str
):
    cog: Any = world.app.bot.get_cog("Help")
    topics = cog._topics(role == "moderator")
    service: HelpService = cog.service
    actor = Actor(1, moderator=role == "moderator", sees=lambda _channel: True)
    view = await world.sim.run(service.show(world.guild.id, actor))
    for many in (topics, [replace(each, name=f"{each.name}-{n}") for n in range(3) for each in topics]):
        embed = rendering.overview(view, 1, many, words(locale), afar=afar).embed
        assert embed is not None
        lines = [line for field in embed.fields for line in (field.value or "").split("\n")]
        assert lines == [f"`/{each.name}` {words(locale)(each.description)}" for each in many]
        assert all(0 < len(field.value or "") <= 1024 and len(field.name or "") <= 256 for field in embed.fields)
        assert len(embed) <= 6000
    for each in topics:
        page = rendering.topic(each, words(locale), in_dm=bool(afar)).embed
        assert page is not None
        assert len(page.description or "") < 4096, each.name
    assert len(rendering.unknown(topics, words(locale)).text) <= 2000


async def test_a_newcomer_hears_of_the_first_steps_and_takes_them_by_buttons(world: World):
    await with_group(world)
    await scheduled(world, when="2026-01-07 07:00", venue="Cafe")
    result = await world.other.slash(world.general, "help")
    text = world.sim.private_replies(result)[-1]
    for part in ("Introduce yourself", "Join a study group", "Logistics", "Place: Cafe", "[Going]"):
        assert part in text
    for hidden in ("/settings", "/morning", "/setup", "As a moderator", "You look after"):
        assert hidden not in text
    await world.other.click(result.response, custom_id="bk:join")
    after = await told(world, world.other, "help")
    assert "You are a member of “Asakai”" in after
    assert "Join a study group" not in after


async def test_a_member_sees_the_next_session_of_their_own_groups_and_their_answer(world: World):
    await with_group(world)
    await with_group(world, name="Finance")
    await scheduled(world, theme="Sooner", when="2026-01-06 07:00", group="Finance")
    await scheduled(world, theme="Mine", when="2026-01-07 07:00", group="Asakai")
    await told(world, world.other, "group join", group="Asakai")
    await told(world, world.other, "session rsvp", session="Mine", answer="late")
    text = await told(world, world.other, "help")
    assert "**Mine** (Asakai)" in text
    assert "Your answer so far: Late" in text
    assert "[My reminders]" in text


async def test_who_waits_reads_what_they_answered_and_that_they_wait(world: World):
    await with_group(world)
    await scheduled(world, when="2026-01-07 07:00", group="Asakai", capacity=1)
    for somebody in (world.member, world.other):
        await told(world, somebody, "session rsvp", session="Logistics", answer="late")
    await told(world, world.other, "group join", group="Asakai")
    assert "Your answer so far: Late (on the waitlist)." in await told(world, world.other, "help")
    set_locale(world.other, "ja")
    assert "今の回答は「遅れて参加(キャンセル待ち)」です。" in await told(world, world.other, "help")


async def test_organizers_and_moderators_hear_of_what_is_theirs_to_do(world: World):
    assert "**Make the first study group**" in await told(world, world.moderator, "help")
    await with_group(world, organizer=world.other)
    assert "You look after “Asakai”" in await told(world, world.other, "help")
    text = await told(world, world.moderator, "help")
    assert "As a moderator" in text
    assert text.index("/series create") < text.index("/group create"), "there is a group already"
    assert "`/settings`" in text
    assert "**Choose the channel of the morning post**" in text
    await told(world, world.moderator, "morning set", channel=world.general)
    assert "the channel of the morning post" not in await told(world, world.moderator, "help")


async def test_where_questions_can_be_asked_help_says_so_to_everybody_with_a_button(world: World):
    assert "`/ask`:" not in await told(world, world.other, "help")
    assert "**Choose a forum for questions**" in await told(world, world.moderator, "help")
    await with_group(world)
    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("questions"))
    await world.moderator.slash(world.general, "settings set", questions=world.guild.channels["questions"])
    assert "Choose a forum" not in await told(world, world.moderator, "help")
    for who, ask in ((world.other, "Ask a question"), (world.member, "質問する")):
        result = await who.slash(world.general, "help")
        text = world.sim.private_replies(result)[-1]
        assert f"**{ask}**" in text
        assert "`/question search`" in text
        form = await who.click(result.response, label=ask)
        assert form.modal is not None
        # In a direct message a button could not know where to ask.
        afar = world.sim.private_replies(await who.user.slash("help"))[-1]
        assert f"**{ask}**" in afar
        assert f"[{ask}]" not in afar


async def test_help_on_questions_names_asking_and_all_that_becomes_of_a_question(world: World):
    asking = await told(world, world.other, "help", topic="questions")
    assert "/ask" in asking
    assert "`/help topic:question`" in asking
    rest = await told(world, world.member, "help", topic="question")
    assert "/question search" in rest
    assert "`/help topic:ask` もご覧ください。" in rest


@pytest.mark.parametrize("language", ["en-US", "ja"])
async def test_all_commands_fit_into_the_help_of_a_moderator(world: World, language: str):
    set_locale(world.moderator, language)
    text = await told(world, world.moderator, "help")
    menus = discord.app_commands.ContextMenu
    names = {each.name for each in world.sim.bot.tree.get_commands() if not isinstance(each, menus)} - {"help"}
    assert [name for name in names if f"`/{name}` " not in text] == []
    end = "Find the people who know" if language == "en-US" else "詳しい方を探します"
    assert f"`/{max(names)}` {end}\n" in text, "the last line was cut"


async def test_a_topic_lists_its_commands_with_what_they_do_as_discord_shows_them(world: World):
    text = await told(world, world.other, "help", topic="/session list")
    group = next(command for command in world.sim.bot.tree.get_commands() if command.name == "session")
    for command in group.commands:
        assert f"`/{command.qualified_name}`\n{command.description}" in text
    set_locale(world.other, "ja")
    assert "次の予定" not in await told(world, world.other, "help", topic="session")
    assert "勉強会" in await told(world, world.other, "help", topic="session")


async def test_what_is_no_topic_for_somebody_is_answered_with_those_that_are(world: World):
    for typed in ("settings", "nothing"):
        text = await told(world, world.other, "help", topic=typed)
        assert "`/help topic:session` Sessions and who comes" in text
        assert "topic:settings" not in text
    set_locale(world.other, "ja")
    text = await told(world, world.other, "help", topic="なんとか")
    assert "`/help topic:session` 勉強会の予定を見たり" in text
    offered = await world.other.autocomplete(world.general, "help", "topic", "prof")
    assert [choice["value"] for choice in offered] == ["profile"]


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("リマインダー", "me"), ("通知", "me"), ("お知らせ", "me"), ("ＤＭ", "me"), ("通知の設定", "me"),
        ("Reminders", "me"), ("朝の投稿", "morning"), ("朝", "morning"), ("morning post", "morning"),
        ("部会", "group"), ("how do I join?", "group"), ("join a group", "group"), ("予定", "session"),
        ("/Session list", "session"), ("プロフィール", "profile"), ("自己紹介", "profile"), ("定例会", "series"),
        ("タイムゾーン", "settings"), ("xyzzy", "none"), ("休みます", "session"), ("キャンセルしたい", "session"),
        ("I can't come", "session"),
        ("講師の順番", "rotation"), ("my turn", "rotation"), ("交代したい", "rotation"), ("遅刻", "session"),
        ("次はいつ？", "session"), ("変更", "session"), ("会場", "session"), ("late", "session"),
        ("absent", "session"), ("change", "session"), ("venue", "session"), ("使い方", "all"), ("how to use", "all"),
        ("設定の変更", "settings"), ("change the language", "settings"), ("通知の使い方", "me"),
        ("question", "question"), ("質問", "ask"), ("紹介", "introduce"), ("紹介してほしい", "introduce"),
        ("テーマ", "topic"), ("ペア", "pairing"), ("who knows", "who"), ("known for", "who"), ("詳しい人", "who"),
        ("thanks", "question"), ("how do I thank somebody?", "question"), ("お礼", "question"), ("採用", "question"),
        ("search", "question"), ("質問を検索したい", "question"), ("履歴", "me"), ("ledger", "me"),
        ("how to use reminders", "me"), ("部会の変更", "group"), ("change a group", "group"),
    ],
)  # fmt: skip
def test_a_topic_is_understood_by_the_words_that_people_have_for_it(typed: str, topic: str):
    topics = [rendering.Topic(name, "Sessions and who comes", []) for name in rendering.WORDS]
    assert rendering.meant(typed, topics, words("ja")) == topic


def test_no_word_stands_at_two_topics():
    found = [word for text in rendering.WORDS.values() for word in text.split(", ")]
    assert len(found) == len(set(found))


async def test_words_for_topics_are_answered_and_offered_like_their_names(world: World):
    assert "`/me reminders`" in await told(world, world.member, "help", topic="リマインダー")
    assert "`/group join`" in await told(world, world.other, "help", topic="groups")
    for typed, command in (("通知", "me"), ("リマ", "me"), ("プロフ", "profile")):
        offered = await world.member.autocomplete(world.general, "help", "topic", typed)
        assert command in [choice["value"] for choice in offered]
    commands = {command.name for command in world.sim.bot.tree.get_commands()}
    assert set(rendering.WORDS) - {rendering.OVERVIEW} <= commands
    assert "What you can do now" in await told(world, world.other, "help", topic="使い方")


async def test_a_hidden_group_is_in_nobodys_help(world: World):
    await with_group(world, name="Board", channel=world.log, organizer=world.other)
    await scheduled(world, theme="Secret", group="Board")
    hide(world, world.log)
    await world.sim.env.settle()
    text = await told(world, world.other, "help")
    assert "Board" not in text
    assert "Secret" not in text


# In a direct message


def said(world: World, result: Any) -> str:
    """What was answered to somebody alone."""
    return world.sim.private_replies(result)[-1]


async def two_servers(world: World) -> Elsewhere:
    """`other` uses the bot here, where they look after a group, and as a newcomer on another server."""
    await with_group(world, organizer=world.other)
    await scheduled(world, theme="Logistics", when="2026-01-07 07:00")
    await told(world, world.other, "group join")
    elsewhere = Elsewhere(world)
    await elsewhere.furnish(world)
    await elsewhere.guild.add_member(world.other.user).slash(elsewhere.channel, "session list")
    return elsewhere


async def test_in_a_direct_message_the_only_server_is_meant_and_its_buttons_work(world: World):
    await with_group(world)
    await scheduled(world, when="2026-01-07 07:00")
    await told(world, world.other, "session list")
    user = world.other.user
    result = await user.slash("help")
    text = said(world, result)
    for part in (
        "What you can do now on Asakai",
        "All commands (in direct messages: /help and /me)",
        "Introduce yourself",
        "Logistics",
        "[My reminders]",
        "it has buttons for this",
    ):
        assert part in text
    for only_there in ("[Join a group]", "[Introduce myself]"):
        assert only_there not in text
    page = result.response or result.followups[-1]
    assert "You are coming to **Logistics**" in said(world, await user.click(page, label="Going"))
    assert "Your answer so far: Going" in said(world, await user.slash("help"))
    await user.click(page, label="My reminders")
    assert "Your reminders on Asakai" in world.sim.text(page)


async def test_in_a_direct_message_of_several_servers_the_answer_knows_who_asks_on_the_chosen_one(world: World):
    elsewhere = await two_servers(world)
    user = world.other.user
    result = await user.slash("help")
    assert "Which server do you mean?" in said(world, result)
    page = result.response or result.followups[-1]
    await world.sim.restart()
    await user.click(page, label="Asakai")
    text = world.sim.text(page)
    assert "What you can do now on Asakai" in text
    assert "You look after “Asakai”" in text
    assert "Secret" not in text
    result = await user.slash("help")
    page = result.response or result.followups[-1]
    await user.click(page, label=elsewhere.guild.name)
    text = world.sim.text(page)
    assert "Secret session" in text
    assert "Introduce yourself" in text
    assert "You look after" not in text


async def test_in_a_direct_message_topics_are_those_of_the_chosen_server(world: World):
    await two_servers(world)
    user = world.other.user
    offered = {choice["value"] for choice in await user.autocomplete("help", "topic", "")}
    assert {"session", "me"} <= offered
    assert not {"settings", "morning"} & offered, "nobody knows yet where they may be a moderator"
    for typed, said_there in (("/session list", "`/session list`"), ("nothing", "I have no help on that")):
        result = await user.slash("help", topic=typed)
        assert "Which server do you mean?" in said(world, result)
        page = result.response or result.followups[-1]
        await user.click(page, label="Asakai")
        assert said_there in world.sim.text(page)
        assert ("commands like this on the server" in world.sim.text(page)) is (typed != "nothing")
    assert "commands like this on the server" not in said(world, await world.moderator.user.slash("help", topic="me"))
    assert "commands like this on the server" not in await told(world, world.other, "help", topic="session")


async def test_in_a_direct_message_moderators_get_their_topics_and_others_do_not(world: World):
    for who, expected in ((world.moderator, True), (world.other, False)):
        await told(world, who, "session list")
        assert ("`/settings show`" in said(world, await who.user.slash("help", topic="settings"))) is expected


async def test_in_a_direct_message_somebody_of_no_server_is_told_what_to_do_in_their_language(world: World):
    stranger = world.sim.env.create_user("stranger")
    assert "Please use this command there once" in said(world, await stranger.slash("help"))
    set_locale(stranger, "ja")
    assert "サーバー" in said(world, await stranger.slash("help", topic="session"))
    await told(world, world.member, "session list")
    assert "「Asakai」で今できること" in said(world, await world.member.user.slash("help"))


async def test_a_forged_choice_of_a_server_reaches_none_that_one_is_not_in(world: World):
    elsewhere = await two_servers(world)
    user = world.member.user
    await told(world, world.member, "session list")
    known = await world.sim.run(world.sim.bot.fetch_user(user.id))
    channel = await world.sim.run(known.create_dm())
    message = stored(world, await world.sim.run(channel.send("x")))
    for custom_id in (f"bk:help:all:{elsewhere.guild.id}", "bk:help:all:1", "bk:help:all:0", f"bk:help:all:{10**19}"):
        text = refusal(world, await press(world, user, message, custom_id))
        assert "もう使えません" in text or "サーバー" in text, custom_id
        assert "Secret" not in text
