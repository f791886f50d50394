"""What a country goes by: the table is read, and every way of naming one finds the others."""

import pytest

from rag import countries
from rag.countries import find_countries, mentions


@pytest.mark.parametrize(
    ("question", "word", "text"),
    [
        ("What does the Kremlin want?", "Kremlin", "Moscow wants peace."),
        ("What do Russians want?", "Russian", "Moscow wants peace."),
        ("Will the United States agree?", "United", "The Americans will."),
        ("Will the U.S. agree?", "U", "Washington will."),
        ("Will the Quai d'Orsay agree?", "Orsay", "The French will."),
        ("Will Bogotá agree?", "Bogota", "The Colombian envoy will."),
        ("Will Brussels agree?", "Brussels", "The EU will."),
        ("Will Brussels agree?", "Brussels", "The Belgians will."),
    ],
)
def test_a_country_is_met_by_whatever_it_goes_by(question: str, word: str, text: str) -> None:
    assert mentions(text, find_countries(question).get(word, frozenset()))


@pytest.mark.parametrize("question", ["Who told us?", "Who leads the house?", ""])
def test_what_names_no_country_finds_none(question: str) -> None:
    assert not find_countries(question)


def test_one_country_is_not_met_by_another() -> None:
    (names,) = set(find_countries("Did the Kremlin agree?").values())
    assert not mentions("Ukraine, Belarus and the Americans did.", names)
    assert not mentions("South Korea did.", find_countries("Did North Korea agree?")["Korea"])


def test_no_line_of_the_table_is_there_twice() -> None:
    every = countries._read()
    assert len(set(every)) == len(every)
    assert all(name and name[0].isupper() for names in every for name in names)
