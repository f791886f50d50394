"""A question that is plainly in another language is told from one in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.languages import name_foreign
from tests import tables

ENGLISH = [
    row["question"]
    for name in ("golden", "conversations", "follow_ups", "date_phrases")
    for row in tables.read(name)
]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wer führt die Armee von Aleppo?", "German"),
        ("Wie viele Menschen sind aus der Stadt geflohen?", "German"),
        ("Qui dirige l’armée d’Alep ?", "French"),
        ("Combien de personnes ont été déplacées ?", "French"),
        ("¿Quién dirige el ejército de Alepo?", "Spanish"),
        ("Chi guida l'esercito di Aleppo e perché?", "Italian"),
        ("Quem lidera o exército de Alepo?", "Portuguese"),
        ("Wie leidt het leger van Aleppo?", "Dutch"),
        ("Halep ordusuna kim komuta ediyor ve neden?", "Turkish"),
        ("Kto dowodzi armią i ile osób jest w mieście?", "Polish"),
        ("Vem leder armén och varför är den i Aleppo?", "Swedish"),
        ("Кто руководит армией Алеппо?", "Russian or another language in Cyrillic letters"),
        ("من يقود جيش حلب؟", "Arabic or another language in Arabic letters"),
        ("アレッポ軍を率いるのは誰ですか", "Japanese"),
        ("谁领导阿勒颇军?", "Chinese or Japanese"),
    ],
)
def test_another_language_is_named(question: str, language: str) -> None:
    assert name_foreign(question) == language


NAMES = (
    *(
        "Der Spiegel",
        "Who owns Le Monde and El País?",
        "Mayor of La Paz",
        "aleppo army",
        "?",
        "2016",
    ),
    *("WHO LEADS THE ALEPPO ARMY?", "Did the Frente de Todos win in Rio de Janeiro?"),
    *("What does “Wer ist der Chef” mean?", "Who said “Кто” in Москва?"),
)


@pytest.mark.parametrize("question", NAMES)
def test_names_do_not_make_a_question_foreign(question: str) -> None:
    assert name_foreign(question) == ""


def test_no_golden_question_is_taken_for_foreign() -> None:
    assert [question for question in ENGLISH if name_foreign(question)] == []


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert isinstance(name_foreign(text), str)
