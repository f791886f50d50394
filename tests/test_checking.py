"""Checking a quotation: whole words of an article are exact, and nothing else is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import wording
from rag.answering import Archive
from rag.articles import read
from rag.checking import Check, Difference, Status, check, likeness
from rag.checking.checks import ENOUGH
from rag.checking.quotation import BEGINNINGS, MAX_CHARS
from rag.errors import QuestionError
from rag.settings import Settings
from rag.types import Article, Span
from rag.wording import ELLIPSIS, QUOTE
from tests import making, tables
from tests.conftest import CORPUS
from tests.hashing_embedder import HashingEmbedder
from tests.strategies import articles

# `aside` marks the rows that were written before the code and not looked at while it was made.
GOLDEN = tables.read("altered_quotes")
STORIES = {
    Path(each.source.path).name: each
    for each in read([CORPUS], max_bytes=1_000_000)
    if isinstance(each, Article)
}

# A no-break space between the thousands of a figure is inside a word.
WORD = re.compile(r"\S+(?:[\u00a0\u202f]+\S+)*")
FRESH = "zqxjk"
LOOSE = {QUOTE, ELLIPSIS, ".", ","}

stories = st.sampled_from(list(STORIES.values()))


def say(checked: Check) -> list[tuple[str, str]]:
    """Return the archive's and the quotation's words of every difference."""
    assert checked.quote
    passage = checked.quote.passage
    return [
        (passage.cut(Span(each.start, each.end)) if each.start < each.end else "", each.words)
        for each in checked.differences
    ]


def has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


# --- the golden table ----------------------------------------------------------------------------


def test_the_table_is_large_and_keeps_a_third_aside() -> None:
    counts = {status.value: sum(row["status"] == status for row in GOLDEN) for status in Status}
    assert counts["altered"] >= 100
    assert counts["exact"] >= 40
    assert counts["not found"] >= 15
    assert 0.3 < sum(row["aside"] for row in GOLDEN) / len(GOLDEN) < 0.4
    assert len({row["id"] for row in GOLDEN}) == len(GOLDEN)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The corpus, read without a model."""
    store, model = tmp_path_factory.mktemp("checking") / "store", HashingEmbedder()
    with Archive.open(store, embedder=model, reading_model=model) as archive:
        archive.ingest(CORPUS)
        yield archive


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["id"])
def test_a_quotation_of_the_table_comes_out_as_it_must(
    corpus: Archive, row: dict[str, Any]
) -> None:
    checked = corpus.check(row["quotation"])
    assert checked.status == row["status"], checked
    if "article" in row:
        places = (checked.quote, *checked.also_in)
        assert row["article"] in {Path(each.source.path).name for each in places if each}
    if "difference" in row:
        assert say(checked) == [tuple(row["difference"])]
    if checked.status is Status.EXACT:
        assert bool(checked.omissions) == row.get("omission", False)
    if checked.status is Status.NOT_FOUND:
        assert checked.nearest
        assert checked.similarity < ENOUGH


# --- laws ----------------------------------------------------------------------------------------


def draw_words(data: st.DataObject, article: Article) -> tuple[list[re.Match[str]], str]:
    """Draw a span of whole words that has one which is no mark."""
    words = list(WORD.finditer(article.text))
    start = data.draw(st.integers(0, len(words) - 1))
    some = words[start : data.draw(st.integers(start + 1, min(len(words), start + 60)))]
    return some, article.text[some[0].start() : some[-1].end()]


def worded(article: Article) -> bool:
    return has_word(article.text)


@given(st.one_of(articles().filter(worded), stories), st.data())
def test_every_span_of_whole_words_is_exact(article: Article, data: st.DataObject) -> None:
    _, quotation = draw_words(data, article)
    if not has_word(quotation):
        return
    checked = check(quotation, [article])
    assert checked.status is Status.EXACT
    assert (checked.similarity, checked.differences) == (1, ())
    assert checked.quote
    assert checked.quote.text == checked.quote.span.cut(article.text)
    assert core(checked.quote.text) == core(quotation)


