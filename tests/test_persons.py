"""Whether a person is asked for is read off the question, whether one is named off a sentence."""

import pytest

from rag.persons import match_person, names_person


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the crew?",
        "who is the captain",
        "Who is Sarn's captain?",
        "What is the name of the man at the helm?",
    ],
)
def test_a_name_is_looked_for_where_a_person_is_asked_for(question: str) -> None:
    assert match_person(question, "At the helm stood Odile Farrant.") == 1
    assert match_person(question, "At the helm stood the captain.") == -1


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the plan?",
        "When did it rain?",
        "Whoever leads?",
        "Who is Ada Brandt?",
        "who was Staffan de Loor",
    ],
)
def test_other_questions_do_not_ask_for_a_name(question: str) -> None:
    assert match_person(question, "At the helm stood the captain.") == 0


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Captain Ilse Brandt spoke.", True),
        ("It was said by Staffan de Loor.", True),
        ("It was said by Omar al-Hadi.", True),
        ("The Sarn Harbour Authority spoke.", False),
        ("The Ministry of Defence spoke.", False),
        ("The Morrow Dam spoke.", False),  # the question has it
        ("the captain spoke", False),
    ],
)
def test_a_person_is_told_from_a_body(sentence: str, named: bool) -> None:
    assert names_person("Who spoke at the Morrow Dam?", sentence) is named
