"""Word documents and EPUB: zips of XML, read as a reader sees them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.articles import Known, read
from rag.types import Article, Failure
from tests import formats
from tests.formats import HTML, LEFT, SAFE, SMOKE, STORY, paragraph, word

LIMIT = 20_000_000


def read_all(folder: Path, name: str, content: bytes) -> list[Article | Known | Failure]:
    path = folder / name
    path.write_bytes(content)
    return list(read([path], max_bytes=LIMIT))


def read_one(folder: Path, name: str, content: bytes) -> Article:
    [item] = read_all(folder, name, content)
    assert isinstance(item, Article), item
    return item


def fail_one(folder: Path, name: str, content: bytes) -> str:
    [item] = read_all(folder, name, content)
    assert isinstance(item, Failure), item
    return item.reason


def quotable(article: Article) -> list[str]:
    return [span.cut(article.text) for span in article.body]


# --- word


def test_a_word_document_gives_its_paragraphs_and_properties(tmp_path: Path) -> None:
    article = read_one(tmp_path, "a.docx", formats.docx())
    source = article.source
    assert article.text == "\n\n".join(("Smoke above the Halcyon", *STORY))
    assert quotable(article) == ["\n\n".join(STORY)]
    assert (source.title, source.author) == ("Smoke above the Halcyon", "Ann Reay")
    assert (source.published, source.language) == (date(2020, 3, 2), "en-GB")


def test_a_dateline_and_a_byline_come_before_a_documents_properties(tmp_path: Path) -> None:
    lines = ("Smoke above the Halcyon", "By Bo Lund", "1 May 2019", *STORY)
    content = word("".join(map(paragraph, lines)), core=formats.WORD_CORE)
    source = read_one(tmp_path, "a.docx", content).source
    assert (source.author, source.published) == ("Bo Lund", date(2019, 5, 1))


def test_a_title_that_a_program_made_is_none(tmp_path: Path) -> None:
    core = "<dc:title>Microsoft Word - smoke.doc</dc:title>"
    heading = paragraph("Smoke above", style="berschrift1") + paragraph(LEFT)
    content = word(heading, core=core, styles=formats.WORD_STYLES)
    assert read_one(tmp_path, "a.docx", content).source.title == "Smoke above"


def test_what_a_reader_of_the_document_does_not_see_is_left_out(tmp_path: Path) -> None:
    body = f"""<w:p><w:r><w:t xml:space="preserve">The ferry </w:t></w:r>
    <w:ins><w:r><w:t xml:space="preserve">never </w:t></w:r></w:ins>
    <w:del><w:r><w:delText>once </w:delText></w:r></w:del>
    <w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom>
    <w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly </w:t></w:r>
    <w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>left </w:t></w:r>
    <w:hyperlink><w:r><w:t>Sarn</w:t></w:r></w:hyperlink><w:r><w:instrText>DATE</w:instrText></w:r>
    <w:sdt><w:sdtContent><w:r><w:t> har</w:t><w:noBreakHyphen/><w:t>bour</w:t></w:r></w:sdtContent>
    </w:sdt><m:t>x=1</m:t><w:r><w:br/><w:t>at dawn.</w:t><w:tab/><w:t>Nobody was hurt.</w:t></w:r>
    <mc:AlternateContent><mc:Choice>{paragraph(SMOKE)}</mc:Choice>
    <mc:Fallback>{paragraph(SMOKE)}</mc:Fallback></mc:AlternateContent></w:p>"""
    article = read_one(tmp_path, "a.docx", word(body))
    assert (
        article.text
        == f"{SMOKE}\n\nThe ferry never left Sarn har\u2011bour\nat dawn. Nobody was hurt."
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole zip"),
        (b"plain words", "not a whole zip"),
        (formats.docx()[:-40], "not a whole zip"),
        (formats.pack({"a.txt": LEFT}), "lacks its part _rels/.rels"),
        (formats.pack({"_rels/.rels": "<Relationships/>"}), "no Word document"),
        (formats.pack({"_rels/.rels": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "entities"),
        (word(""), "no article text"),
        (word("<w:p>" * 300 + "</w:p>" * 300), "not well-formed"),
        (word("".join(f"<w:p n='{n}'/>" for n in range(1_000_001))), "more than 1,000,000 tags"),
        (word(paragraph("x" * 3_000_000)), "packed to less than 1/200"),
    ],
)
def test_what_is_no_word_document_is_a_failure(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in fail_one(tmp_path, "a.docx", content)


# --- epub


def test_each_document_of_an_issue_with_prose_is_an_article(tmp_path: Path) -> None:
    article = read_one(tmp_path, "a.epub", formats.issue())
    source = article.source
    assert article.text == "\n\n".join(("Smoke\u00a0above", *STORY))
    assert quotable(article) == ["\n\n".join(STORY)]
    assert source.title == "Coast Post, 2 March: Smoke above"
    assert (source.publisher, source.author) == ("Coast Post", "The desk")
    assert (source.published, source.language) == (date(2020, 3, 2), "en")


def test_documents_are_read_in_reading_order_and_a_bad_one_fails_alone(tmp_path: Path) -> None:
    documents = {
        "z.xhtml": f"<body><p>{LEFT}</p></body>",
        "bad.xhtml": "<body><p>",
        "gone.xhtml": f"<body><p>{SMOKE}</p></body>",
        "a.xhtml": f"<body><p>{SAFE}</p></body>",
    }
    content = formats.epub(documents).replace(b"OEBPS/gone", b"OEBPS/lost")
    first, bad, gone, last = read_all(tmp_path, "a.epub", content)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.text, last.text) == (LEFT, SAFE)
    assert first.source.title == "Coast Post, 2 March, part 1"
    assert isinstance(bad, Failure)
    assert bad.path.endswith("a.epub, part 2")
    assert isinstance(gone, Failure)
    assert "lacks its part OEBPS/gone.xhtml" in gone.reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole zip"),
        (formats.pack({"a.txt": LEFT}), "lacks its part META-INF/container.xml"),
        (formats.pack({"META-INF/container.xml": "<container/>"}), "where its contents are"),
        (formats.epub({}), "holds no prose"),
        (formats.epub({"cover.xhtml": "<body><img src='x'/></body>"}), "holds no prose"),
        (
            formats.epub(
                {"a.xhtml": f"<body>{HTML}</body>"},
                extra={
                    "META-INF/encryption.xml": "<encryption><CipherReference "
                    'URI="OEBPS/a.xhtml"/></encryption>'
                },
            ),
            "encrypted",
        ),
        (formats.epub({"../../../etc/passwd": ""}), "lacks its part"),
    ],
)
def test_what_is_no_epub_with_prose_is_a_failure(
    tmp_path: Path, content: bytes, words: str
) -> None:
    assert words in fail_one(tmp_path, "a.epub", content)


def test_what_all_documents_of_a_book_unpack_to_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.articles.epub._MAX_PUBLICATION", 3_000)
    documents = {f"{n}.xhtml": f"<body>{HTML}</body>" for n in range(9)}
    first, *_, last = read_all(tmp_path, "a.epub", formats.epub(documents))
    assert isinstance(first, Article)
    assert isinstance(last, Failure)
    assert "beyond the 3,000 bytes" in last.reason
