"""Introductions as people live them: who is asked, two yeses, and that nobody finds out who would rather not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.errors import InvalidText, Unknown
from bot.domain.introductions import (
    AGREED,
    ASKED,
    FALLBACK,
    LATELY,
    LIVES,
    LONGEST_REASON,
    MET,
    MOST,
    REST,
    THREAD,
    AlreadyIntroduced,
    AlreadyProposed,
    AlreadyTogether,
    Answer,
    Answered,
    Introduction,
    IntroductionClosed,
    IntroductionState,
    IntroductionsView,
    NoIntroductionsLeft,
    NotHereYet,
    OnlyTheTwo,
    OnOwnList,
    SamePerson,
    month_of,
)
from bot.domain.members import MemberLeft, note_use
from bot.domain.posts import PostState, Settled
from bot.domain.privacy import Privacy
from bot.domain.profiles import Profile, ProfileChange
from bot.domain.questions.gratitude import Gratitude
from bot.domain.questions.values import Question, QuestionState
from bot.domain.restrictions import Restricted, Restriction
from bot.i18n import words
from bot.rendering import introductions as rendering
from tests.data.files import audit_rows
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, Club, Sent, a_club, at
from tests.domain.rotation.taking_turns import DAY, one, work_in

THREADS = 7000
SATO, MORI, KUDO, ABE, LATER = 11, 12, 13, 14, 15
"""Sato proposes, Mori and Kudo are to meet; Abe proposes things, too."""
REASON = "二人とも冷凍食品の話をしています。"


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with furnished(tmp_path) as club:
        yield club


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[Club]:
    async with a_club(folder) as club:
        await use(club, SATO, MORI, KUDO, ABE)
        yield club


def apart(tmp_path: Path, names: Iterable[str]) -> dict[str, Path]:
    """A folder for each of these."""
    folders = {name: tmp_path / str(number) for number, name in enumerate(names)}
    for folder in folders.values():
        folder.mkdir()
    return folders


async def use(club: Club, *member_ids: int) -> None:
    async with club.db(GUILD) as uow:
        for member_id in member_ids:
            await note_use(uow, member_id, club.clock.now())


async def quiet(club: Club, begin: int, end: int) -> None:
    """The community's quiet hours."""
    async with club.db(GUILD) as uow:
        await uow.communities.change(quiet_begin=time(begin), quiet_end=time(end))


async def propose(club: Club, by: int = SATO, person: int = MORI, to: int = KUDO, reason: str = REASON) -> int:
    done = await club.services.introductions.propose(GUILD, one(by), person, to, reason)
    return done.introduction.id


async def say(club: Club, member_id: int, introduction_id: int, answer: Answer) -> Answered:
    return await club.services.introductions.answer(GUILD, one(member_id), introduction_id, answer)


async def mine(club: Club, member_id: int) -> IntroductionsView:
    return await club.services.introductions.mine(GUILD, one(member_id))


async def find(club: Club, introduction_id: int) -> Introduction:
    async with club.db.reading(GUILD) as uow:
        found = await uow.introductions.find(introduction_id)
    assert found is not None
    return found


async def together(club: Club) -> set[tuple[int, int]]:
    async with club.db.reading(GUILD) as uow:
        return set(await uow.meetings.last_together())


async def threads_are_made(club: Club) -> list[int]:
    """What the reconciler does: each thread has the id of its introduction and then some."""
    made: list[int] = []
    async with club.db(GUILD) as uow:
        for mirror in await uow.mirrors.live(THREAD):
            if not mirror.remote_id:
                assert await club.services.introduction_words.describe_thread(uow, mirror) is not None
                await uow.mirrors.store(mirror, remote_id=THREADS + mirror.subject_id)
                await club.services.introduction_words.thread_made(uow, mirror, THREADS + mirror.subject_id)
                made.append(THREADS + mirror.subject_id)
    return made


def asked(sent: list[Sent]) -> list[int]:
    return sorted(each.member_id for each in sent if each.kind == ASKED)


# Two yeses


