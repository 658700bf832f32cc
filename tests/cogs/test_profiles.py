"""Profiles and introductions, with the real bot, as people on a phone use them."""

from __future__ import annotations

import re
from typing import Any

import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.industries import KEYS
from bot.domain.posts import PostState
from tests.cogs.acts import at_rest, button, previewed, scheduled, told, with_group
from tests.cogs.permissions import forbid
from tests.forged import boxes, press, refusal, rows, send_form, stored
from tests.world import World

POST = "bk:profile:post"


@pytest.fixture
async def hall(world: World) -> World:
    """A community with a channel for introductions, `hello`."""
    await world.set_up(introductions_channel=world.guild.create_text_channel("hello").id)
    return world


def hello(world: World) -> Any:
    return world.guild.channels["hello"]


def introductions(world: World) -> list[Any]:
    """What stands in the channel for introductions."""
    return world.sim.messages(hello(world))


def fields(result: simcord.InteractionResult) -> dict[str, dict[str, Any]]:
    """The parts of an opened form by their keys."""
    assert result.modal is not None
    return {part["component"]["custom_id"]: part["component"] for part in result.modal["components"]}


def chosen(field: dict[str, Any]) -> list[str]:
    return [option["value"] for option in field["options"] if option.get("default")]


async def opened(world: World, who: Any) -> simcord.InteractionResult:
    return await who.slash(world.general, "profile edit")


async def sent(world: World, who: Any, form: simcord.InteractionResult | None = None, **values: Any) -> Any:
    """The form, sent with these values; the message that answers."""
    result = await who.submit_modal(form or await opened(world, who), values)
    (answer,) = [reply for reply in (result.response, *result.followups) if reply is not None and reply.ephemeral]
    return answer


async def profile(world: World, who: Any) -> Any:
    return await world.sim.run(world.app.services.profiles.show(world.guild.id, who.id))


# The form


async def test_a_newcomer_gets_from_the_form_to_an_introduction_in_two_presses(hall: World):
    world = hall
    form = await opened(world, world.other)
    assert form.modal is not None
    assert form.modal["title"] == "Introduce myself"
    assert list(fields(form)) == ["industry", "occupation", "employment", "topics", "about"]
    assert [option["value"] for option in fields(form)["industry"]["options"]] == [f"#{key}" for key in KEYS]
    values = {"industry": ["#finance", "#retail"], "employment": ["founder"], "topics": "tea, statistics"}
    card = await sent(world, world.other, form, **values, occupation="planning", about="Nice to meet you.")
    text = world.sim.text(card)
    for line in (
        "Saved.", "alice", "**Industries**: Finance and insurance, Retail and shops", "**Work**: planning",
        "**Employment**: founder", "**Ask about**: tea, statistics", "Nice to meet you.",
    ):  # fmt: skip
        assert line in text
    assert introductions(world) == [], "nothing is public before the press"
    await world.other.click(card, label="Post it in the introductions channel")
    await at_rest(world)
    (posted,) = introductions(world)
    assert posted.content == f"**alice** says hello: <@{world.other.id}>"
    public = world.sim.text(posted)
    assert "**Industries**: Finance and insurance, Retail and shops" in public
    assert "Nice to meet you." in public
    assert "[Introduce myself]" in public
    (post,) = [post for post in world.sim.unprompted() if post.channel_id == hello(world).id]
    assert (post.silent, post.pinged) == (True, frozenset())
    assert f"on its way to <#{hello(world).id}>" in world.sim.text(card)
    assert "[Post it" not in world.sim.text(card)


async def test_in_japanese_one_is_addressed_with_san_and_the_post_speaks_the_servers_language(hall: World):
    world = hall
    card = await sent(world, world.member, industry=["#finance"], about="はじめまして。")
    text = world.sim.text(card)
    assert "yukiさん" in text
    assert "**業界**：金融・保険" in text
    await world.member.click(card, label="自己紹介用チャンネルに投稿する")
    await at_rest(world)
    (posted,) = introductions(world)
    assert posted.content.startswith("**yuki** says hello")
    assert "**Industry**: Finance and insurance" in world.sim.text(posted)


