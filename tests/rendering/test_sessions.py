from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.communities import Community
from bot.domain.groups import LONGEST_NAME, StudyGroup
from bot.domain.industries import LONGEST_NAME as LONGEST_INDUSTRY
from bot.domain.industries import Industry
from bot.domain.rotation import Turn, TurnState
from bot.domain.rotation.requests import LONGEST_OUTLINE, LONGEST_READING
from bot.domain.rsvps import Answer, Promotion, Rsvp
from bot.domain.sessions import LONGEST_REASON, Lecture, Session, SessionState, SessionView, WhichGroup
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import sessions as rendering
from data.communities import DEFAULTS
from tests.domain.study import GUILD, NOW, at, person
from tests.rendering.longest import check_limits

LONG = "勉" * 100
GROUP = StudyGroup(1, GUILD, "経済部会", "", 0, 7, None, (), 0, False, True, frozenset(), NOW, None)
COMMUNITY = Community(guild_id=GUILD, **(DEFAULTS | {"time_zone": "Asia/Tokyo", "announcements_channel": 5}))
SESSION = Session(
    id=7,
    guild_id=GUILD,
    group_id=1,
    series_id=None,
    occurrence_on=None,
    kind="lecture",
    theme="物流",
    description="",
    starts_at=at(15, 7),
    duration=60,
    venue="",
    link="",
    capacity=None,
    deadline=None,
    host_id=1,
    state=SessionState.SCHEDULED,
    revision=0,
    announced_at=NOW,
    created_at=NOW,
)


def view(coming: int = 0, late: int = 0, waiting: int = 0, maybe: int = 0, **values: Any) -> SessionView:
    answers = [(Answer.GOING, False)] * coming + [(Answer.LATE, False)] * late
    answers += [(Answer.GOING, True)] * waiting + [(Answer.MAYBE, False)] * maybe + [(Answer.NOT_GOING, False)]
    rsvps = tuple(Rsvp(7, 10**18 + n, answer, wait, n, NOW) for n, (answer, wait) in enumerate(answers))
    return SessionView(replace(SESSION, **values), GROUP, COMMUNITY, None, rsvps)


def fields(content: Any) -> dict[str, str]:
    return {field.name: field.value for field in content.embed.fields}


def labels(content: Any) -> list[str]:
    return [button.label for row in content.rows for button in row]


def test_an_announcement_names_twenty_and_counts_the_others():
    content = rendering.announcement(view(coming=50, late=7), words("en"))
    people = fields(content)["Coming: 57"]
    assert people.count("<@") == 20
    assert people.endswith("and 37 more")
    assert labels(content) == ["Going", "Late", "Maybe", "Not going", "Show all names"]
    twenty = rendering.announcement(view(coming=20), words("en"))
    assert "more" not in fields(twenty)["Coming: 20"]
    assert "Show all names" not in labels(twenty)


def test_an_announcement_never_shows_who_declines_nor_the_link():
    content = rendering.announcement(view(coming=1, link="https://meet.example/x"), words("en"))
    shown = str(content.embed.to_dict())
    assert str(10**18 + 1) not in shown
    assert "meet.example" not in shown
    assert content.embed.footer.text == "Press Going to see the link."


def test_places_and_the_line_are_told():
    content = rendering.announcement(view(coming=3, waiting=2, maybe=1, capacity=3), words("en"))
    assert fields(content)["Capacity"] == "3 of 3 places taken, 2 on the waitlist"
    assert fields(content)["Waitlist: 2"].count("<@") == 2
    assert fields(content)["Maybe: 1"].count("<@") == 1


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.ENDED])
def test_what_is_cancelled_or_over_says_so_and_asks_for_no_answer(state: SessionState):
    content = rendering.announcement(view(coming=3, state=state), words("en"))
    shown = str(content.embed.to_dict())
    assert ("Cancelled" in shown) is (state is SessionState.CANCELLED)
    assert ("is over" in shown) is (state is SessionState.ENDED)
    assert labels(content) == []