async def test_both_are_asked_in_private_and_two_yeses_open_a_thread_of_three(club: Club):
    await work_in(club, KUDO, "medical")
    await club.services.profiles.edit(GUILD, one(KUDO), ProfileChange(topics="シフト, 給食"))
    introduction_id = await propose(club)
    await club.drain()
    assert asked(club.sent) == [MORI, KUDO]
    to_mori = next(each for each in club.sent if each.member_id == MORI)
    assert (to_mori.value.other, to_mori.value.introduction.proposer_id) == (KUDO, SATO)
    assert to_mori.value.industry.key == "medical"
    assert to_mori.value.topics == ("シフト", "給食")
    assert REASON in to_mori.text
    assert not (await say(club, MORI, introduction_id, "yes")).agreed
    assert await threads_are_made(club) == []
    assert (await say(club, KUDO, introduction_id, "yes")).agreed
    async with club.db.reading(GUILD) as uow:
        mirror = await uow.mirrors.find(THREAD, introduction_id)
        assert mirror is not None
        assert mirror.parent_id == ANNOUNCEMENTS
        thread = await club.services.introduction_words.describe_thread(uow, mirror)
    assert thread is not None
    assert sorted(thread.members) == [SATO, MORI, KUDO]
    (thread_id,) = await threads_are_made(club)
    await club.drain()
    (told,) = [each for each in club.sent if each.kind == AGREED]
    assert (told.channel_id, told.pinged) == (thread_id, {SATO, MORI, KUDO})
    assert REASON in told.text
    # The two have met each other here; who has introduced them has not met them by that.
    assert await together(club) == {(MORI, KUDO)}
    assert await club.until(club.clock.now() + timedelta(days=3)) == []


async def test_who_is_asked_reads_what_the_other_is_known_for_if_they_let_it_be_seen(club: Club):
    async with club.db(GUILD) as uow:
        question = await uow.questions.add(
            Question(0, ABE, False, "?", "", "", "", 50, QuestionState.OPEN, "", club.clock.now(), club.clock.now())
        )
        # What was said in another forum is not for everybody to read.
        elsewhere = await uow.questions.add(replace(question, id=0, channel_id=51))
        for about, each, topic in ((question, MORI, "冷凍"), (question, KUDO, "冷凍"), (elsewhere, MORI, "統計")):
            await uow.gratitude.add(
                Gratitude(0, about.id, 0, ABE, False, each, topic, accepted=False, thanked_at=club.clock.now())
            )
        await uow.communities.change(questions_channel=50)
        await uow.privacy.put(MORI, Privacy(known_for=False))
    await propose(club)
    await club.drain()
    read = {each.member_id: each.value.known_for for each in club.sent}
    assert read == {MORI: ("冷凍",), KUDO: ()}


async def test_oneself_as_person_asks_only_the_other_and_makes_a_thread_of_two(club: Club):
    for person, to in ((SATO, MORI), (KUDO, SATO)):
        introduction_id = await propose(club, SATO, person, to)
        introduction = await find(club, introduction_id)
        other = introduction.other(SATO)
        await club.drain()
        assert asked(club.sent)[-1:] == [other]
        with pytest.raises(Unknown):
            await say(club, SATO, introduction_id, "yes")
        assert (await say(club, other, introduction_id, "yes")).agreed
        assert introduction.everybody == (SATO, other)
    assert await together(club) == {(SATO, MORI), (SATO, KUDO)}


async def test_the_last_word_counts_until_both_would_like_to(club: Club):
    introduction_id = await propose(club)
    for answer in ("yes", "no"):
        await say(club, MORI, introduction_id, answer)
    await say(club, KUDO, introduction_id, "yes")
    assert await together(club) == set()
    assert (await say(club, MORI, introduction_id, "yes")).agreed
    assert (await say(club, MORI, introduction_id, "no")).agreed
    assert await together(club) == {(MORI, KUDO)}
    assert len([row for row in await audit_rows(club.db, GUILD) if row[0] == "introduction.meet"]) == 1


