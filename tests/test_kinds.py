"""What kind of thing a question asks for is looked for in a sentence."""

import pytest

from rag.kinds import Kinds, is_complete, match_kinds, names_person


@pytest.mark.parametrize(
    ("question", "sentence", "kind", "value"),
    [
        ("How many boats sank?", "Nine boats sank.", "number", 1),
        ("How many boats sank?", "12 boats sank.", "number", 1),
        ("How many boats sank?", "Boats sank.", "number", -1),
        ("what share of the fleet sank", "A third of it sank.", "number", 1),
        ("When did it rain?", "It rained on Friday.", "day", 1),
        ("Which month was driest?", "It was June.", "day", 1),
        ("When did it rain?", "It rained on the hills.", "day", -1),
        ("Who closed the gates?", "Then Odile Farrant closed them.", "person", 1),
        ("Who closed the gates?", "They were closed.", "person", -1),
        ("Why was it shut?", "It was shut because girders bent.", "cause", 1),
        ("Why was it shut?", "It was shut.", "cause", -1),
    ],
)
def test_a_kind_that_is_asked_for_is_held_or_lacking(
    question: str, sentence: str, kind: str, value: float
) -> None:
    assert getattr(match_kinds(question, sentence), kind) == value


def test_a_question_that_asks_for_no_kind_says_nothing_of_any() -> None:
    assert match_kinds("Did it rain?", "It rained on Friday.") == Kinds(0, 0, 0, 0)


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


@pytest.mark.parametrize(
    ("sentence", "complete"),
    [
        ("It held.", True),
        ("“It held.”", True),
        ("“Did it hold?”", True),
        ("It held … (so far).", True),
        ("水门关闭了。", True),
        ("Truce holds in Sarn", False),
        ("A lifeboat leaves Sarn [Ada Brandt/Sarn News]", False),
    ],
)
def test_a_sentence_is_told_from_a_headline(sentence: str, complete: bool) -> None:
    assert is_complete(sentence) is complete
