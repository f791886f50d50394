"""Laws of the whole: whatever articles are put in, what comes out is cut from them."""

import html
import json
import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import rendering
from rag.answering import Archive
from rag.settings import Settings
from rag.types import Answer, Article
from tests import making
from tests.hashing_embedder import HashingEmbedder
from tests.strategies import days, pieces, texts

TAG = re.compile(r"</?(?:strong|mark)[^<>]*>")
SMALL = Settings(passage_tokens=32)

stories = st.one_of(texts, pieces, st.just(making.FERRY), st.just(making.DAM)).filter(
    lambda text: "\0" not in text
)
records = st.lists(
    st.fixed_dictionaries(
        {
            "text": stories,
            "title": st.sampled_from(["", "Gates <b>", "水 “x”"]),
            "publisher": st.sampled_from(["", "Coast Post"]),
            "published": days,
        }
    ),
    min_size=1,
    max_size=4,
)
asked = st.sampled_from(
    [
        *("Who denied that the wall had cracked?", "How many passengers were on board?"),
        *("What is 水 or the dam?", "Who held U.S word x?", "Why did مرحبا e\u0301 rise?"),
    ]
)


def write(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "stories.jsonl"
    path.write_text(
        "".join(
            json.dumps({name: str(value) for name, value in row.items() if value}) + "\n"
            for row in rows
        ),
        encoding="utf-8",
    )
    return path


def check_cut(answer: Answer, articles: dict[str, Article]) -> None:
    for quote in (*answer.quotes, *answer.nearest):
        article = articles[quote.source.id]
        assert article.text[quote.span.start : quote.span.end] == quote.text
        assert quote.text.strip() == quote.text != ""
        assert sum(run.covers(quote.span) for run in article.body) == 1
        assert html.unescape(rendering.escape(quote.text)) == quote.text
    if shown := answer.quotes or answer.nearest:
        article = articles[shown[0].source.id]
        marked = rendering.mark_article(article, [shown[0].span], shown=0)
        assert html.unescape(marked.partition(">")[2].partition("</mark>")[0]) == shown[0].text or (
            shown[0].span.start > 0
        )
        blocks = rendering.as_markdown(answer).split("\n\n")
        quoted = [block.split("\n>\n") for block in blocks if block.startswith("> ")]
        for lines, quote in zip(quoted, shown, strict=True):
            words = lines[1 if quote.lead else 0].removeprefix("> ")
            assert html.unescape(TAG.sub("", words)) == quote.text


@settings(max_examples=25)
@given(records, asked, st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_quotes_are_cut_from_whatever_was_ingested(
    rows: list[dict[str, object]], question: str, since: date | None
) -> None:
    with TemporaryDirectory() as name:
        path = write(Path(name), rows)
        store = Path(name) / "store"
        with Archive.open(
            store, settings=SMALL, embedder=HashingEmbedder(), reading_model=HashingEmbedder()
        ) as archive:
            first = archive.ingest(path)
            assert len(first.added) + len(first.failed) == len(rows)
            counts = dict(archive.count())
            assert counts["passages"] == counts["vectors"] == counts["lexical entries"]
            articles = {each.id: archive.article(each.id) for each in archive.articles()}
            assert set(articles) == set(first.added)
            answer = archive.ask(question, since=since)
            check_cut(answer, articles)
            assert all(
                quote.source.published and quote.source.published >= since
                for quote in (*answer.quotes, *answer.nearest)
                if since
            )

            again = archive.ingest(path)
            assert again.unchanged == first.added
            assert (again.added, again.updated, again.passages) == ((), (), 0)
            assert archive.count() == counts
        with Archive.open(
            store, settings=SMALL, embedder=HashingEmbedder(), reading_model=HashingEmbedder()
        ) as reopened:
            assert {each.id: reopened.article(each.id) for each in reopened.articles()} == articles
            assert reopened.ask(question, since=since) == answer


@pytest.mark.parametrize(
    "text",
    [
        "The\u00a0dam held\u00a0firm. “Nobody\u202fslept,” she said.",
        "The crew of 👩‍🚒👨‍👩‍👧 held. The flag 🏳️‍🌈 flew.",
        "Cafe\u0301 owners held the dam e\u0323\u0301. Others left.",
        "הסכר החזיק מעמד. העיר ניצלה. The dam held.",
        "水坝守住了。城市得救了。The dam held!",
        "𝔗𝔥𝔢 dam held \U00010400\U00010428. It was late.",
        f"The {'x' * 5_000} dam held. Then rain.",
        "the dam held and " * 400,
        "The dam held all\nnight long while the\nriver rose and rose\nand fell again.",
    ],
)
def test_an_exotic_article_is_quoted_exactly(text: str, store: Path, tmp_path: Path) -> None:
    path = write(tmp_path, [{"text": text}])
    with Archive.open(
        store, settings=SMALL, embedder=HashingEmbedder(), reading_model=HashingEmbedder()
    ) as archive:
        (added,) = archive.ingest(path).added
        answer = archive.ask("Which dam held?")
        check_cut(answer, {added: archive.article(added)})
        assert answer.quotes or answer.nearest


def test_the_same_sentence_of_two_speakers_is_cited_where_it_stands(
    archive: Archive, folder: Path
) -> None:
    text = (
        "Ann Lee spoke first. “The dam will hold.” Nobody cheered.\n\n"
        "Bo Ray spoke last. “The dam will hold.” Everybody cheered."
    )
    making.write(folder, "speech.md", text, title="Speech")
    archive.ingest(folder)
    answer = archive.ask("The dam will hold.")
    quote = next(each for each in answer.quotes if each.source.title == "Speech")
    article = archive.article(quote.source.id)
    assert article.text[quote.span.start : quote.span.end] == quote.text
    assert "The dam will hold." in quote.text
