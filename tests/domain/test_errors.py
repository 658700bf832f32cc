from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import InvalidNumber, NotSetUp, StudyError, Unknown
from bot.domain.phrases import PhraseNotUnderstood


def facts(error: StudyError) -> dict[str, Any]:
    return {name: getattr(error, name) for name in error.fields()}


def test_an_error_carries_its_facts_given_in_order_or_by_name():
    told = {"field": "capacity", "value": 0, "least": 1, "most": 9}
    for error in (InvalidNumber("capacity", 0, 1, 9), InvalidNumber("capacity", 0, most=9, least=1)):
        assert facts(error) == told
        assert error.args == ("capacity", 0, 1, 9), "as the log shows it"
    assert facts(NotSetUp()) == {}


def test_a_fact_may_have_a_default():
    assert facts(PhraseNotUnderstood("x")) == {"text": "x", "kind": "when"}
    assert facts(PhraseNotUnderstood("x", "clock")) == {"text": "x", "kind": "clock"}


def test_an_error_without_one_of_its_facts_or_with_a_strange_one_can_not_be_made():
    wrong: list[tuple[type[StudyError], list[Any], dict[str, Any]]] = [
        (Unknown, ["group"], {}),
        (Unknown, ["group", "Tea", (), 3], {}),
        (Unknown, ["group"], {"name": "Tea", "where": "here"}),
        (NotSetUp, [1], {}),
    ]
    for kind, values, named in wrong:
        with pytest.raises(TypeError):
            kind(*values, **named)


def test_a_special_case_has_the_facts_of_the_general_one_first():
    class SpeltWrong(Unknown):
        meant: str = ""

    assert SpeltWrong.fields() == ("thing", "name", "near", "meant")
    told = {"thing": "group", "name": "Tee", "near": ("Tea",), "meant": "Tea"}
    assert facts(SpeltWrong("group", "Tee", ("Tea",), "Tea")) == told
    with pytest.raises(Unknown):
        raise SpeltWrong("group", "Tee")


def test_the_same_error_with_another_fact_leaves_the_first_one_alone():
    first = Unknown("group", "Tea")
    assert facts(first.but(name="Go")) == {"thing": "group", "name": "Go", "near": ()}
    assert type(first.but()) is Unknown
    assert first.name == "Tea"
    with pytest.raises(TypeError):
        first.but(nome="Go")
