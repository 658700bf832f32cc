"""What moderators do about questions: what becomes of them, who learns of it, and what can be undone."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actors import Actor
from bot.domain.errors import InvalidText, NotAllowed, Unknown
from bot.domain.mirrors import MirrorState
from bot.domain.questions.hiding import FORGET, KEPT, NotHidden
from bot.domain.questions.moderating import (
    AskedByName,
    MergeCircle,
    OptionMissing,
    OptionNotTaken,
    QuestionOutOfSight,
    SameIndustry,
    check_options,
)
from bot.domain.questions.news import LOGGED, MODERATED
from bot.domain.questions.values import QUESTION, ClosedAlready, QuestionState
from bot.domain.readers import is_by_dm_only, is_for_its_reader
from bot.domain.restrictions import AskerUnknown
from tests.data.files import audit_rows
from tests.domain.questions.moderated import (
    MOD,
    SECOND,
    a_forum,
    asked,
    hidden,
    person,
    question,
    where_it_is_known,
)
from tests.domain.reminding import GUILD, LOG, Club

OTHERS = person(12)


@pytest.fixture
async def club(tmp_path: Path) -> AsyncGenerator[Club]:
    async with a_forum(tmp_path) as club:
        yield club


async def told(club: Club, question_id: int) -> list[tuple[int, str]]:
    """Who is or was told what of this question."""
    async with club.db.reading(GUILD) as uow:
        posts = await uow.posts.of_subject(MODERATED, question_id)
        return [(post.member_id, post.data["act"]) for post in posts if post.state.value != "cancelled"]


async def logged(club: Club, question_id: int) -> list[tuple[int, str, int]]:
    async with club.db.reading(GUILD) as uow:
        posts = await uow.posts.of_subject(LOGGED, question_id)
        return [(post.channel_id, post.data["act"], post.data["actor"]) for post in posts]


async def recorded(club: Club) -> list[Any]:
    """The acts about questions, but for the asking itself."""
    rows = await audit_rows(club.db, GUILD)
    return [row for row in rows if row[2].startswith("question:") and row[0] != "question.post"]


async def post_state(club: Club, question_id: int) -> tuple[MirrorState, bool]:
    """The state of the mirror of its post, and whether there is something to show of it."""
    async with club.db.reading(GUILD) as uow:
        mirror = await uow.mirrors.find(QUESTION, question_id)
        assert mirror is not None
        return mirror.state, await club.services.question_forum.post(uow, mirror) is not None


async def test_a_closed_question_has_the_reason_and_its_asker_is_told_once(club: Club):
    of = await asked(club, 11)
    done = await club.services.moderating.close(GUILD, MOD, str(of), "重複です")
    assert (done.view.question.state, done.view.question.reason) == (QuestionState.CLOSED, "重複です")
    assert await told(club, of) == [(11, "close")]
    with pytest.raises(ClosedAlready):
        await club.services.moderating.close(GUILD, SECOND, str(of))
    assert await recorded(club) == [
        ("question.close", MOD.member_id, f"question:{of}", {"state": "open"}, {"state": "closed"})
    ]


async def test_a_solved_question_is_closed_already_and_keeps_that_it_is_solved(club: Club):
    of = await asked(club, 11)
    await club.services.question_life.close(GUILD, person(11), str(of))
    with pytest.raises(ClosedAlready):
        await club.services.moderating.close(GUILD, MOD, str(of), "終わりです")
    assert (await question(club, of)).state is QuestionState.SOLVED
    assert await told(club, of) == []


async def test_only_moderators_act_and_only_on_what_they_see(club: Club):
    of, into = await asked(club, 11), await asked(club, 12, "どうして？")
    blind = Actor(902, moderator=True)
    service = club.services.moderating
    for actor, error in ((person(11), NotAllowed), (blind, QuestionOutOfSight)):
        for act in (
            service.close(GUILD, actor, str(of)),
            service.merge(GUILD, actor, str(of), str(into)),
            service.move(GUILD, actor, str(of), "finance"),
            service.propose(GUILD, actor, str(of), "hide"),
            service.propose(GUILD, actor, str(of), "reveal", "x"),
            service.unhide(GUILD, actor, of),
            service.named_asker(GUILD, actor, str(of)),
        ):
            with pytest.raises(error):
                await act
    with pytest.raises(InvalidText):
        await service.close(GUILD, MOD, str(of), "x" * 201)
    assert await recorded(club) == []
    assert await told(club, of) == []


async def test_a_moved_question_is_put_to_another_industry_and_the_tags_follow(club: Club):
    of = await asked(club, 11)
    done = await club.services.moderating.move(GUILD, MOD, str(of), "finance")
    assert done.view.wanted is not None
    assert done.view.wanted.key == "finance"
    with pytest.raises(SameIndustry):
        await club.services.moderating.move(GUILD, MOD, str(of), "finance")
    assert await recorded(club) == [
        ("question.move", MOD.member_id, f"question:{of}", {"industry": ""}, {"industry": "finance"})
    ]
    async with club.db.reading(GUILD) as uow:
        assert await uow.questions.used_industries() == ["finance"]


async def test_a_merged_question_links_to_the_other_until_that_is_hidden(club: Club):
    of, into = await asked(club, 11), await asked(club, 12, "どうして？")
    done = await club.services.moderating.merge(GUILD, MOD, str(of), str(into))
    assert done.view.question.state is QuestionState.CLOSED
    assert done.view.same is not None
    assert done.view.same.post_id == 1000 + into
    assert await told(club, of) == [(11, "merge")]
    await hidden(club, into)
    shown = await club.services.question_views.show(GUILD, OTHERS, str(of))
    assert shown.view.same is None
    # Opened again it stands for itself.
    opened = await club.services.question_life.reopen(GUILD, person(11), str(of))
    assert opened.view.question.merged_into == 0


async def test_no_question_is_closed_for_itself_by_whatever_way(club: Club):
    one, two, three = [await asked(club, 11, text) for text in ("一つ目", "二つ目", "三つ目")]
    merge = club.services.moderating.merge
    with pytest.raises(MergeCircle):
        await merge(GUILD, MOD, str(one), str(one))
    await merge(GUILD, MOD, str(one), str(two))
    with pytest.raises(ClosedAlready):
        await merge(GUILD, MOD, str(one), str(two))
    with pytest.raises(MergeCircle):
        await merge(GUILD, MOD, str(two), str(one))
    # What leads on is followed to its end.
    await merge(GUILD, MOD, str(two), str(three))
    with pytest.raises(MergeCircle):
        await merge(GUILD, MOD, str(three), str(one))
    four = await asked(club, 12, "四つ目")
    await merge(GUILD, MOD, str(four), str(one))
    assert (await question(club, four)).merged_into == three


async def test_a_hidden_question_is_found_by_nobody_but_its_asker(club: Club):
    of = await asked(club, 11, details="詳しく", topic="魚")
    async with club.db(GUILD) as uow:
        assert await uow.questions.used_industries() == []
    done = await hidden(club, of, reason="宣伝")
    assert done.log_channel == LOG
    assert done.until == club.clock.now() + KEPT
    views = club.services.question_views
    for actor in (OTHERS, person(11), MOD):
        with pytest.raises(Unknown):
            await views.show(GUILD, actor, str(of))
        assert await views.suggest(GUILD, actor, "な") == []
        assert (await views.page(GUILD, actor)).questions == ()
    for act in (club.services.question_life.reopen, club.services.question_life.close):
        with pytest.raises(Unknown):
            await act(GUILD, person(11), str(of))
    with pytest.raises(Unknown):
        await club.services.question_life.reply(GUILD, person(11), str(of), "まだ？")
    (own,) = (await views.own(GUILD, person(11))).questions
    assert (own.question.state, own.question.reason, own.question.text) == (QuestionState.HIDDEN, "宣伝", "なぜ？")
    assert await post_state(club, of) == (MirrorState.LIVE, False), "the post is taken away"
    async with club.db.reading(GUILD) as uow:
        assert await uow.search.get(of) is None
        assert await uow.search.find("なぜ") == []


async def test_what_is_hidden_is_told_to_its_asker_with_their_words_and_copied_to_the_log(club: Club):
    of = await asked(club, 11, details="詳しく")
    await hidden(club, of, reason="宣伝")
    sent = await club.until(club.clock.now())
    by_kind = {each.kind: each for each in sent}
    assert by_kind[MODERATED].member_id == 11
    assert by_kind[MODERATED].value.view.question.details == "詳しく"
    assert by_kind[MODERATED].value.reason == "宣伝"
    assert by_kind[LOGGED].value.actor_id == MOD.member_id
    assert await logged(club, of) == [(LOG, "hide", MOD.member_id)]


async def test_for_a_day_a_hidden_question_can_be_brought_back_by_any_moderator(club: Club):
    of = await asked(club, 11)
    await club.services.question_life.close(GUILD, person(11), str(of), reason="分かりました")
    await hidden(club, of, reason="宣伝")
    await club.until(club.clock.now())
    club.clock.at += KEPT - timedelta(seconds=1)
    back = (await club.services.moderating.unhide(GUILD, SECOND, of)).own
    assert (back.view.question.state, back.view.question.reason) == (QuestionState.SOLVED, "分かりました")
    assert await post_state(club, of) == (MirrorState.LIVE, True)
    assert await told(club, of) == [(11, "hide"), (11, "back")]
    assert [each[1:] for each in await logged(club, of)] == [("hide", MOD.member_id), ("back", SECOND.member_id)]
    with pytest.raises(NotHidden) as said:
        await club.services.moderating.unhide(GUILD, MOD, of)
    assert not said.value.erased
    await club.until(club.clock.now() + KEPT)
    assert (await question(club, of)).text == "なぜ？", "nothing of it is erased"


async def test_who_was_not_told_yet_hears_nothing_of_what_was_undone(club: Club):
    of = await asked(club, 11)
    await hidden(club, of)
    await club.services.moderating.unhide(GUILD, MOD, of)
    assert await told(club, of) == []
    sent = await club.until(club.clock.now())
    assert [each.kind for each in sent if each.kind == MODERATED] == []


async def test_after_a_day_nothing_stays_of_what_was_written(club: Club):
    of = await asked(club, 11, "なぜ魚は高い？", details="秘密の詳細", topic="魚河岸", anonymous=True)
    await club.services.question_life.reply(GUILD, person(11), str(of), "秘密の補足", anonymous=True)
    await club.until(club.clock.now())
    await hidden(club, of)
    await club.until(club.clock.now() + KEPT + timedelta(minutes=1))
    left = await question(club, of)
    assert (left.state, left.text, left.details, left.topic) == (QuestionState.HIDDEN, "", "", "")
    async with club.db.connections.reading() as connection:
        from sqlalchemy import select

        from data.schema import metadata

        everything = [str(row) for table in metadata.sorted_tables for row in await connection.execute(select(table))]
    for words in ("魚", "秘密"):
        assert not [row for row in everything if words in row], words
    with pytest.raises(NotHidden) as said:
        await club.services.moderating.unhide(GUILD, MOD, of)
    assert said.value.erased
    (own,) = (await club.services.question_views.own(GUILD, person(11))).questions
    assert own.question.id == of
    assert ("question.erase", None, f"question:{of}", None, None) in await recorded(club)


async def test_hidden_once_more_it_has_a_day_of_its_own(club: Club):
    of = await asked(club, 11)
    await hidden(club, of)
    club.clock.at += timedelta(hours=20)
    await club.services.moderating.unhide(GUILD, MOD, of)
    await hidden(club, of)
    await club.until(club.clock.now() + timedelta(hours=20))
    assert (await question(club, of)).text == "なぜ？"
    await club.until(club.clock.now() + timedelta(hours=5))
    assert (await question(club, of)).text == ""
    async with club.db.reading(GUILD) as uow:
        assert [s for n in range(3) if (s := await uow.steps.find(FORGET, of, n)) and s.state.value == "planned"] == []


async def test_of_two_moderators_who_hide_it_the_second_learns_that_it_is_gone(club: Club):
    of = await asked(club, 11)
    service = club.services.moderating
    previews = [await service.propose(GUILD, actor, str(of), "hide") for actor in (MOD, SECOND)]
    await service.confirm(GUILD, MOD, previews[0].draft_id)
    with pytest.raises(QuestionOutOfSight):
        await service.confirm(GUILD, SECOND, previews[1].draft_id)
    with pytest.raises(Unknown):
        await service.confirm(GUILD, SECOND, previews[0].draft_id)
    assert await told(club, of) == [(11, "hide")]


async def test_what_is_kept_after_the_look_stays_as_it_is(club: Club):
    of = await asked(club, 11, anonymous=True)
    service = club.services.moderating
    for act in ("hide", "reveal"):
        preview = await service.propose(GUILD, MOD, str(of), act, "理由")
        assert await service.keep(GUILD, MOD, preview.draft_id) == act
        with pytest.raises(Unknown):
            await service.confirm(GUILD, MOD, preview.draft_id)
    assert (await question(club, of)).is_open
    assert await recorded(club) == []


async def test_who_asked_is_revealed_to_one_moderator_for_a_reason_and_told(club: Club):
    of = await asked(club, 11, anonymous=True)
    service = club.services.moderating
    with pytest.raises(OptionMissing):
        await service.propose(GUILD, MOD, str(of), "reveal", " ")
    preview = await service.propose(GUILD, MOD, str(of), "reveal", "嫌がらせの確認")
    revealed: Any = await service.confirm(GUILD, MOD, preview.draft_id)
    assert revealed.asker_id == 11
    assert await recorded(club) == [
        ("question.reveal", MOD.member_id, f"question:{of}", None, {"reason": "嫌がらせの確認"})
    ]
    assert await told(club, of) == [(11, "reveal")]
    assert await logged(club, of) == [(LOG, "reveal", MOD.member_id)]
    known = await where_it_is_known(club, 11) - {"members.member_id"}
    assert known == {"questions.asker_id"}, "not even in the message to them"
    # For everybody else nothing has changed.
    assert (await question(club, of)).anonymous


async def test_nobody_is_revealed_who_asked_by_name_or_is_no_longer_known(club: Club):
    by_name, erased = await asked(club, 11), await asked(club, 12, "どうして？", anonymous=True)
    service = club.services.moderating
    with pytest.raises(AskedByName) as said:
        await service.propose(GUILD, MOD, str(by_name), "reveal", "x")
    assert said.value.member_id == 11
    preview = await service.propose(GUILD, MOD, str(erased), "reveal", "x")
    async with club.db(GUILD) as uow:
        found = await uow.questions.find(erased)
        assert found is not None
        from msgspec.structs import replace

        await uow.questions.store(replace(found, asker_id=0))
    with pytest.raises(AskerUnknown):
        await service.confirm(GUILD, MOD, preview.draft_id)
    assert await recorded(club) == []


async def test_who_asked_anonymously_is_told_by_direct_message_only_and_others_also_in_their_thread(club: Club):
    hidden_one, by_name = await asked(club, 11, anonymous=True), await asked(club, 12, "どうして？")
    for of in (hidden_one, by_name):
        await club.services.moderating.close(GUILD, MOD, str(of))
    async with club.db.reading(GUILD) as uow:
        (secret,) = await uow.posts.of_subject(MODERATED, hidden_one)
        (open_one,) = await uow.posts.of_subject(MODERATED, by_name)
    assert (is_by_dm_only(secret), is_for_its_reader(secret)) == (True, False)
    assert (is_by_dm_only(open_one), is_for_its_reader(open_one)) == (False, True)


async def test_a_moderator_who_asked_acts_as_any_other_and_is_not_told_of_their_own_act(club: Club):
    own = Actor(11, moderator=True, sees=lambda channel_id: True)
    of = await asked(club, 11, anonymous=True)
    await hidden(club, of, own)
    assert await told(club, of) == []
    assert [row[1] for row in await recorded(club)] == [11], "as of any moderator: that they asked is not said"


async def test_who_never_used_the_bot_or_left_is_not_written_to(club: Club):
    of = await asked(club, 14)
    await club.services.moderating.close(GUILD, MOD, str(of))
    assert await told(club, of) == []
    left = await asked(club, 11, "どうして？")
    await club.services.members.left(GUILD, 11)
    await hidden(club, left)
    assert await told(club, left) == []
    assert (await question(club, left)).state is QuestionState.HIDDEN


async def test_without_a_log_channel_nothing_is_copied_and_the_moderator_learns_it(club: Club):
    async with club.db(GUILD) as uow:
        await uow.communities.change(log_channel=0)
    of = await asked(club, 11)
    assert (await club.services.moderating.propose(GUILD, MOD, str(of), "hide")).log_channel == 0
    assert (await hidden(club, of)).log_channel == 0
    assert await logged(club, of) == []


@pytest.mark.parametrize(
    ("action", "given", "error"),
    [
        ("merge", (), OptionMissing),
        ("move", ("reason",), OptionMissing),
        ("reveal", (), OptionMissing),
        ("close", ("into",), OptionNotTaken),
        ("hide", ("until",), OptionNotTaken),
        ("reveal", ("reason", "until"), OptionNotTaken),
        ("restrict", ("until", "reason"), None),
        ("merge", ("into", "reason"), None),
    ],
)
def test_each_action_has_its_own_options(action: Any, given: tuple[str, ...], error: type[Exception] | None) -> None:
    if error is None:
        check_options(action, given)
    else:
        with pytest.raises(error):
            check_options(action, given)
