"""Who knows: the rule as a plain function."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.gratitude import KnownFor
from bot.domain.questions.routing import About, Lecture
from bot.domain.questions.who import Known, knowers

MAY = datetime(2026, 5, 1, tzinfo=UTC)
TOPICS = ("cold chains", "tea", "茶の流通", "statistics")


def found(*people: Known, topic: str = "cold chain", industry: str = "") -> list[int]:
    return [each.member_id for each in knowers(people, About([topic]), industry)]


def thanked(people: int = 1, industries: int = 1, topic: str = "Cold chains") -> tuple[KnownFor, ...]:
    return (KnownFor(topic, people, industries),)


def test_the_more_kinds_speak_for_somebody_the_earlier_and_all_reasons_are_told():
    both = Known(1, topics=("cold chains",), lectures=(Lecture("Cold chains today", MAY),))
    much = Known(2, thanked=thanked(9, 5))
    every = Known(3, ("logistics",), ("cold chain",), thanked(), (Lecture("Cold chains", MAY),))
    nothing = Known(4, ("retail",), ("tea",))
    assert found(nothing, much, both, every, industry="logistics") == [3, 1, 2]
    (first, *_rest) = knowers([every], About(["cold chain"]), "logistics")
    assert [each.kind for each in first.why] == ["thanked", "taught", "topic", "industry"]


def test_of_the_same_number_most_people_then_most_industries_then_the_latest_lecture_come_first():
    people = [
        Known(1, thanked=thanked(2, 1)),
        Known(2, thanked=thanked(3, 1)),
        Known(3, thanked=thanked(2, 2)),
        Known(4, lectures=(Lecture("cold chains", MAY),)),
        Known(5, lectures=(Lecture("cold chains", MAY + timedelta(days=1)),)),
        Known(6, topics=("cold chains",)),
        Known(7, ("logistics",)),
        Known(8, ("logistics",)),
    ]
    assert found(*people, industry="logistics") == [2, 3, 1, 5, 4, 6, 7, 8]


def test_spellings_are_one_and_the_best_of_several_reasons_of_a_kind_is_told():
    one = Known(1, thanked=(KnownFor("ＣＯＬＤ　ｃｈａｉｎ", 1, 1), KnownFor("cold chains in Hokkaido", 4, 2)))
    (knower,) = knowers([one], About(["Cold-Chains"]), "")
    assert knower.why[0].known == KnownFor("cold chains in Hokkaido", 4, 2)
    assert found(Known(1, topics=("統計学",)), topic="統計") == [1]
    assert found(Known(1, topics=("茶",)), topic="茶碗") == []


facts = st.builds(
    Known,
    st.integers(1, 12),
    st.sampled_from([(), ("logistics",), ("retail", "logistics")]),
    st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple),
    st.lists(st.builds(KnownFor, st.sampled_from(TOPICS), st.integers(1, 4), st.integers(0, 3)), max_size=2).map(tuple),
    st.lists(st.builds(Lecture, st.sampled_from(TOPICS), st.just(MAY)), max_size=2).map(tuple),
)


@given(st.lists(facts, max_size=8, unique_by=lambda each: each.member_id), st.sampled_from(TOPICS), st.randoms())
def test_everybody_for_whom_something_speaks_is_found_with_true_reasons_in_whatever_order_they_come(
    people, topic, random
):
    about = About([topic])
    result = knowers(people, about, "logistics")
    shuffled = list(people)
    random.shuffle(shuffled)
    assert knowers(shuffled, About([topic]), "logistics") == result
    by_id = {one.member_id: one for one in people}
    for knower in result:
        one = by_id[knower.member_id]
        for why in knower.why:
            match why.kind:
                case "thanked":
                    assert why.known in one.thanked
                    assert about[why.about]
                case "taught":
                    assert any(each.theme == why.about and each.at == why.at for each in one.lectures)
                case "topic":
                    assert why.about in one.topics
                case "industry":
                    assert why.about in one.industries
    speaks = {
        one.member_id
        for one in people
        if "logistics" in one.industries
        or any(about[text] for text in one.topics)
        or any(about[each.topic] for each in one.thanked)
        or any(about[each.theme] for each in one.lectures)
    }
    assert {each.member_id for each in result} == speaks
    assert [len(each.why) for each in result] == sorted((len(each.why) for each in result), reverse=True)