@given(st.one_of(articles().filter(worded), stories), st.data())
def test_a_span_with_one_word_changed_is_never_exact(article: Article, data: st.DataObject) -> None:
    words, _ = draw_words(data, article)
    worth = [place for place, word in enumerate(words) if has_word(word[0])]
    if not worth:
        return
    place = data.draw(st.sampled_from(worth))
    texts = [word[0] for word in words]
    quotation = " ".join([*texts[:place], FRESH, *texts[place + 1 :]])
    assert check(quotation, [article]).status is not Status.EXACT


distinct = st.integers(4, 40).map(
    lambda size: [f"word{chr(97 + n % 26) * 2}{n}" for n in range(size)]
)


@given(distinct, st.data(), st.sampled_from(["changed", "left out", "added", "swapped", "doubled"]))
def test_one_change_among_words_that_all_differ_is_named(
    words: list[str], data: st.DataObject, kind: str
) -> None:
    place = data.draw(st.integers(1, len(words) - 2))
    word, following = words[place], words[place + 1]
    before, behind = words[:place], words[place + 1 :]
    quotation, expected = {
        "changed": ([*before, FRESH, *behind], [(word, FRESH)]),
        "left out": ([*before, *behind], [(word, "")]),
        "added": ([*before, FRESH, word, *behind], [("", FRESH)]),
        "swapped": ([*before, following, word, *behind[1:]], None),
        "doubled": ([*before, word, word, *behind], [("", word)]),
    }[kind]
    checked = check(" ".join(quotation), [making.article(" ".join(words))])
    assert checked.status is Status.ALTERED
    assert expected is None or say(checked) == expected


def core(text: str) -> list[str]:
    """Return the keys of a text without ellipses, and the marks around these and at the ends."""
    keys: list[str] = []
    joined = False
    for key in wording.read(text).keys:
        if joined and key in LOOSE:
            continue
        joined = key == ELLIPSIS
        while keys and joined and keys[-1] in LOOSE:
            keys.pop()
        if not joined:
            keys.append(key)
    while keys and keys[0] in LOOSE:
        keys.pop(0)
    while keys and keys[-1] in LOOSE:
        keys.pop()
    return keys


def replay(checked: Check) -> str:
    """Make the quotation's words of the archive's by what the check says of them."""
    assert checked.quote
    changes = [(each.start, each.end, each.words) for each in checked.differences]
    changes += [(each.start, each.end, ELLIPSIS) for each in checked.omissions]
    text, start = checked.quote.text, checked.quote.span.start
    at, parts = start, []
    for begin, end, words in sorted(changes):
        assert at <= begin <= end <= checked.quote.span.end
        parts += [text[at - start : begin - start], f" {words} "]
        at = end
    return "".join([*parts, text[at - start :]])


edits = st.lists(
    st.tuples(
        st.integers(0, 59), st.sampled_from(["", "not", FRESH, "of the", "…", ".", "…", "Aleppo"])
    ),
    max_size=6,
)


@given(stories, st.data(), edits, st.booleans())
def test_an_article_becomes_the_quotation_by_the_differences(
    article: Article, data: st.DataObject, changes: list[tuple[int, str]], over: bool
) -> None:
    words = [word[0] for word in draw_words(data, article)[0]]
    for place, change in changes:
        words[place % len(words)] = change if over else f"{change} {words[place % len(words)]}"
    quotation = " ".join(words)
    if not has_word(quotation):
        return
    checked = check(quotation, list(STORIES.values()))
    if checked.quote:
        assert core(replay(checked)) == core(quotation)


DASHES, SPACES = ("-", "–", "—", "−", "‑"), (" ", "\n", "\r\n", "\t", "\u00a0", "  \n")


@given(stories, st.data(), st.randoms(use_true_random=False))
def test_typography_alone_alters_nothing(article: Article, data: st.DataObject, dice: Any) -> None:
    _, quotation = draw_words(data, article)
    if not has_word(quotation):
        return
    swaps = {
        "spacing": (r"\s+", lambda _: dice.choice(SPACES)),
        "dashes": ("[-–]", lambda _: dice.choice(DASHES)),
        "quotation marks": ("’", lambda _: dice.choice("'’‘`´")),
        "case": (r"\w+", lambda match: dice.choice((str.upper, str.lower))(match[0])),
    }
    names = data.draw(st.sets(st.sampled_from(sorted(swaps))))
    for name in names:
        quotation = re.sub(*swaps[name], quotation)
    framed = data.draw(st.sampled_from(["{}", "“{}”", "« {} »", "  {},", '"{}."', "{}”"]))
    checked = check(framed.format(quotation), [article])
    assert checked.status is Status.EXACT
    if len(quotation) > 40:  # less may stand elsewhere as well as this
        assert set(checked.varying) <= {*names, "the final mark"}


