"""Names are read off a question, and what an article lacks of them off its passages."""

import pytest

from rag.names import find_names, measure_missing
from tests import making


def missing(question: str, *texts: str, title: str = "", publisher: str = "") -> float:
    """Return what share of a question's names an article of some passages lacks."""
    article = making.article("\n\n".join(texts), title=title, publisher=publisher)
    return measure_missing(question, making.cut(article))[article.source.id]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who leads the Sarn Army?", ("Sarn", "Army")),
        ("What did Mrs Ada Brandt-Lund say?", ("Ada", "Brandt", "Lund")),
        ("Did the UN's envoy resign?", ("UN",)),
        ("Was the mayor told on Monday, 3 March?", ()),
        ("WHO LEADS THE SARN ARMY?", ()),
        ("who leads the sarn army", ()),
        ("What Did Ada Brandt Say?", ()),
        ("What did Will Brandt say?", ("Will", "Brandt")),
        ("Why?", ()),
    ],
)
def test_names_are_told_by_their_capitals(question: str, names: tuple[str, ...]) -> None:
    assert find_names(question) == names


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who leads the Sarn Army?", "The Army of Sarn is led by a baker."),
        ("Did Russia agree?", "The Russians agreed."),
        ("Did the Russian envoy agree?", "Russia agreed."),
        ("What did Zoe Tarn say?", "Zoë Tarn’s son spoke."),
        ("What did the United Nations say?", "The UN said nothing."),
        ("What did the UN say?", "The United Nations said nothing."),
        ("Did the ONS agree?", "The Office for National Statistics did."),
        ("who leads the army", "It rained."),
        ("What did the Kremlin promise?", "Russia promised nothing."),
        ("Did Moscow agree?", "A Kremlin spokesman did."),
        ("Did Paris's top diplomat agree?", "The French minister did."),
        ("What did the White House say?", "The Americans said nothing."),
        ("What did Washington say?", "The U.S. envoy said nothing."),
        ("Did the Élysée agree?", "France agreed."),
        ("Did Côte d’Ivoire agree?", "The Ivorian envoy did."),
    ],
)
def test_a_name_is_met_in_any_of_its_forms(question: str, text: str) -> None:
    assert missing(question, text) == 0


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("How old is Ada Brandt?", "She was six, said Odile Lund.", 1),
        ("How old is Ada Brandt?", "Otto Brandt is six.", 1 / 2),
        ("Did Mali agree?", "The males agreed.", 1),
        ("Did the UN agree?", "The union agreed.", 1),
        ("Did the United Nations agree?", "Nobody agreed.", 1),
        ("Did the Kremlin agree?", "Ukraine agreed.", 1),
        ("What did the White House say?", "The house was grey, said the Russians.", 1 / 2),
    ],
)
def test_a_name_that_is_nowhere_in_the_article_is_missing(
    question: str, text: str, share: float
) -> None:
    assert missing(question, text) == share


def test_what_is_known_of_the_article_and_its_other_passages_count() -> None:
    question = "What does the Coast Post write of Ada Brandt?"
    assert missing(question, "It rained.", title="Brandt", publisher="Coast Post") == 1 / 4
    long = "It rained and rained upon the mill. " * 100
    assert missing("Is Ada Brandt six?", long, f"{long} Ada Brandt is.") == 0


def test_every_article_is_measured_by_itself() -> None:
    articles = (making.article("Ada left.", name="a"), making.article("It rained.", name="b"))
    found = [passage for article in articles for passage in making.cut(article)]
    assert measure_missing("Did Ada leave?", found) == {"a": 0, "b": 1}
    assert measure_missing("Did it rain?", found) == {"a": 0, "b": 0}
    assert measure_missing("Did Ada leave?", []) == {}