async def test_pairing_heeds_who_was_introduced_and_says_of_rounds_only_what_they_were(club: Club):
    introduction_id = await propose(club)
    await say(club, MORI, introduction_id, "yes")
    await say(club, KUDO, introduction_id, "yes")
    async with club.db.reading(GUILD) as uow:
        now = club.clock.now() + DAY
        assert await uow.meetings.together_before(MORI, KUDO, now, "pairing") is None
        assert await uow.meetings.of_member(MORI, 5, "pairing") == []
        (meeting,) = await uow.meetings.of_member(MORI, 5)
        assert (meeting.occasion, meeting.people) == ("introduction", (MORI, KUDO))
    assert (await club.services.pairing.show(GUILD, one(MORI))).meetings == ()


async def test_without_a_thread_each_is_told_by_direct_message(club: Club):
    introduction_id = await propose(club)
    for each in (MORI, KUDO):
        await say(club, each, introduction_id, "yes")
    sent = await club.until(club.clock.now() + timedelta(minutes=31))
    told = {each.member_id: each.text for each in sent if each.kind == AGREED}
    assert set(told) == {SATO, MORI, KUDO}
    assert "Please write to each other" in told[MORI]
    assert f"<@{SATO}> has proposed it" in told[MORI]
    assert "I have told them to write" in told[SATO]
    assert await threads_are_made(club) == []
    # A thread that comes later after all is not begun with the same.
    assert await club.planned(FALLBACK) == {}


async def test_what_can_not_be_said_in_the_thread_is_said_to_each_alone(club: Club):
    introduction_id = await propose(club)
    for each in (MORI, KUDO):
        await say(club, each, introduction_id, "yes")
    await threads_are_made(club)
    await club.deliver()
    (post,) = await club.posts(AGREED)
    assert post.state is PostState.SENT
    async with club.db(GUILD) as uow:
        await club.services.introduction_words.undelivered(uow, Settled(post, PostState.UNDELIVERABLE, "403 50013"))
    assert sorted(each.member_id for each in await club.posts(AGREED, PostState.PLANNED)) == [SATO, MORI, KUDO]


async def test_two_weeks_later_the_two_are_asked_once_whether_they_met(club: Club):
    introduction_id = await propose(club)
    for each in (MORI, KUDO):
        await say(club, each, introduction_id, "yes")
    (thread_id,) = await threads_are_made(club)
    sent = await club.until(club.clock.now() + timedelta(days=30))
    (question,) = [each for each in sent if each.kind == MET]
    assert (question.channel_id, question.pinged) == (thread_id, {MORI, KUDO})
    for met in (False, True, True):
        await club.services.introductions.say(GUILD, one(MORI), introduction_id, met=met)
    ((_introduction, meeting),) = (await mine(club, MORI)).together
    assert meeting.met == {MORI: True}
    with pytest.raises(OnlyTheTwo):
        await club.services.introductions.say(GUILD, one(SATO), introduction_id, met=True)
    with pytest.raises(Unknown):
        await club.services.introductions.say(GUILD, one(ABE), introduction_id, met=True)


async def test_who_said_that_they_met_is_not_asked(club: Club):
    introduction_id = await propose(club)
    with pytest.raises(Unknown):
        await club.services.introductions.say(GUILD, one(MORI), introduction_id, met=True)
    for each in (MORI, KUDO):
        await say(club, each, introduction_id, "yes")
    await threads_are_made(club)
    await club.services.introductions.say(GUILD, one(KUDO), introduction_id, met=True)
    assert [each.kind for each in await club.until(club.clock.now() + timedelta(days=30))] == [ASKED, ASKED, AGREED][2:]


# Nobody finds out


Act = Callable[[Club], Awaitable[None]]


async def _avoid(club: Club, who: int, whom: int) -> None:
    await club.services.pairing.avoid(GUILD, one(who), whom)


async def _stop(club: Club, who: int) -> None:
    await club.services.members.choose(GUILD, who, "introductions", wanted=False)


async def _restrict(club: Club, who: int) -> None:
    async with club.db(GUILD) as uow:
        await uow.restrictions.put(Restriction(who, "sessions", None, "勧誘"))


