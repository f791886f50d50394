"""Whose words the sentences of a passage are made of."""

from itertools import pairwise

import pytest
from hypothesis import given

from rag.contextguard.speech import Voice, listen
from rag.types import Article
from tests import making
from tests.strategies import quotable


def hear(text: str) -> tuple[Voice, ...]:
    (passage,) = making.cut(making.article(text), budget=1_000)
    return listen(passage)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("“It is over,” she said.", ["“ she said."]),
        ("It is over.", ["It is over."]),
        ("“We saw it. It sank,” said Jorn Aske.", ["“", "“ said Jorn Aske."]),
        ('Ruiz wrote: "We won. They ran."', ["Ruiz wrote: “", "“"]),
        ("'We won. They ran,' said Ruiz.", ["“", "“ said Ruiz."]),
        ("The rebels’ guns don’t reach the town.", ["The rebels’ guns don’t reach the town."]),
        ("‘The rebels’ guns are old,’ he said.", ["“ he said."]),
        ("Es war „schön“, he said.", ["Es war “, he said."]),
        ("He called it « la belle » then.", ["He called it “ then."]),
        ("The mast was 3' 6\" tall. It fell.", ["The mast was 3' 6\" tall.", "It fell."]),
    ],
)
def test_what_stands_outside_quotation_marks_is_told(text: str, told: list[str]) -> None:
    assert [voice.narration for voice in hear(text)] == told


def test_a_quotation_is_open_from_sentence_to_sentence_until_it_is_closed() -> None:
    voices = hear("“We saw it. It turned. It sank,” said Aske. Boats came.")
    assert [voice.continues for voice in voices] == [False, True, True, False]
    assert [voice.goes_on for voice in voices] == [True, True, False, False]


def test_a_quotation_runs_over_paragraphs_that_open_with_a_mark() -> None:
    runs_on = hear("“We saw it.\n\n“It sank,” said Aske.")
    assert [voice.narration for voice in runs_on] == ["“", "“ said Aske."]


def test_a_quotation_that_was_never_closed_ends_with_its_paragraph() -> None:
    ends = hear("“We saw it.\n\nBoats came.")
    assert [voice.narration for voice in ends] == ["“", "Boats came."]


def test_a_passage_may_begin_inside_a_quotation() -> None:
    first, second = hear("It sank,” said Aske. “I saw it.”")
    assert (first.continues, first.narration) == (True, "“ said Aske.")
    assert second.narration == "“"


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("“The fort has fallen.”", True),
        ("“The fort has fallen,” said Ruiz.", False),
        ("“The fort has fallen,” protested a tall captain in grey.", False),
        ("“The fort has fallen” – according to rebels.", False),
        ("The “terrorists” fled.", False),
        ("“No.”", False),
        ("The fort has fallen.", False),
    ],
)
def test_speech_without_its_speaker_is_told_from_the_rest(text: str, lacks: bool) -> None:
    assert hear(text)[0].lacks_speaker is lacks


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("General Haddo said this from a balcony.", True),
        ("So read the leaflet that the army dropped.", True),
        ("She repeated the words nine times.", True),
        ("Ruiz said she had not been asked.", False),
        ("The fort fell.", False),
    ],
)
def test_a_sentence_that_only_says_who_spoke_is_a_tag(text: str, tag: bool) -> None:
    assert hear(text)[0].is_tag is tag


@given(quotable)
def test_every_sentence_has_a_voice_and_quotations_go_on_where_they_were(article: Article) -> None:
    for passage in making.cut(article):
        voices = listen(passage)
        assert len(voices) == len(passage.sentences)
        for before, after in pairwise(voices):
            assert before.goes_on or not after.continues