async def test_the_form_shows_what_is_known_and_an_emptied_field_is_taken_back(hall: World):
    world = hall
    await told(world, world.other, "profile edit", industry="Logistics, Tea trade", employment="npo", topics="tea")
    form = await opened(world, world.other)
    shown = fields(form)
    assert chosen(shown["industry"]) == ["#logistics", "#own-1"]
    assert len(shown["industry"]["options"]) == 21
    assert chosen(shown["employment"]) == ["npo"]
    assert shown["topics"]["value"] == "tea"
    card = await sent(world, world.other, form, industry=["#own-1", "#logistics"], occupation="x", topics="")
    text = world.sim.text(card)
    assert "**Industries**: Transport and logistics, Tea trade" in text, "a list has no order of its own"
    assert "Ask about" not in text
    assert "Employment" not in text


async def test_a_form_opened_before_a_restart_still_counts(hall: World):
    world = hall
    form = await opened(world, world.other)
    await world.sim.restart()
    card = await sent(world, world.other, form, occupation="planning")
    assert "**Work**: planning" in world.sim.text(card)


async def test_the_cards_buttons_work_after_a_restart_and_turn_the_card_itself(hall: World):
    world = hall
    card = await sent(world, world.other, occupation="planning")
    await world.sim.restart()
    form = await world.other.click(card, label="Change it")
    await world.sim.restart()
    result = await world.other.submit_modal(form, {"occupation": "research"})
    assert result.followups == []
    assert "**Work**: research" in world.sim.text(card)
    form = await world.other.click(card, label="Type my industries")
    await world.other.submit_modal(form, {"industry": "Zoo、金融"})
    text = world.sim.text(card)
    assert "**Industries**: Zoo, Finance and insurance" in text
    assert "I added “Zoo” to this server's list of industries." in text
    form = await world.other.click(card, label="Type my industries")
    assert fields(form)["industry"]["value"] == "Zoo, Finance and insurance"
    await world.other.submit_modal(form, {"industry": ""})
    assert "Industr" not in world.sim.text(card).partition("[")[0]


async def test_an_empty_form_is_answered_with_one_thing_to_do(hall: World):
    result = await hall.other.submit_modal(await opened(hall, hall.other), {})
    (text,) = hall.sim.private_replies(result)
    assert text.startswith("Your profile is still empty. Write at least one thing")
    assert "You have no profile here yet" not in text
    assert "[Introduce myself]" in text
    assert "You have no profile here yet" in await told(hall, hall.other, "profile show")


async def test_what_is_wrong_in_a_form_is_said_and_nothing_is_kept(hall: World):
    world = hall
    result = await world.other.submit_modal(await opened(world, world.other), {"topics": ",".join(map(str, range(11)))})
    assert "“What others can ask you about” has 11 entries, and 10 fit" in world.sim.private_replies(result)[-1]
    assert (await profile(world, world.other)).id == 0


# The button for all


async def test_the_button_below_an_introduction_opens_the_presser_their_own_form(hall: World):
    world = hall
    card = await sent(world, world.other, occupation="planning")
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    await world.sim.restart()
    (posted,) = introductions(world)
    form = await world.member.click(posted, label="Introduce myself")
    assert fields(form)["occupation"].get("value") in (None, "")
    card = await sent(world, world.member, form, occupation="企画")
    assert "**仕事**：企画" in world.sim.text(card)
    assert (await profile(world, world.other)).occupation == "planning"
    assert len(introductions(world)) == 1


# Posting


async def test_two_presses_at_the_same_instant_post_once(hall: World):
    world = hall
    card = await sent(world, world.other, about="Hello")
    custom_id = button(card, "Post it in the introductions channel")
    await world.sim.simultaneous(*(world.other.click(card, custom_id=custom_id) for _ in range(2)))
    await at_rest(world)
    assert len(introductions(world)) == 1


async def introduced(world: World, about: str = "Hello") -> Any:
    """An introduction of `other` that stands in the channel."""
    card = await sent(world, world.other, about=about)
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    return introductions(world)[-1]


async def test_ones_own_profile_says_where_the_introduction_stands_and_offers_no_second_one(hall: World):
    world = hall
    posted = await introduced(world)
    text = await told(world, world.other, "profile show")
    assert f"https://discord.com/channels/{world.guild.id}/{hello(world).id}/{posted.id}" in text
    assert "[Post it" not in text
    card = (await world.other.slash(world.general, "profile show")).response
    result = await press(world, world.other, stored(world, card), POST)
    await at_rest(world)
    assert len(introductions(world)) == 1, "a press on an older card posts nothing either"
    assert result.followups == [], "it is said on the card"
    card = await sent(world, world.other, about="Hello, all")
    assert f"is older than your profile: https://discord.com/channels/{world.guild.id}" in world.sim.text(card)
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    first, second = introductions(world)
    assert "Hello, all" in world.sim.text(second)
    assert "Hello, all" not in world.sim.text(first), "what people have read stays"


