"""What was typed into a refused form: what is kept of it, for whom, and when keeping it helps."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.domain.actors import Actor
from bot.domain.errors import InvalidText, NotAllowed, NotSetUp, StudyError, Unknown
from bot.domain.forms import Filled, FormService, can_be_corrected, storable
from bot.domain.phrases import PhraseNotUnderstood
from bot.domain.sessions import NoChannel, SessionNotOpen, SessionState
from data.forms import kept_forms
from tests.domain.study import GUILD, MODERATOR, Study, study_on
from tests.rendering.longest import a_session

TYPED = Filled({"theme": "Tea", "when": "soonish"}, {"industry": ("#finance", "#tea")})
FORM = "bk:newsessionform:1"
YUKI, KEN = Actor(7), Actor(8)


@pytest.fixture
async def study(tmp_path: Path) -> AsyncGenerator[Study]:
    async with study_on(tmp_path) as made:
        yield made


@pytest.fixture
def forms(study: Study) -> FormService:
    return FormService(study.db)


async def test_what_was_typed_is_found_by_its_author_alone(forms: FormService):
    kept = await forms.keep(GUILD, YUKI, FORM, TYPED)
    assert (await forms.find(GUILD, YUKI, kept.id)).data == TYPED
    for guild_id, actor, kept_id in ((GUILD, KEN, kept.id), (GUILD + 1, YUKI, kept.id), (GUILD, YUKI, kept.id + 1)):
        with pytest.raises(Unknown):
            await forms.find(guild_id, actor, kept_id)


async def test_the_newest_text_of_a_form_takes_the_place_of_the_one_before(study: Study, forms: FormService):
    first = await forms.keep(GUILD, YUKI, FORM, TYPED)
    newest = Filled({"theme": "Sencha"}, {})
    second = await forms.keep(GUILD, YUKI, FORM, newest)
    assert second.id == first.id, "the button below the first refusal opens the newest text"
    assert (await forms.find(GUILD, YUKI, first.id)).data == newest
    other = await forms.keep(GUILD, YUKI, "bk:moveform:1", TYPED)
    others = await forms.keep(GUILD, KEN, FORM, TYPED)
    assert len({first.id, other.id, others.id}) == 3


async def test_a_form_that_was_taken_is_forgotten_and_no_other_one(study: Study, forms: FormService):
    kept = await forms.keep(GUILD, YUKI, FORM, TYPED)
    others = await forms.keep(GUILD, KEN, FORM, TYPED)
    await forms.taken(GUILD, YUKI, "bk:moveform:1")
    assert (await forms.find(GUILD, YUKI, kept.id)).data == TYPED
    await forms.taken(GUILD, YUKI, FORM)
    with pytest.raises(Unknown):
        await forms.find(GUILD, YUKI, kept.id)
    assert (await forms.find(GUILD, KEN, others.id)).data == TYPED


async def test_the_draft_that_a_form_has_changed_is_used_up_if_it_is_ones_own(study: Study, forms: FormService):
    preview = await study.sessions.preview(GUILD, MODERATOR, study.new())
    await forms.taken(GUILD, YUKI, FORM, preview.draft_id)
    await study.sessions.draft(GUILD, MODERATOR, preview.draft_id)
    await forms.taken(GUILD, MODERATOR, FORM, preview.draft_id)
    with pytest.raises(Unknown):
        await study.sessions.draft(GUILD, MODERATOR, preview.draft_id)


async def test_it_is_kept_for_a_day_from_when_it_was_sent_last(study: Study, forms: FormService):
    kept = await forms.keep(GUILD, YUKI, FORM, TYPED)
    study.clock.pass_time(hours=20)
    await forms.keep(GUILD, YUKI, FORM, TYPED)
    study.clock.pass_time(hours=20)
    await forms.find(GUILD, YUKI, kept.id)
    study.clock.pass_time(hours=4, seconds=1)
    with pytest.raises(Unknown):
        await forms.find(GUILD, YUKI, kept.id)
    await forms.taken(GUILD, YUKI, FORM)  # there is nothing to forget
    newer = await forms.keep(GUILD, YUKI, FORM, TYPED)
    assert newer.id > kept.id, "an old button opens no other form"
    assert [row["id"] for row in await study.rows(kept_forms)] == [newer.id]


def test_no_more_is_stored_than_discord_lets_anybody_send():
    kept = storable(
        Filled(
            {f"box {n}": "x" * 5000 for n in range(9)},
            {f"list {n}": tuple("y" * 200 for _ in range(40)) for n in range(9)},
        )
    )
    assert len(kept.written) == len(kept.chosen) == 5
    assert {len(text) for text in kept.written.values()} == {4000}
    assert {len(values) for values in kept.chosen.values()} == {25}
    assert {len(value) for values in kept.chosen.values() for value in values} == {100}
    assert storable(Filled({"a": " T\x00\ud83c\n"}, {"b": ("\x00v",)})) == Filled({"a": "T"}, {"b": ("v",)})


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        (PhraseNotUnderstood("soonish"), True),
        (InvalidText("theme", 0, 100), True),
        (Unknown("industry", "#spaceships"), True),
        (NoChannel("Asakai"), True),
        (Unknown("draft", "1"), False),
        (Unknown("button", "x"), False),
        (Unknown("group", "Board"), False),
        (NotAllowed(("moderator",)), False),
        (NotSetUp(), False),
        (SessionNotOpen(a_session(), SessionState.CANCELLED), False),
    ],
)
def test_a_form_is_opened_again_where_typing_something_else_may_help(error: StudyError, helps: bool):
    assert can_be_corrected(error) is helps