SECRETS: dict[str, Act] = {
    "person avoids to": lambda club: _avoid(club, MORI, KUDO),
    "to avoids person": lambda club: _avoid(club, KUDO, MORI),
    "person avoids the proposer": lambda club: _avoid(club, MORI, SATO),
    "to wants no such messages": lambda club: _stop(club, KUDO),
    "person is restricted": lambda club: _restrict(club, MORI),
}


def without_ids(view: IntroductionsView) -> str:
    return rendering.mine(view, words("en")).text


@pytest.mark.parametrize("secret", list(SECRETS))
async def test_a_proposer_reads_the_same_for_weeks_whatever_keeps_two_from_meeting(tmp_path: Path, secret: str):
    seen: list[list[Any]] = []
    for name, folder in apart(tmp_path, ("silence", secret)).items():
        async with furnished(folder) as club:
            if name in SECRETS:
                await SECRETS[name](club)
            before = len(await audit_rows(club.db, GUILD))
            done = await club.services.introductions.propose(GUILD, one(SATO), MORI, KUDO, REASON)
            told: list[Any] = [rendering.proposed(done, GUILD, words("en")).text]
            for days in (0, 1, 13, 14, 31):
                sent = await club.until(at(13, 12) + days * DAY)
                told += [days, without_ids(await mine(club, SATO)), [each for each in sent if each.member_id == SATO]]
                assert (name == "silence" and days == 0) or asked(sent) == []
            told.append((await audit_rows(club.db, GUILD))[before:])
            seen.append(told)
    assert seen[0] == seen[1]


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_the_others_read_the_same_whether_somebody_says_no_or_nothing(tmp_path: Path, answer: Answer):
    """What the proposer, the other side (who has said yes or no) and moderators see, at every moment."""
    seen: list[list[Any]] = []
    for name, folder in apart(tmp_path, ("silence", "no", "yes, then no")).items():
        async with furnished(folder) as club:
            introduction_id = await propose(club)
            told: list[Any] = []
            if name != "silence":
                await club.drain()
                if name == "yes, then no":
                    await say(club, MORI, introduction_id, "yes")
                await say(club, MORI, introduction_id, "no")
            await club.until(at(13, 13))
            told.append(rendering.answered(await say(club, KUDO, introduction_id, answer), words("en")).text)
            for days in (1, 13, 15):
                await club.until(at(13, 12) + days * DAY)
                told += [without_ids(await mine(club, each)) for each in (SATO, KUDO, ABE)]
            told.append([(each.at, each.kind, each.text) for each in club.sent if each.member_id != MORI])
            told.append(await audit_rows(club.db, GUILD))
            seen.append(told)
    assert seen[0] == seen[1] == seen[2]


async def test_the_other_side_is_asked_also_after_a_no_or_they_would_know_from_not_being_asked(club: Club):
    await quiet(club, 11, 14)
    async with club.db(GUILD) as uow:
        await uow.profiles.put(Profile(0, MORI, time_zone="America/New_York"))
    introduction_id = await propose(club)
    await club.drain()
    assert asked(club.sent) == [MORI]
    await say(club, MORI, introduction_id, "no")
    assert asked(await club.until(at(15, 0))) == [KUDO]


async def test_answers_leave_no_row_that_moderators_read_and_a_proposal_does_not_say_of_whom(club: Club):
    introduction_id = await propose(club)
    for answer in ("yes", "no"):
        await say(club, MORI, introduction_id, answer)
    rows = await audit_rows(club.db, GUILD)
    assert rows == [("introduction.propose", SATO, f"introduction:{introduction_id}", None, None)]


# Who is asked, and about what


async def test_quiet_hours_hold_the_question_on_each_ones_own_clock(club: Club):
    await quiet(club, 22, 7)
    club.clock.at = at(13, 23)
    await propose(club)
    await club.drain()
    assert asked(club.sent) == []
    sent = await club.until(at(14, 8))
    assert {each.at for each in sent} == {datetime(2026, 7, 13, 22, tzinfo=UTC)}
    assert asked(sent) == [MORI, KUDO]


async def test_who_puts_the_other_on_their_list_before_being_asked_is_not_asked(club: Club):
    await quiet(club, 11, 14)
    await propose(club)
    await _avoid(club, KUDO, MORI)
    assert asked(await club.until(at(16, 0))) == []


