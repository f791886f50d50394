"""The list of an archive's articles: what is on a page, and how articles lie over time."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rag import listing
from rag.types import Source
from tests import making

DAYS = st.one_of(st.none(), st.dates())


def make(days: list[date | None]) -> list[Source]:
    sources = [making.source(f"s{at}", published=day) for at, day in enumerate(days)]
    return sorted(sources, key=lambda each: (each.published is not None, each.published))


@given(st.lists(DAYS, max_size=130), st.booleans())
def test_the_pages_hold_every_article_once_in_order_of_date(
    days: list[date | None], newest_first: bool
) -> None:
    sources = make(days)
    pages = listing.choose(sources, newest_first=newest_first).pages
    shown = [
        source
        for page in range(1, pages + 1)
        for source in listing.choose(sources, newest_first=newest_first, page=page).sources
    ]
    assert sorted(each.id for each in shown) == sorted(each.id for each in sources)
    dated = [each.published for each in shown if each.published]
    assert dated == sorted(dated, reverse=newest_first)
    assert [each.published for each in shown][: len(dated)] == dated


@given(st.lists(DAYS, max_size=20))
def test_the_periods_follow_each_other_and_count_every_dated_article(
    days: list[date | None],
) -> None:
    periods = listing.count_periods(make(days))
    assert sum(each.count for each in periods) == sum(day is not None for day in days)
    assert len({each.label for each in periods}) == len(periods) <= 100
    if periods:
        assert periods[0].count > 0
        assert periods[-1].count > 0


def test_a_period_is_as_short_as_fits() -> None:
    first = date(2016, 11, 30)

    def label(days: int) -> str:
        return listing.count_periods(make([first, first + timedelta(days)]))[0].label

    assert label(40) == "30 November 2016"
    assert label(400) == "November 2016"
    assert label(20_000) == "2016"
    assert label(100_000) == "2010s"
    assert label(1_000_000) == "2000s"


def test_all_words_must_stand_in_title_or_outlet_whatever_their_case() -> None:
    storm = making.source("a", title="STRASSE unter Wasser", publisher="Küste Post")
    other = making.source("b", title="Straße frei", publisher="Post")
    found = listing.choose([storm, other], words="post straße wasser")
    assert found.sources == (storm,)
    assert listing.choose([storm, other], words="hail").total == 0


def test_a_page_that_is_not_there_is_the_nearest() -> None:
    sources = make([None] * (listing.SIZE + 1))
    assert listing.choose(sources, page=99).page == 2
    assert listing.choose(sources, page=-1).page == 1
    assert listing.choose([], page=3).page == 1


def test_outlets_are_counted_the_largest_first() -> None:
    sources = [making.source(f"s{at}", publisher=name) for at, name in enumerate("baab ")]
    assert listing.count_outlets(sources) == (("a", 2), ("b", 2), (" ", 1))
