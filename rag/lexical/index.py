"""Passages by words under integer keys, scored by BM25."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rag import room
from rag.errors import StoreError
from rag.lexical import soundness
from rag.types import Passage, Query

FOLDER = "tantivy"
ANALYZER = "words"

# tantivy needs at least 15 MB for its one writing thread.
WRITER_BYTES = 15_000_000
# A word of more bytes is no word; tantivy itself refuses terms of more than 65,530 bytes.
LONGEST_WORD = 64

# A word of the title says less of a passage than one of its own text.
TITLE_WEIGHT = 0.5

# What tantivy raises, and what reading its files does.
BROKEN = (OSError, RuntimeError, ValueError, TypeError, KeyError)


class LexicalIndex:
    """Passages under integer keys by the stems of their words."""

    def __init__(self, store: Path) -> None:
        """Open the index of a store, or make an empty one.

        Raises:
            StoreError: tantivy cannot open it, or its files are damaged.
        """
        self._where = store / FOLDER
        with self._errors():
            import tantivy

            self._where.mkdir(parents=True, exist_ok=True)
            soundness.check(self._where)
            self._index = tantivy.Index(_schema(), str(self._where))
            # Else a thread of tantivy's looks for news by itself, and makes files where it does.
            self._index.config_reader(reload_policy="manual")
            self._index.register_tokenizer(ANALYZER, _analyzer())

    def add(self, passages: Mapping[int, Passage]) -> None:
        """Write passages under their keys, over what stands there."""
        import tantivy

        with self._writing() as writer:
            for key, passage in passages.items():
                writer.delete_documents_by_term("key", key)
                published = passage.source.published
                document = tantivy.Document(
                    key=key,
                    title=passage.source.title,
                    text=passage.text,
                    publisher=passage.source.publisher,
                    published=published.toordinal() if published else 0,
                )
                writer.add_document(document)

    def remove(self, keys: Sequence[int]) -> None:
        """Delete what stands under some keys; a key that is not there is no error."""
        with self._writing() as writer:
            for key in keys:
                writer.delete_documents_by_term("key", key)

    def keys(self) -> Sequence[int]:
        """Return every key."""
        import tantivy

        with self._errors():
            searcher = self._searcher()
            hits = searcher.search(
                tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False
            ).hits
            return [int(searcher.doc(address)["key"][0]) for _, address in hits]

    def count(self) -> int:
        """Return the number of passages."""
        with self._errors():
            return int(self._searcher().num_docs)

    def count_passages_with(self, word: str) -> int:
        """Return in how many passages a stem, as `analyze` gives it, occurs."""
        with self._errors():
            return int(self._searcher().doc_freq("text", word))

    def holds(self, word: str) -> bool:
        """Tell whether a stem, as `analyze` gives it, occurs in a passage or a title."""
        with self._errors():
            searcher = self._searcher()
            return any(searcher.doc_freq(field, word) for field in ("text", "title"))

    def search(
        self, words: Sequence[str], *, count: int, within: Query | None = None
    ) -> Sequence[tuple[int, float]]:
        """Return the passages that BM25 ranks highest for any of some stems.

        Args:
            words: Stems, as `analyze` gives them.
            count: Passages wanted.
            within: A query whose filters every passage must pass.

        Returns:
            Keys with BM25 scores, best first.
        """
        if not words:
            return []
        with self._errors():
            searcher = self._searcher()
            hits = searcher.search(_any_of(words, within), limit=count, count=False).hits
            return [(int(searcher.doc(address)["key"][0]), float(score)) for score, address in hits]

    def search_phrases(
        self, phrases: Sequence[Sequence[str]], *, count: int
    ) -> Sequence[tuple[int, float]]:
        """Return the passages that hold the most of some runs of stems.

        Args:
            phrases: Runs of stems, as `analyze` gives them.
            count: Passages wanted.

        Returns:
            Keys with scores, best first.
        """
        if not any(phrases):
            return []
        with self._errors():
            searcher = self._searcher()
            hits = searcher.search(_any_phrase(phrases), limit=count, count=False).hits
            return [(int(searcher.doc(address)["key"][0]), float(score)) for score, address in hits]

    def _searcher(self) -> Any:
        self._index.reload()
        return self._index.searcher()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self._errors():
            writer = self._index.writer(WRITER_BYTES, 1)
            # What a killed process left uncommitted may have the name of a file that is to come.
            writer.garbage_collect_files()
            try:
                yield writer
                writer.commit()
            finally:
                writer.wait_merging_threads()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # What tantivy's own assertions raise is no Exception, and can be told by its name only.
            if not isinstance(error, BROKEN) and type(error).__name__ != "PanicException":
                raise
            raise StoreError(
                f"the lexical index {self._where} cannot be used ({error}); "
                f"{room.advise(self._where, error, otherwise=room.REPAIR)}"
            ) from error


def analyze(text: str) -> Sequence[str]:
    """Return the stems of a text's words in order, lower case and without accents."""
    return list(_analyzer().analyze(text))


@cache
def _analyzer() -> Any:
    import tantivy

    steps = (
        tantivy.Filter.remove_long(LONGEST_WORD),
        # Folded first: lower-casing a dotted capital I would leave its dot behind.
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stemmer("english"),
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in steps:
        builder = builder.filter(step)
    return builder.build()


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=True, indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name=ANALYZER)
    builder.add_text_field("text", tokenizer_name=ANALYZER)
    builder.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", indexed=True, fast=True)
    return builder.build()


def _any_of(words: Sequence[str], within: Query | None) -> Any:
    import tantivy

    schema = _schema()
    must, should = tantivy.Occur.Must, tantivy.Occur.Should
    terms = []
    for word in dict.fromkeys(words):
        title = tantivy.Query.term_query(schema, "title", word)
        terms.append((should, tantivy.Query.boost_query(title, TITLE_WEIGHT)))
        terms.append((should, tantivy.Query.term_query(schema, "text", word)))
    parts = [(must, tantivy.Query.boolean_query(terms))]
    if within and within.publishers:
        any_publisher = tantivy.Query.term_set_query(schema, "publisher", list(within.publishers))
        parts.append((must, tantivy.Query.const_score_query(any_publisher, 0.0)))
    if within and (within.since or within.until):
        first = (within.since or date.min).toordinal()
        last = (within.until or date.max).toordinal()
        days = tantivy.Query.range_query(
            schema, "published", tantivy.FieldType.Integer, first, last
        )
        parts.append((must, tantivy.Query.const_score_query(days, 0.0)))
    return tantivy.Query.boolean_query(parts)


def _any_phrase(phrases: Sequence[Sequence[str]]) -> Any:
    import tantivy

    schema, query = _schema(), tantivy.Query
    return query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                query.phrase_query(schema, "text", list(phrase))
                if len(phrase) > 1
                else query.term_query(schema, "text", phrase[0]),
            )
            for phrase in phrases
            if phrase
        ]
    )