async def test_what_has_come_between_two_yeses_keeps_them_apart_without_a_word(club: Club):
    for keep in (lambda: _avoid(club, MORI, KUDO), lambda: _restrict(club, MORI)):
        introduction_id = await propose(club)
        await say(club, MORI, introduction_id, "yes")
        await keep()
        assert not (await say(club, KUDO, introduction_id, "yes")).agreed
        assert await together(club) == set()
        await club.services.introductions.withdraw(GUILD, one(SATO), introduction_id)
        async with club.db(GUILD) as uow:
            await uow.pairing.avoid(MORI, KUDO, remove=True)


async def test_who_is_kept_from_sessions_neither_proposes_nor_agrees_and_reads_why(club: Club):
    introduction_id = await propose(club)
    await _restrict(club, MORI)
    with pytest.raises(Restricted) as refused:
        await say(club, MORI, introduction_id, "yes")
    assert refused.value.reason == "勧誘"
    await say(club, MORI, introduction_id, "no")
    with pytest.raises(Restricted):
        await propose(club, MORI, SATO, KUDO)


async def test_the_same_two_are_asked_once_however_many_propose_it(club: Club):
    first = await propose(club)
    second = await propose(club, ABE, KUDO, MORI)
    await club.drain()
    assert asked(club.sent) == [MORI, KUDO]
    with pytest.raises(Unknown):
        await say(club, MORI, second, "yes")
    for each in (MORI, KUDO):
        await say(club, each, first, "yes")
    # Who was second does not learn that the two have met through somebody else.
    assert [each.id for each in (await mine(club, ABE)).proposed] == [second]
    assert (await mine(club, ABE)).together == ()
    assert asked(await club.until(club.clock.now() + 30 * DAY)) == []


async def test_who_proposes_what_they_are_asked_has_thereby_answered_it(club: Club):
    first = await propose(club)
    await say(club, KUDO, first, "yes")
    await propose(club, MORI, MORI, KUDO)
    assert (await find(club, first)).state is IntroductionState.MET
    assert await together(club) == {(MORI, KUDO)}
    for each in (MORI, KUDO):
        view = await mine(club, each)
        assert (len(view.proposed), len(view.waiting), len(view.together)) == (0, 0, 1)


async def test_who_takes_their_own_proposal_back_has_not_answered_the_other_one_any_more(club: Club):
    first = await propose(club)
    own = await propose(club, MORI, MORI, KUDO)
    await club.services.introductions.withdraw(GUILD, one(MORI), own)
    assert not (await say(club, KUDO, first, "yes")).agreed
    assert [answer for _introduction, answer in (await mine(club, MORI)).waiting] == [None]
    assert (await say(club, MORI, first, "yes")).agreed


async def test_a_no_after_ones_own_proposal_is_the_last_word(club: Club):
    first = await propose(club)
    await propose(club, MORI, MORI, KUDO)
    await club.drain()
    before = len(club.sent)
    await say(club, MORI, first, "no")
    await club.services.introductions.withdraw(GUILD, one(SATO), first)
    await club.until(club.clock.now() + 15 * DAY)
    assert club.sent[before:] == []
    assert (await mine(club, MORI)).proposed == ()


async def test_two_who_would_like_to_meet_each_other_do_at_once(club: Club):
    await propose(club, MORI, MORI, KUDO)
    await propose(club, KUDO, KUDO, MORI)
    assert await together(club) == {(MORI, KUDO)}
    assert len(await threads_are_made(club)) == 1


async def test_the_second_proposal_has_its_turn_when_the_first_is_taken_back_or_over(club: Club):
    for end in ("withdrawn", "over"):
        first = await propose(club)
        club.clock.pass_time(days=3)
        second = await propose(club, ABE)
        await club.drain()
        before = len(club.sent)
        if end == "withdrawn":
            await club.services.introductions.withdraw(GUILD, one(SATO), first)
            await club.drain()
        else:
            await club.until((await find(club, first)).ends_at)
        fresh = club.sent[before:]
        assert asked(fresh) == [MORI, KUDO]
        assert {each.value.introduction.id for each in fresh} == {second}
        await club.services.introductions.withdraw(GUILD, one(ABE), second)