async def test_a_deleted_introduction_is_noticed_never_comes_back_by_itself_and_can_be_posted_again(hall: World):
    world = hall
    posted = await introduced(world)
    await world.sim.run(posted.delete())
    await at_rest(world, 90)
    assert introductions(world) == []
    asked = len(world.sim.env.http_requests)
    card = (await world.other.slash(world.general, "profile show")).response
    assert not any("/messages/" in request.path for request in world.sim.env.http_requests[asked:]), "it is known"
    text = world.sim.text(card)
    assert f"Your introduction in <#{hello(world).id}> was deleted." in text
    assert "[Post it in the introductions channel]" in text
    set_locale(world.other, "ja")
    assert f"<#{hello(world).id}>の自己紹介は削除されました。" in await told(world, world.other, "profile show")
    set_locale(world.other, "en-US")
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    assert len(introductions(world)) == 1
    assert "on its way" in world.sim.text(card)
    assert "was deleted" not in await told(world, world.other, "profile show")


@pytest.mark.parametrize("whole_channel", [False, True], ids=["the message", "its channel"])
async def test_what_was_deleted_while_the_bot_was_away_is_found_out_when_its_author_looks(
    hall: World, whole_channel: bool
):
    world = hall
    posted = await introduced(world)
    backend, channel_id = world.sim.env.backend, hello(world).id
    await world.sim.stop()
    if whole_channel:
        backend.delete_channel(channel_id)
    else:
        backend.delete_message(channel_id, posted.id)
    await world.sim.restart()
    text = await told(world, world.other, "profile show")
    assert f"Your introduction in <#{channel_id}> was deleted." in text
    assert ("[Post it" in text) is not whole_channel
    if whole_channel:
        fresh = world.guild.create_text_channel("fresh")
        await told(world, world.moderator, "settings set", introductions=fresh)
        assert "[Post it in the introductions channel]" in await told(world, world.other, "profile show")


async def test_while_discord_can_not_be_asked_an_introduction_counts_as_there(hall: World):
    world = hall
    posted = await introduced(world)
    path = f"/channels/{hello(world).id}/messages/{posted.id}"
    for status, code in ((500, 0), (403, 50001), (404, 0)):
        world.sim.env.inject_error("GET", path, status=status, code=code, times=1)
        text = await told(world, world.other, "profile show")
        assert str(posted.id) in text
        assert "[Post it" not in text


async def test_an_introduction_survives_the_end_of_the_process_between_press_and_post(hall: World):
    world = hall
    card = await sent(world, world.other, about="Hello")
    world.app.database.after_commit = None
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    assert introductions(world) == [], "this process never heard of it"
    await world.sim.restart()
    await at_rest(world)
    assert len(introductions(world)) == 1


async def test_without_a_channel_nothing_offers_to_post_and_a_moderator_can_mend_it(world: World):
    card = await sent(world, world.other, about="Hello")
    text = world.sim.text(card)
    assert "A moderator can choose one with `/settings set introductions:`." in text
    assert "[Post it" not in text
    forged = refusal(world, await press(world, world.other, stored(world, card), POST))
    assert "There is no channel for introductions here yet." in forged
    place = world.guild.create_text_channel("hello")
    assert "Channel for introductions" in await told(world, world.moderator, "settings set", introductions=place)
    assert f"<#{place.id}>" in await told(world, world.moderator, "settings show")
    assert "[Post it in the introductions channel]" in await told(world, world.other, "profile show")
    assert "not set" in await told(world, world.moderator, "settings set", clear="introductions_channel")


async def test_where_the_bot_may_not_post_it_says_what_to_tell_a_moderator(hall: World):
    world = hall
    forbid(world, hello(world), embed_links=False)
    text = world.sim.text(await sent(world, world.other, about="Hello"))
    assert "please tell a moderator: In <#" in text
    assert "**Embed Links**" in text
    assert "[Post it" not in text
    assert "**Embed Links**" in await told(world, world.moderator, "settings show")
    world.sim.env.backend.delete_channel(hello(world).id)
    await world.sim.env.settle()
    assert "The channel for introductions was deleted." in await told(world, world.other, "profile show")