@given(stories, st.data(), st.sampled_from(["...", "…", "[...]", "(…)", ". . ."]))
def test_an_ellipsis_joins_two_parts_in_their_order(
    article: Article, data: st.DataObject, mark: str
) -> None:
    words, _ = draw_words(data, article)
    if len(words) < 3:
        return
    first = data.draw(st.integers(1, len(words) - 2))
    second = data.draw(st.integers(first + 1, len(words) - 1))
    left = article.text[words[0].start() : words[first - 1].end()]
    right = article.text[words[second].start() : words[-1].end()]
    if not (has_word(left) and has_word(right)):
        return
    checked = check(f"{left} {mark} {right}", [article])
    assert checked.status is Status.EXACT
    assert len(checked.omissions) == 1 or min(len(left), len(right)) < 40  # side by side elsewhere
    assert check(f"{left} {FRESH} {mark} {right}", [article]).status is not Status.EXACT


@given(distinct, st.integers(1, 39))
def test_an_ellipsis_does_not_join_parts_in_another_order(words: list[str], place: int) -> None:
    place = 1 + place % (len(words) - 1)
    quotation = " ".join([*words[place:], "…", *words[:place]])
    assert check(quotation, [making.article(" ".join(words))]).status is Status.ALTERED


# --- single cases --------------------------------------------------------------------------------

TEXT = (
    "The dam held. Nobody slept that night, she said. “We saw 30,000 lights,” he added.\n\n"
    "Did the non-combatants leave? The U.S. troops paid $5 million. The dam held again.\n"
)


@pytest.mark.parametrize(
    ("quotation", "expected"),
    [
        ("the combatants leave", [("non-", "")]),
        ("did the non-combatants leave.", [("?", ".")]),
        ("the non ... leave", [("-combatants", "")]),
        ("combatants leave? The U.S. troops", [("non-", "")]),
        ("paid 5 million", [("$", "")]),
        ("nobody slept that night. She said", [(",", ".")]),
        ("“Nobody slept that night,” she said.", [("", "”")]),
        ("We saw 30 lights", [("30,000", "30")]),
        ("We saw 3,000 lights", [("30,000", "3,000")]),
        ("The dam held… Nobody slept this night", [("that", "this")]),
        ("not the dam held again", [("", "not")]),
    ],
)
def test_a_difference_is_named_in_the_words_of_both(
    quotation: str, expected: list[tuple[str, str]]
) -> None:
    checked = check(quotation, [making.article(TEXT)])
    assert checked.status is Status.ALTERED
    assert say(checked) == expected


@pytest.mark.parametrize(
    ("quotation", "varying"),
    [
        ("The dam held.", ()),
        ("the DAM held", ("case",)),
        ("The dam\nheld.", ("spacing",)),
        ("'We saw 30,000 lights,' he added", ("quotation marks",)),
        ("'We saw 30,000 lights,'", ("quotation marks",)),
        ("“Nobody slept that night.”", ("the final mark",)),
        ("Nobody slept that night", ()),
        ("the non—combatants", ("dashes",)),
        ("THE\u00a0non—combatants, ", ("spacing", "case", "dashes", "the final mark")),
        ("da\u00adm held", ("spacing",)),
        ("U.S. troops", ()),
        ("$5 million", ()),
    ],
)
def test_what_does_not_alter_a_quotation_is_named(quotation: str, varying: tuple[str, ...]) -> None:
    checked = check(quotation, [making.article(TEXT)])
    assert checked.status is Status.EXACT
    assert set(checked.varying) == set(varying)