async def test_who_said_no_is_not_asked_about_the_same_person_for_a_while(club: Club):
    first = await propose(club)
    await club.drain()
    await say(club, MORI, first, "no")
    await club.until(club.clock.now() + 15 * DAY)
    before = len(club.sent)
    await propose(club, ABE)
    await club.drain()
    assert club.sent[before:] == []
    # Whoever thinks better of it says so themselves: then only the other one is asked.
    await propose(club, MORI, MORI, KUDO)
    await club.until(club.clock.now() + 15 * DAY)
    assert asked(club.sent[before:]) == [KUDO]
    club.clock.pass_time(days=REST.days)
    before = len(club.sent)
    await propose(club, ABE)
    await club.drain()
    assert asked(club.sent[before:]) == [MORI, KUDO]


async def test_who_was_introduced_lately_is_not_asked_again_by_somebody_who_does_not_know(club: Club):
    first = await propose(club)
    for each in (MORI, KUDO):
        await say(club, each, first, "yes")
    await club.drain()
    before = len(club.sent)
    await propose(club, ABE)
    await club.drain()
    assert asked(club.sent[before:]) == []


# What is refused


async def test_refusals_tell_only_what_the_proposer_knows(club: Club):
    with pytest.raises(SamePerson):
        await propose(club, SATO, MORI, MORI)
    with pytest.raises(SamePerson):
        await propose(club, SATO, SATO, SATO)
    with pytest.raises(NotHereYet) as stranger:
        await propose(club, SATO, MORI, LATER)
    assert stranger.value.member_id == LATER
    for reason in ("", " \n", "長" * (LONGEST_REASON + 1)):
        with pytest.raises(InvalidText):
            await propose(club, reason=reason)
    await _avoid(club, SATO, KUDO)
    with pytest.raises(OnOwnList):
        await propose(club, SATO, KUDO, SATO)
    first = await propose(club)
    for person, to in ((MORI, KUDO), (KUDO, MORI)):
        with pytest.raises(AlreadyProposed):
            await propose(club, SATO, person, to)
    for each in (MORI, KUDO):
        await say(club, each, first, "yes")
    with pytest.raises(AlreadyIntroduced):
        await propose(club)
    for each, other in ((MORI, KUDO), (KUDO, MORI)):
        with pytest.raises(AlreadyTogether):
            await propose(club, each, each, other)
    club.clock.pass_time(days=LATELY.days + 1)
    await propose(club)
    await propose(club, MORI, MORI, KUDO)


async def test_three_in_a_month_of_the_communitys_calendar_also_those_that_were_taken_back(club: Club):
    for other in (MORI, KUDO, ABE):
        introduction_id = await propose(club, SATO, SATO, other)
        await club.services.introductions.withdraw(GUILD, one(SATO), introduction_id)
        club.clock.pass_time(days=1)
    begin, end = month_of(club.clock.now(), ZoneInfo("Asia/Tokyo"))
    assert begin.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%d %H:%M") == "01 00:00"
    with pytest.raises(NoIntroductionsLeft) as refused:
        await propose(club)
    view = await mine(club, SATO)
    assert (refused.value.next_at, view.next_at, view.left) == (end, end, 0)
    club.clock.at = end - timedelta(seconds=1)
    with pytest.raises(NoIntroductionsLeft):
        await propose(club)
    club.clock.at = end
    assert ((view := await mine(club, SATO)).left, view.next_at) == (MOST, None)
    await propose(club)
    assert (await mine(club, SATO)).left == MOST - 1


START = datetime(2020, 1, 1, tzinfo=UTC)