def test_the_announcement_of_a_cancelled_session_gives_the_reason_if_there_was_one():
    for reason, shown in (("台風", "台風"), ("", None), (None, None)):
        value = view(coming=3, state=SessionState.CANCELLED, cancelled_because=reason)
        assert fields(rendering.announcement(value, words("en"))).get("Reason") == shown


@pytest.mark.parametrize("number", [2, 5, 6, 25])
def test_groups_to_choose_from_stand_below_each_other_as_long_as_there_is_room(number: int):
    groups = {n: replace(GROUP, id=n, name="部" * LONGEST_NAME) for n in range(1, number + 1)}
    content = rendering.which_group(WhichGroup(10**18 - 1, LONG, groups), words("ja"))
    check_limits(content)
    assert max(map(len, content.rows)) == -(-number // 5)
    assert len(labels(content)) == number


@pytest.mark.parametrize(("page", "first", "last"), [(0, 1, 20), (1, 21, 40), (9, 981, 999)])
def test_more_groups_than_fit_are_shown_in_pages(page: int, first: int, last: int):
    number = 999 if page == 9 else 45
    groups = {n: replace(GROUP, id=n, name=f"部会{n}") for n in range(1, number + 1)}
    content = rendering.which_group(WhichGroup(10**18 - 1, LONG, groups), words("ja"), 49 if page == 9 else page)
    check_limits(content)
    assert labels(content) == [*(f"部会{n}" for n in range(first, last + 1)), "前へ", "次へ"]


def lecturer(place: int = 0, **said: str) -> tuple[Turn, Industry | None]:
    turn = Turn(7, place, 2**64 - 1 - place, TurnState.CONFIRMED, NOW, **said)
    return turn, Industry("own-1", "業" * LONGEST_INDUSTRY)


LONG_LECTURE = {"theme": LONG, "outline": "概" * LONGEST_OUTLINE, "reading": "読" * LONGEST_READING}


@pytest.mark.parametrize("lecturers", [0, 1, 5])
@pytest.mark.parametrize("locale", ["en", "ja", PSEUDO])
def test_the_longest_session_keeps_within_discords_limits(locale: str, lecturers: int):
    value = view(
        coming=300,
        late=30,
        waiting=300,
        maybe=300,
        theme=LONG,
        description="説" * 1000,
        venue=LONG,
        link="https://example.org/" + "x" * 480,
        capacity=1000,
        deadline=NOW + timedelta(hours=1),
        kind="discussion",
        cancelled_because="因" * LONGEST_REASON,
    )
    value = replace(value, lecture=Lecture(tuple(lecturer(place, **LONG_LECTURE) for place in range(lecturers))))
    w = words(locale)
    for state in SessionState:
        shown = replace(value, session=replace(value.session, state=state))
        contents = [
            rendering.announcement(shown, w),
            rendering.shown(shown, person(10**18), w),
            *(rendering.names(shown, page, person(10**18), w) for page in range(20)),
        ]
        for content in contents:
            assert content.embed is not None
            assert len(content.embed) <= 6000
            assert len(content.embed.title or "") <= 256
            assert len(content.embed.description or "") <= 4096
            assert all(len(f.name or "") <= 256 and 0 < len(f.value or "") <= 1024 for f in content.embed.fields)
            assert all(len(b.label) <= 80 and len(b.custom_id) <= 70 for row in content.rows for b in row)
            assert len(content.rows) <= 5
            ids = [b.custom_id for row in content.rows for b in row]
            assert len(ids) == len(set(ids))
        assert len(rendering.thread_name(shown, w)) <= 100
    event = rendering.event(value, w)
    assert len(event.name) <= 100
    assert len(event.description) <= 1000
    assert 0 < len(event.location) <= 100


def test_what_lecturers_give_to_read_ahead_is_never_cut_in_the_middle():
    some = (lecturer(reading="https://example.org/a"), lecturer(1), lecturer(2, reading="読" * LONGEST_READING))
    shown = fields(rendering.announcement(replace(view(), lecture=Lecture(some[:2])), words("ja")))
    assert shown["事前に読んでほしいもの"] == f"<@{2**64 - 1}>: https://example.org/a"
    alone = fields(rendering.announcement(replace(view(), lecture=Lecture(some[:1])), words("en")))
    assert alone["To read ahead"] == "https://example.org/a"
    several = fields(rendering.announcement(replace(view(), lecture=Lecture((*some, some[2]))), words("en")))
    assert several["To read ahead"].endswith("読" * LONGEST_READING)
    assert "To read ahead" not in fields(
        rendering.announcement(replace(view(), lecture=Lecture(some[1:2])), words("en"))
    )


def test_the_lecturer_can_be_asked_once_there_is_one_and_until_the_session_is_over():
    with_one = replace(view(), lecture=Lecture((lecturer(),)))
    assert "Ask the lecturer" in labels(rendering.announcement(with_one, words("en")))
    assert "Ask the lecturer" in labels(rendering.shown(with_one, person(5), words("en")))
    assert "Ask the lecturer" not in labels(rendering.announcement(view(), words("en")))
    over = replace(with_one, session=replace(with_one.session, state=SessionState.ENDED))
    assert "Ask the lecturer" not in labels(rendering.announcement(over, words("en")))


def test_an_event_always_has_a_place_and_never_the_link():
    event = rendering.event(view(link="https://meet.example/x"), words("en"))
    assert event.location == "See the announcement"
    assert "meet.example" not in event.description


def test_a_thread_is_named_by_date_and_theme():
    assert rendering.thread_name(view(), words("en")) == "Jul 15 (Wed) 物流"
    cancelled = view(state=SessionState.CANCELLED)
    assert rendering.thread_name(cancelled, words("en")) == "Cancelled: Jul 15 (Wed) 物流"


def test_a_promotion_pings_only_where_it_is_not_private():
    promoted = Promotion(view(coming=1), 10**18, private=True)
    content = rendering.promotion(promoted, words("en"))
    assert content.mentions == ()
    assert all(button.custom_id.endswith(f":{GUILD}") for row in content.rows for button in row)
    public = rendering.promotion(replace(promoted, private=False), words("en"))
    assert public.mentions == (10**18,)
    assert f"<@{10**18}>" in public.text
    to_moderators = rendering.promotion(replace(promoted, private=False, untold=True), words("en"))
    assert (to_moderators.mentions, to_moderators.rows) == ((), ())
    assert "Please tell them" in to_moderators.text


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_whoever_gets_a_place_reads_the_link_alone_and_is_told_in_the_thread_where_it_is(locale: str):
    promoted = Promotion(view(coming=1, link="https://meet.example/tea"), 10**18, private=True)
    alone = rendering.promotion(promoted, words(locale)).text
    assert "https://meet.example/tea" in alone
    assert "`/session show`" not in alone, "a direct message has no such command"
    in_thread = rendering.promotion(replace(promoted, private=False), words(locale)).text
    assert "meet.example" not in in_thread, "others read along, who may not come"
    assert "`/session show`" in in_thread


def test_everybody_is_listed_once_over_all_pages():
    value = view(coming=100, late=30, waiting=40, maybe=20)
    shown: list[str] = []
    for page in range(5):
        content = rendering.names(value, page, person(10**18), words("en"))
        assert content.embed is not None
        assert content.embed.description is not None
        shown += [word for word in content.embed.description.split() if word.startswith("<@")]
    assert len(shown) == len(set(shown)) == 190


@pytest.mark.parametrize("state", list(SessionState))
def test_nothing_in_an_announcement_escapes_translation(state: SessionState):
    value = view(coming=30, late=1, waiting=1, maybe=1, capacity=31, kind="social", venue="会議室", state=state)
    w = words(PSEUDO)
    content = rendering.announcement(value, w)
    assert content.embed is not None
    texts = [content.embed.title or "", content.embed.footer.text or "", *labels(content)]
    texts += [text for pair in fields(content).items() for text in pair]
    assert [found for text in texts for found in escaped(text, ["経済部会", "物流", "会議室"])] == []
