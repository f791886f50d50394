"""What a sentence needs of those before it; whole passages are in test_contextguard."""

import pytest

from rag.contextguard.anaphora import Lean, leans, names_somebody
from rag.contextguard.speech import listen
from tests import making


def lean(text: str) -> Lean:
    (passage,) = making.cut(making.article(text), budget=1_000)
    (voice,) = listen(passage)
    return leans(text, voice)


@pytest.mark.parametrize(
    "text",
    [
        "She will not stand again.",
        "On Monday he joined its rival.",
        "During the siege of Oran he became a colonel.",
        "The sailors had mutinied over their pay, he said.",
        "“It is over,” he said.",
        "Politically his days are numbered.",
    ],
)
def test_a_pronoun_for_a_person_that_nobody_before_it_explains_needs_somebody(text: str) -> None:
    assert lean(text) is Lean.SOMEBODY


@pytest.mark.parametrize(
    "text",
    [
        "It holds nine million litres.",
        "It is among the states that signed.",
        "In the fog they missed the wreck.",
        "Rebels, it says, press people into their ranks.",
        "The group has 3,000 fighters.",
        "The two employ 9,000 people.",
        "Two of them sank.",
        "Such attacks are crimes.",
        "Human Rights Watch regards such attacks as crimes.",
        "Pensioners have protested against this.",
        "That is what both sides agreed.",
        "There they were given tents.",
        "Nine of the guards there have been dismissed.",
        "Tests by the university, however, found lead.",
        "Two days later the sea was empty.",
        "“They came at night,” said Omar Haddad.",
        "The latter gave the money away.",
        "No.",
    ],
)
def test_other_words_that_point_back_need_something(text: str) -> None:
    assert lean(text) is Lean.SOMETHING


@pytest.mark.parametrize(
    "text",
    [
        "The minister said that he would resign.",
        "Korda Steel said it had no plans to close its plant.",
        "In her speech, President Amina Oduya promised a hospital.",
        "It is not clear who fired first.",
        "It took the firemen of Sarn nine hours to put out the blaze.",
        "There were forty people on board.",
        "The council says there is a reason.",
        "He-goats are kept in Brod.",
        "Both the army and the rebels agreed.",
        "Those who had stayed were pardoned.",
        "The group of nine nations met in Tarn.",
        "This week ministers meet in Sarn.",
        "So far the dam has held.",
        "The refugees were taken to Oran and died there.",
    ],
)
def test_a_sentence_that_explains_its_own_words_leans_on_nothing(text: str) -> None:
    assert lean(text) is Lean.NOTHING


def test_somebody_is_a_name_or_an_office_but_no_place() -> None:
    assert names_somebody("The plan was drawn up by the mayor.")
    assert names_somebody("On Monday Karl Brandt left.")
    assert not names_somebody("Trains were late in Oran on Monday.")