async def test_a_press_after_the_permission_was_taken_posts_nothing_and_says_why(hall: World):
    world = hall
    card = await sent(world, world.other, about="Hello")
    forbid(world, hello(world), send_messages=False)
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    assert "**Send Messages**" in world.sim.text(card)
    assert (await rows(world))["posts"] == []


async def test_moderators_hear_of_an_introduction_that_could_not_be_posted(hall: World):
    world = hall
    card = await sent(world, world.other, about="Hello")
    world.sim.env.inject_error("POST", f"/channels/{hello(world).id}/messages", status=403, code=50013, times=1)
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    (notice,) = world.sim.messages(world.log)
    assert f"I could not post in <#{hello(world).id}>" in notice.content
    card = await sent(world, world.other, about="Hello again")
    await world.other.click(card, custom_id=POST)
    await at_rest(world)
    assert len(introductions(world)) == 1


# Commands


async def test_everything_is_set_by_options_and_shown_to_oneself_alone_where_it_is_ones_own(hall: World):
    world = hall
    text = await told(
        world, world.other, "profile edit", industry="Logistics, Zoo", occupation="planning",
        employment="self_employed", topics="tea、statistics", hobbies="golf", reading="ありす",
        time_zone="Tokyo", language="ja",
        ask_hours="平日 9:00〜21:00", ask_limit="3", about="Hi",
    )  # fmt: skip
    private = ("Monday", "09:00-21:00", "up to 3", "Tokyo (`Asia/Tokyo`)", "Japanese (日本語)")
    public = (
        "alice (ありす)",
        "**Hobbies**: golf",
        "Transport and logistics, Zoo",
        "self-employed",
        "tea, statistics",
        "Hi",
    )
    for line in (*private, *public):
        assert line in text, line
    seen = await told(world, world.moderator, "profile show", member=world.other)
    for line in public:
        assert line in seen, line
    for line in private:
        assert line not in seen, line
    assert re.findall(r"\[.*\]", seen) == ["[I'd like to meet]"]


async def test_a_dash_takes_back_and_what_is_left_out_stays(hall: World):
    world = hall
    await told(
        world, world.other, "profile edit", occupation="planning", ask_limit="0", ask_hours="9:00-24:00", about="Hi"
    )
    shown = await told(world, world.other, "profile show")
    assert "every day 09:00-24:00" in shown
    assert "**Questions a week**: no questions" in shown
    text = await told(world, world.other, "profile edit", occupation="-", ask_limit="-", ask_hours="off")
    assert "Hi" in text
    for gone in ("planning", "Questions", "09:00"):
        assert gone not in text
    assert "Nothing changed" in await told(world, world.other, "profile edit", about="Hi")


async def test_hours_that_are_not_understood_come_with_an_example(hall: World):
    text = await told(hall, hall.other, "profile edit", ask_hours="in the evening", about="Hi")
    assert "“in the evening”" in text
    assert "“weekdays 9:00-21:00”" in text
    set_locale(hall.other, "ja")
    assert "平日 9:00〜21:00" in await told(hall, hall.other, "profile edit", ask_hours="夕方")
    assert (await profile(hall, hall.other)).about == ""


async def test_ones_own_empty_profile_says_what_to_do_and_anothers_that_it_is_empty(hall: World):
    result = await hall.other.slash(hall.general, "profile show")
    assert "Press the button" in hall.sim.private_replies(result)[0]
    assert result.response is not None
    form = await hall.other.click(result.response, label="Introduce myself")
    empty = {part["component"]["custom_id"]: part["component"].get("placeholder") for part in form.modal["components"]}
    assert all(empty.values()), "every field says what to write"
    await hall.other.submit_modal(form, {"about": " "})
    assert "Write at least one thing" in hall.sim.text(result.response)
    form = await hall.other.click(result.response, label="Introduce myself")
    await hall.other.submit_modal(form, {"about": "Hello"})
    assert "Hello" in hall.sim.text(result.response)
    set_locale(hall.other, "ja")
    assert await told(hall, hall.other, "profile show", member=hall.member) == (
        "yukiさんは、まだプロフィールを書いていません。"
    )


async def test_a_bot_has_no_profile_and_no_member_no_other_one(hall: World):
    robot = hall.guild.add_member(hall.sim.env.create_user("robot", bot=True))
    assert "is a bot" in await told(hall, hall.other, "profile show", member=robot)