@pytest.mark.parametrize(
    ("quotation", "text"),
    [
        ("“Nobody slept that night, she said.”", "Nobody slept that night, she said."),
        ("Nobody slept this night, she said.", "Nobody slept that night, she said."),
        ("'We saw 30,000 lights,'", "“We saw 30,000 lights,”"),
        ("said. “We saw", "said. “We saw"),
        ("“Go.”", "“Go.”"),
        ("Stay.'", "Stay.”"),
        ("“Stay.” ", "“Stay.”"),
        ("Go.' “Stay", "Go.” “Stay"),
        ("Rain fell.”", "Rain fell."),
    ],
)
def test_the_span_has_the_marks_at_its_ends_that_are_its_own(quotation: str, text: str) -> None:
    article = making.article(f"{TEXT} “Go.” “Stay.” Rain fell. “No.”")
    quote = check(quotation, [article]).quote
    assert quote
    assert quote.text == text


def test_an_ellipsis_of_the_article_is_no_omission() -> None:
    article = making.article("He paused … and left. She stayed.")
    assert check("He paused... and left", [article]).omissions == ()
    (omission,) = check("paused … left", [article]).omissions
    assert omission.cut(article.text) == "… and"


def test_as_little_as_possible_is_left_out() -> None:
    article = making.article("Rain fell. Sun. Rain came. Sun. Rain stopped. Nobody cared.")
    quote = check("Rain … stopped", [article]).quote
    assert quote
    assert quote.text == "Rain stopped"
    many = making.article("Rain fell. " * (3 * BEGINNINGS) + "It stopped.")
    assert check("Rain … stopped", [many]).status is Status.EXACT


@pytest.mark.parametrize(
    ("quotation", "negation"),
    [
        ("body slept", None),
        ("everybody slept", "Not"),
        ("want to go", "didn’t"),
        ("slept. They", None),
        ("Not everybody slept", None),
        ("They … want to go", "didn’t"),
    ],
)
def test_a_negation_right_before_what_is_quoted_is_pointed_out(
    quotation: str, negation: str | None
) -> None:
    article = making.article("Not everybody slept. They didn’t want to go. Some body slept.")
    checked = check(quotation, [article])
    assert checked.status is Status.EXACT
    assert (checked.negation.cut(article.text) if checked.negation else None) == negation


def test_sentences_in_another_order_are_altered_however_many_they_are() -> None:
    story = next(iter(STORIES.values()))
    spoken = re.findall(r"[A-Z][^.]{60,}\.", story.text)[:5]
    checked = check(" ".join(spoken[::-1]), [story])
    assert checked.status is Status.ALTERED
    assert ENOUGH < checked.similarity < 1


def test_every_article_that_holds_a_quotation_is_named_the_most_literal_first() -> None:
    texts = ("the dam HELD.", "Nothing.", "The dam held.", "The dam never held.")
    made = [making.article(text, name=f"a{n}") for n, text in enumerate(texts)]
    checked = check("The dam held", made)
    assert checked.quote
    assert checked.quote.source.id == "a2"
    assert [quote.source.id for quote in checked.also_in] == ["a0"]


def test_of_no_article_nothing_is_found() -> None:
    checked = check("The dam held.", [])
    assert (checked.status, checked.similarity, checked.nearest) == (Status.NOT_FOUND, 0, None)
    assert check("The dam held.", [making.article("水。")]).nearest is None


def test_the_nearest_is_shown_in_whole_sentences_of_the_story() -> None:
    text = "Menu\n\nThe wide river rose quickly. Nobody in the town slept at all. It rained.\n"
    article = making.article(text, body=[Span(6, len(text) - 1)])
    checked = check("People in another town danced for a week", [article])
    assert checked.status is Status.NOT_FOUND
    assert checked.nearest
    assert checked.nearest.text == "Nobody in the town slept at all."


def test_a_long_article_is_searched_where_the_rare_words_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill = " ".join(["the tide came in and the tide went out again;"] * 1500)
    text = f"{fill} Captain Ilse Brandt saw smoke above the stern of the Halcyon. {fill}"
    quotation = "Captain Ilse Brandt saw fire above the stern of the Halcyon."
    whole = check(quotation, [making.article(text)])
    monkeypatch.setattr(likeness, "CELLS", 20_000)
    narrowed = check(quotation, [making.article(text)])
    assert narrowed == whole
    assert say(narrowed) == [("smoke", "fire")]