@given(
    st.integers(0, 20 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.sampled_from(["Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "UTC"]).map(ZoneInfo),
)
def test_a_month_is_that_of_the_calendar_on_the_clocks_of_a_zone(now: datetime, zone: ZoneInfo):
    begin, end = month_of(now, zone)
    assert begin <= now < end
    month = begin.astimezone(zone).month
    assert (end - timedelta(seconds=1)).astimezone(zone).month == month != end.astimezone(zone).month
    assert (begin - timedelta(seconds=1)).astimezone(zone).month != month
    assert month_of(end, zone)[0] == end


# What ends


async def test_an_ask_ends_after_two_weeks_in_silence(club: Club):
    introduction_id = await propose(club)
    await club.drain()
    sent = await club.until(club.clock.now() + LIVES)
    assert sent == []
    for each in (MORI, KUDO):
        with pytest.raises(IntroductionClosed):
            await say(club, each, introduction_id, "yes")
    with pytest.raises(IntroductionClosed):
        await club.services.introductions.withdraw(GUILD, one(SATO), introduction_id)
    assert ((view := await mine(club, SATO)).proposed, view.together) == ((), ())
    assert (await mine(club, MORI)).waiting == ()


async def test_what_is_taken_back_can_not_be_answered_and_what_was_not_sent_is_not(club: Club):
    await quiet(club, 11, 14)
    introduction_id = await propose(club)
    for who in (MORI, ABE):
        with pytest.raises(Unknown):
            await club.services.introductions.withdraw(GUILD, one(who), introduction_id)
    for _twice in range(2):
        await club.services.introductions.withdraw(GUILD, one(SATO), introduction_id)
    assert asked(await club.until(at(16, 0))) == []
    with pytest.raises(IntroductionClosed):
        await say(club, MORI, introduction_id, "yes")


@pytest.mark.parametrize("who", [SATO, MORI, KUDO])
async def test_when_one_of_them_leaves_it_ends_without_a_word(club: Club, who: int):
    introduction_id = await propose(club)
    await club.drain()
    stays = KUDO if who == MORI else MORI
    await say(club, stays, introduction_id, "yes")
    before = len(club.sent)
    assert await club.services.members.left(GUILD, who)
    await club.until(club.clock.now() + 15 * DAY)
    assert club.sent[before:] == []
    assert (await find(club, introduction_id)).state is IntroductionState.GONE
    with pytest.raises(IntroductionClosed):
        await say(club, stays, introduction_id, "no")


async def test_when_the_first_proposer_leaves_the_second_has_their_turn(club: Club):
    await propose(club)
    second = await propose(club, ABE)
    await club.drain()
    before = len(club.sent)
    async with club.db(GUILD) as uow:
        await club.services.introductions.on_member_left(uow, MemberLeft(GUILD, SATO))
    await club.drain()
    assert asked(club.sent[before:]) == [MORI, KUDO]
    assert {each.value.introduction.id for each in club.sent[before:]} == {second}


async def test_who_has_left_before_the_thread_is_made_gets_no_thread_and_nobody_a_message(club: Club):
    introduction_id = await propose(club)
    for each in (MORI, KUDO):
        await say(club, each, introduction_id, "yes")
    await club.services.members.left(GUILD, MORI)
    async with club.db.reading(GUILD) as uow:
        mirror = await uow.mirrors.find(THREAD, introduction_id)
        assert mirror is not None
        assert await club.services.introduction_words.describe_thread(uow, mirror) is None
    assert [each.kind for each in await club.until(club.clock.now() + 20 * DAY) if each.kind != ASKED] == []


async def test_a_proposer_who_left_is_not_in_the_thread(club: Club):
    introduction_id = await propose(club)
    for each in (MORI, KUDO):
        await say(club, each, introduction_id, "yes")
    await club.services.members.left(GUILD, SATO)
    async with club.db.reading(GUILD) as uow:
        mirror = await uow.mirrors.find(THREAD, introduction_id)
        assert mirror is not None
        thread = await club.services.introduction_words.describe_thread(uow, mirror)
    assert thread is not None
    assert sorted(thread.members) == [MORI, KUDO]


async def test_who_stops_such_messages_is_asked_no_more_and_has_them_again(club: Club):
    await _stop(club, MORI)
    await propose(club)
    await club.drain()
    assert asked(club.sent) == []
    await club.services.members.choose(GUILD, MORI, "introductions", wanted=True)
    await propose(club, ABE)
    await club.drain()
    assert asked(club.sent) == [MORI, KUDO]