async def test_the_menu_of_a_member_shows_their_profile(hall: World):
    await told(hall, hall.other, "profile edit", about="Hello")
    result = await hall.member.context_menu(hall.general, "Profile", hall.other)
    (text,) = hall.sim.private_replies(result)
    assert "aliceさん" in text
    assert "Hello" in text
    own = await hall.other.context_menu(hall.general, "Profile", hall.other)
    assert "[Change it]" in hall.sim.private_replies(own)[0]


# Suggestions


async def test_industries_complete_behind_the_last_comma_in_the_readers_language(hall: World):
    async def suggested(typed: str, who: Any = hall.other) -> list[dict[str, str]]:
        return await who.autocomplete(hall.general, "profile edit", "industry", typed)

    assert (await suggested("bank"))[0] == {"name": "Finance and insurance", "value": "#finance"}
    (found,) = await suggested("どうぶつえん", hall.member)
    assert found == {"name": "「どうぶつえん」を追加する", "value": "どうぶつえん"}
    found = (await suggested("銀行", hall.member))[0]
    assert found == {"name": "金融・保険", "value": "#finance"}
    found = (await suggested("Finance and insurance, log"))[0]
    assert found == {"name": "Finance and insurance, Transport and logistics", "value": "#finance, #logistics"}
    text = await told(hall, hall.other, "profile edit", industry="#finance, #logistics")
    assert "Finance and insurance, Transport and logistics" in text
    assert len(await suggested("")) == 20
    await told(hall, hall.other, "profile edit", industry="茶道具店")
    assert {"name": "茶道具店", "value": "#own-1"} in await suggested("茶")


async def test_topics_and_zones_complete_too(hall: World):
    await told(hall, hall.other, "profile edit", topics="tea, statistics")
    found = await hall.member.autocomplete(hall.general, "profile edit", "topics", "golf, sta")
    assert found == [{"name": "golf, statistics", "value": "golf, statistics"}]
    found = await hall.member.autocomplete(hall.general, "profile edit", "time_zone", "とうきょう")
    assert found[0]["value"] == "Asia/Tokyo"


# People who leave, and direct messages


async def test_who_has_left_has_no_profile_when_they_return(hall: World):
    world = hall
    await told(world, world.other, "profile edit", about="Hello")
    user = world.other.user
    world.guild.remove_member(world.other)
    await world.sim.run(world.app.services.members.left(world.guild.id, user.id))
    returned = world.guild.add_member(user)
    assert "no profile here yet" in await told(world, returned, "profile show")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "has a new time"), ("ja", "日時が変わりました"), ("-", "has a new time")]
)
async def test_a_direct_message_speaks_the_language_its_reader_has_chosen(hall: World, language: str, said: str):
    world = hall
    await with_group(world)
    await scheduled(world, when="2026-01-08 07:00")
    await told(world, world.other, "profile edit", language=language, about="Hi")
    await told(world, world.other, "session rsvp", session="Logistics", answer="not_going")
    message = await previewed(world, "session edit", session="Logistics", when="2026-01-09 07:00")
    await world.moderator.click(message, label="Move it")
    await at_rest(world)
    (direct,) = [m for m in world.sim.messages(world.other.user.dm_channel) if m.author.id == world.app.bot.user.id]
    assert said in direct.content
    assert f"[{'この種類の' if language == 'ja' else 'Stop messages of this kind'}" in world.sim.text(direct)


# Forged


async def test_a_forged_form_or_button_is_answered_and_harms_nobody(hall: World):
    world = hall
    await sent(world, world.other, occupation="planning")
    channel = world.app.bot.get_channel(world.general.id)
    public = stored(world, await world.sim.run(channel.send("x")))
    before = await rows(world)
    for custom_id in ("bk:profile", "bk:profile:erase", "bk:profile:post:7", "bk:introduce:7"):
        assert "no longer works" in refusal(world, await press(world, world.moderator, public, custom_id)), custom_id
    result = await send_form(world, world.moderator, public, "bk:profileform", {"industry": "x", "nonsense": "y"})
    assert refusal(world, result)
    assert "no longer works" in refusal(
        world, await send_form(world, world.moderator, public, "bk:profileform:7", boxes())
    )
    # Wherever it stands, a press is about the presser's own profile.
    assert "Your profile is still empty" in refusal(world, await press(world, world.moderator, public, POST))
    after = await rows(world)
    assert {name for name in after if after[name] != before[name]} <= {"members"}
    assert PostState.PLANNED.value not in str(after["posts"])