def test_two_ends_of_a_long_article_do_not_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    fill = " ".join(["the tide came in and the tide went out again;"] * 1500)
    text = f"Captain Ilse Brandt saw smoke. {fill} Nobody slept on the Halcyon all night."
    monkeypatch.setattr(likeness, "CELLS", 20_000)
    checked = check(
        "Captain Ilse Brandt saw smoke. Nobody slept on the Halcyon.", [making.article(text)]
    )
    assert checked.status is Status.ALTERED
    ((left, added),) = say(checked)
    assert (left, added) == (fill, "")


@pytest.mark.parametrize(
    ("quotation", "message"),
    [
        ("", "no word"),
        (" \n", "no word"),
        ("… – ?!", "no word"),
        ("🙂", "no word"),
        ("a " * MAX_CHARS, "in parts"),
        ("The dam \udce9 held", "copy it again"),
    ],
)
def test_what_is_no_quotation_is_refused(archive: Archive, quotation: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        archive.check(quotation)


@pytest.mark.parametrize("place", [(2, 1, "x"), (-1, 1, "x"), (1, 1, "")])
def test_a_difference_that_is_none_cannot_be_made(place: tuple[int, int, str]) -> None:
    with pytest.raises(ValueError, match="no difference"):
        Difference(*place)


def test_a_check_that_contradicts_itself_cannot_be_made() -> None:
    quote = check("The dam held", [making.article(TEXT)]).quote
    for wrong in (
        {"status": Status.EXACT, "similarity": 1.0},
        {"status": Status.NOT_FOUND, "similarity": 0.0, "quote": quote},
        {"status": Status.ALTERED, "similarity": 0.9, "quote": quote},
        {"status": Status.EXACT, "similarity": 1.1, "quote": quote},
    ):
        with pytest.raises(ValueError, match=r"quotation|similarity"):
            Check("The dam held", **wrong)  # type: ignore[arg-type]


# --- the archive ---------------------------------------------------------------------------------


class Silent(HashingEmbedder):
    """A model that must not be asked."""

    def encode(self, texts: Any) -> Any:
        raise AssertionError(texts)


def test_an_exact_quotation_is_found_without_the_model(store: Path, folder: Path) -> None:
    with Archive.open(store, embedder=HashingEmbedder()) as archive:
        archive.ingest(folder)
    with Archive.open(store, embedder=Silent()) as archive:
        checked = archive.check("Forty-one passengers were on board")
        assert checked.status is Status.EXACT
        assert checked.quote
        assert checked.quote.source.title == "Smoke"
        with pytest.raises(AssertionError):
            archive.check("Forty-two passengers were on board")


def test_a_quotation_is_cut_from_the_article_that_holds_it(archive: Archive) -> None:
    checked = archive.check("Captain Ilse Brandt said that the sea was rough.")
    assert checked.status is Status.ALTERED
    assert say(checked) == [("calm", "rough")]
    assert checked.quote
    article = archive.article(checked.quote.source.id)
    assert checked.quote.text == article.text[checked.quote.span.start : checked.quote.span.end]


def test_common_words_are_found_in_their_order_among_many_articles(
    store: Path, folder: Path
) -> None:
    few = Settings(passage_tokens=32, candidates=2)
    many = making.write_many(folder / "many", 30)
    making.write(many, "odd.md", "Counted that day the keeper of gate swans.", title="Odd")
    with Archive.open(store, settings=few, embedder=HashingEmbedder()) as archive:
        archive.ingest(many)
        for quotation in ("keeper of gate swans", "day the keeper", "In village 17 the keeper"):
            assert archive.check(quotation).status is Status.EXACT


def test_an_empty_archive_holds_no_quotation(store: Path) -> None:
    with Archive.open(store, embedder=HashingEmbedder()) as archive:
        assert archive.check("The dam held").status is Status.NOT_FOUND


def test_a_quotation_reaches_over_passages(store: Path, folder: Path) -> None:
    small = Settings(passage_tokens=32)
    with Archive.open(store, settings=small, embedder=HashingEmbedder()) as archive:
        archive.ingest(folder)
        assert archive.count()["passages"] > 3
        assert archive.check(making.FERRY).status is Status.EXACT
        altered = archive.check(making.FERRY.replace("two lifeboats", "no lifeboats"))
        assert say(altered) == [("two", "no")]
