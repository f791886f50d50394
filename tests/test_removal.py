"""Removing takes out of the search what was named, no more; nothing goes before it is named."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Archive
from rag.errors import ArticleError, SelectionError
from rag.selection import Selection
from tests import making

Run = Callable[..., tuple[int, str, str]]
DENIED = "Mayor Odile Farrant denied that the wall had cracked."


@pytest.fixture
def run(run: Run, archive: Archive) -> Run:
    """Run the command on a store with the three small articles."""
    archive.close()
    return run


def titles(archive: Archive) -> set[str]:
    return {source.title for source in archive.articles()}


def identify(archive: Archive, title: str) -> str:
    return next(each.id for each in archive.articles() if each.title == title)


@pytest.mark.parametrize(
    ("selectors", "gone"),
    [
        ({"publishers": ["Hill Courier"]}, {"Gates", "Girders"}),
        ({"publishers": ["Hill Courier"], "since": date(2020, 3, 1)}, {"Gates"}),
        ({"since": date(2020, 3, 2), "until": date(2020, 3, 2)}, {"Smoke"}),
        ({"until": date(2020, 3, 6)}, {"Smoke", "Gates"}),
        ({"paths": ["{folder}"]}, {"Smoke", "Gates", "Girders"}),
        ({"paths": ["{folder}/"], "publishers": ["Coast Post"]}, {"Smoke"}),
        ({"paths": ["{folder}/dam.md", "*/ferry.md"]}, {"Smoke", "Gates"}),
        ({"paths": ["{folder}/d*"]}, {"Gates"}),
        ({"paths": ["{folder}/da"]}, set()),
        ({"publishers": ["Hill"]}, set()),
    ],
)
def test_what_fits_every_selector_is_removed(
    archive: Archive, folder: Path, selectors: dict[str, Any], gone: set[str]
) -> None:
    if "paths" in selectors:
        filled = [each.format(folder=folder) for each in selectors["paths"]]
        selectors = selectors | {"paths": filled}
    would = archive.remove(**selectors, dry_run=True)
    assert {each.title for each in would} == gone
    assert len(archive.articles()) == 3
    assert archive.remove(**selectors) == would
    assert titles(archive) == {"Smoke", "Gates", "Girders"} - gone
    assert set(archive.count().values()) == {3 - len(gone)}


def test_a_removed_article_is_not_found_and_comes_back_when_ingested(
    archive: Archive, folder: Path
) -> None:
    article = identify(archive, "Gates")
    archive.remove(article)
    found = archive.ask(DENIED)
    assert article not in {each.source.id for each in (*found.quotes, *found.nearest)}
    with pytest.raises(ArticleError, match="withdrawn on"):
        archive.article(article)
    report = archive.ingest(folder)
    assert (report.added, len(report.unchanged)) == ((article,), 2)
    assert archive.ask(DENIED).quotes[0].source.id == article


def test_nothing_is_removed_where_one_id_is_not_held(archive: Archive) -> None:
    with pytest.raises(ArticleError, match="nosuch"):
        archive.remove(identify(archive, "Gates"), "nosuch")
    assert len(archive.articles()) == 3


def test_an_archive_whose_articles_all_went_is_not_filled_again(archive: Archive) -> None:
    archive.remove(since=date.min)
    archive.remove(*(each.id for each in archive.articles()))
    archive.fill()
    assert archive.articles() == ()


@pytest.mark.parametrize(
    ("selectors", "reason"),
    [
        ({}, "no article is named"),
        ({"paths": ("",)}, "is empty"),
        ({"since": date(2020, 3, 2), "until": date(2020, 3, 1)}, "swap the days"),
    ],
)
def test_what_selects_nothing_is_refused(selectors: dict[str, Any], reason: str) -> None:
    with pytest.raises(SelectionError, match=reason):
        Selection(**selectors)


days = st.none() | st.dates(date(2020, 3, 1), date(2020, 3, 5))
sources = st.builds(
    making.source,
    st.sampled_from("abc"),
    publisher=st.sampled_from(["Coast Post", "Hill Courier", ""]),
    published=days,
)
selections = st.fixed_dictionaries(
    {
        "paths": st.sampled_from([(), ("a.md",), ("*.md",), ("b",)]),
        "publishers": st.sampled_from([(), ("Coast Post",), ("Coast Post", "")]),
        "since": days,
        "until": days,
    }
)


@given(st.lists(sources, unique_by=lambda each: each.id), selections)
def test_selectors_together_choose_what_each_chooses(held: Any, selectors: dict[str, Any]) -> None:
    if selectors["since"] and selectors["until"]:
        selectors["until"] = max(selectors["since"], selectors["until"])
    given = {name: value for name, value in selectors.items() if value}
    if not given:
        return
    chosen = set(Selection(**selectors).choose(held))
    each = [set(Selection(**{name: value}).choose(held)) for name, value in given.items()]
    assert chosen == set.intersection(*each)


def test_the_command_says_what_would_go_and_what_went(run: Run) -> None:
    selectors = ("remove", "--publisher", "Hill Courier", "--since", "2020-03-01")
    code, out, _ = run(*selectors, "--dry-run")
    assert code == 0
    assert "Gates · Hill Courier" in out
    assert out.endswith("1 article would be removed\n")
    assert len(json.loads(run("articles", "--json")[1])) == 3
    told = json.loads(run(*selectors, "--json")[1])
    assert (told["dry_run"], [each["title"] for each in told["removed"]]) == (False, ["Gates"])
    assert len(json.loads(run("articles", "--json")[1])) == 2
    code, out, _ = run(*selectors)
    assert (code, out) == (1, "no articles removed\n")


def test_the_command_refuses_to_guess_what_is_meant(run: Run) -> None:
    code, out, err = run("remove")
    assert (code, out) == (2, "")
    assert "no article is named" in err
    code, _, err = run("remove", "nosuch", "--publisher", "Hill Courier")
    assert code == 2
    assert "nosuch" in err
    assert len(json.loads(run("articles", "--json")[1])) == 3
