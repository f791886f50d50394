"""The chat as a reader meets it, in Chromium: asking, opening the evidence, hostile articles.

Every page of these tests must stay on its own host, open no dialog and raise no error.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect, sync_playwright

from rag import rendering
from rag.answering import Archive
from rag.settings import Settings
from tests import making
from tests.hashing_embedder import HashingEmbedder

LEADER = "Who leads the Aleppo Army?"
DISPLACED = "How many people have been displaced?"
UNANSWERABLE = "Who won the football world cup?"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATIENCE = 30_000

# What an article may hold to be run, to call out, or to take over the page.
ATTACKS = (
    "<script>alert(1)</script>",
    '<img src="http://192.0.2.1/pixel.png" onerror="alert(2)">',
    '<svg><a href="javascript:alert(3)"><text y="9">press</text></a></svg>',
    "<style>body { display: none !important }</style>",
    "![spy](http://192.0.2.1/spy.png)",
    "[press](javascript:alert(4))",
    "</p></blockquote></div><h1>taken over</h1>",
    '"><iframe src="http://192.0.2.1/"></iframe>',
    "{{constructor.constructor('alert(5)')()}} ${alert(6)} $$x^2$$ \\(y\\)",
    "&lt;b&gt; &amp;amp; &#60;",
    "`code` *stars* _lines_ ~~gone~~ | a | b |",
    "\u202edesrever\u2066 \u2067",
)
WORDS = f"The zeppelin Quillon burned over Marsh Tarn and {' '.join(ATTACKS)} was shouted there."


@pytest.fixture(scope="module", autouse=True)
def _gradio() -> Iterator[None]:
    """Close the event loops that Gradio makes, one for each of its locks, and leaves behind."""
    made: list[asyncio.AbstractEventLoop] = []
    make = asyncio.new_event_loop

    def remember() -> asyncio.AbstractEventLoop:
        made.append(make())
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        # Its queue would sum up its own timings, with options of pandas that are going away.
        patch.setenv("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
        patch.setattr(asyncio, "new_event_loop", remember)
        yield
    for loop in made:
        if not loop.is_running():
            loop.close()


@pytest.fixture(scope="module")
def browser(_gradio: None) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("chromium is not on the path")
        pytest.skip("chromium is not on the path; apt-get install chromium")
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@contextmanager
def served(archive: Archive) -> Iterator[str]:
    from rag.chat.server import served as serve
    from rag.settings import quiet_libraries

    quiet_libraries()
    with serve(archive, "127.0.0.1", 0) as address:
        yield address


@pytest.fixture(scope="module")
def address(corpus_archive: Archive, _gradio: None) -> Iterator[str]:
    with served(corpus_archive) as at:
        yield at


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open the chat; when done, check that the page behaved."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    requested: list[str] = []
    wrong: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: requested.append(request.url))
    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(address)
    page.locator(".rag-welcome").wait_for()
    yield page
    context.close()
    assert requested
    assert [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []
    assert wrong == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address, viewport={"width": 1280, "height": 800}) as at:
        yield at


def ask(page: Page, question: str) -> Locator:
    """Ask, wait for the answer, and return it."""
    said = page.locator("#rag-chat .rag-answer")
    before = said.count()
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = said.nth(before)
    answer.wait_for()
    return answer


def words(answer: Locator) -> list[str | None]:
    return [each.text_content() for each in answer.locator(".rag-words").all()]


def in_view(page: Page, inner: str, outer: str) -> bool:
    script = """([inner, outer]) => {
        const [a, b] = [inner, outer].map((s) => document.querySelector(s).getBoundingClientRect());
        return a.height > 0 && a.top >= b.top && a.top < b.bottom;
    }"""
    return bool(page.evaluate(script, [inner, outer]))


def fits(page: Page) -> bool:
    """Tell whether neither the page nor a part of it is wider than what is seen of it."""
    script = """() => [document.documentElement,
        ...document.querySelectorAll("#rag-chat .panel-wrap, #rag-evidence, #rag-filters, #rag-ask")
    ].every((part) => part.scrollWidth <= part.clientWidth)"""
    return bool(page.evaluate(script))


def test_asking_shows_numbered_quotes_with_title_publisher_and_date(
    page: Page, corpus_archive: Archive
) -> None:
    expected = corpus_archive.ask(LEADER).quotes
    answer = ask(page, LEADER)
    assert words(answer) == [quote.text for quote in expected]
    lines = [each.text_content() for each in answer.locator(".rag-source").all()]
    assert lines == [
        f"[{number}] {rendering.cite(quote.source)}" for number, quote in enumerate(expected, 1)
    ]
    expect(page.get_by_label("Question")).to_have_value("")
    assert page.locator("[role=log][aria-live=polite] .rag-answer").count() == 1
    assert page.locator("#rag-chat [data-testid][aria-label]").count() == 0


def test_choosing_a_number_opens_the_whole_article_at_the_marked_passage(
    page: Page, corpus_archive: Archive
) -> None:
    quotes = corpus_archive.ask(LEADER).quotes
    answer = ask(page, LEADER)
    for number, quote in enumerate(quotes, start=1):
        answer.get_by_role("link", name=f"[{number}]", exact=True).click()
        page.locator(f"[data-shown=cite-1-{number}]").wait_for()
        article = corpus_archive.article(quote.source.id)
        assert page.locator(".rag-article-text").text_content() == article.text
        cited = page.locator("#cited")
        assert cited.text_content() == article.text[quote.span.start : quote.span.end]
        expect(cited).to_be_focused()
        assert in_view(page, "#cited", "#rag-evidence")
        expect(page.locator(".rag-article-title")).to_have_text(article.source.title)


def test_the_evidence_works_by_keyboard_and_gives_the_focus_back(page: Page) -> None:
    answer = ask(page, LEADER)
    link = answer.get_by_role("link", name="[2]", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cited")).to_be_focused()
    page.get_by_role("button", name="Previous quote").press("Enter")
    page.locator("[data-shown=cite-1-1]").wait_for()
    expect(page.locator("#cited")).to_be_focused()
    expect(page.get_by_role("button", name="Previous quote")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator(".rag-article")).to_have_count(0)
    expect(answer.get_by_role("link", name="[1]", exact=True)).to_be_focused()


def test_an_example_is_asked_by_choosing_it(page: Page) -> None:
    page.get_by_role("link", name=LEADER).click()
    page.locator("#rag-chat .rag-quote").first.wait_for()
    expect(page.locator("#rag-chat .user-row")).to_have_text(LEADER)


def test_what_the_archive_does_not_say_is_said_with_the_nearest_passages_apart(
    page: Page, corpus_archive: Archive
) -> None:
    expected = corpus_archive.ask(UNANSWERABLE)
    answer = ask(page, UNANSWERABLE)
    expect(answer.locator(".rag-silent")).to_contain_text("The archive does not say.")
    expect(answer).to_contain_text("Nearest passages – not an answer")
    assert words(answer.locator(".rag-nearest")) == [quote.text for quote in expected.nearest]
    answer.get_by_role("link", name="[1]", exact=True).click()
    expect(page.locator("#cited")).to_have_text(expected.nearest[0].text)
    expect(page.locator(".rag-place")).to_contain_text("not an answer")


def test_a_date_range_narrows_the_answer(page: Page, corpus_archive: Archive) -> None:
    page.get_by_label("From").fill("2016-12-07")
    page.get_by_label("Until").fill("2016-12-12")
    answer = ask(page, DISPLACED)
    expected = corpus_archive.ask(DISPLACED, since=date(2016, 12, 7), until=date(2016, 12, 12))
    assert words(answer) == [each.text for each in expected.quotes or expected.nearest]
    expect(answer).to_contain_text("Published from 7 December 2016 until 12 December 2016")
    assert "1 December 2016" not in re.split("until 12 December", str(answer.text_content()))[1]


def test_bad_input_is_explained_and_the_question_kept(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".rag-notice")).to_contain_text("blank")
    page.get_by_label("From").fill("2016-13-01")
    page.get_by_label("Question").fill(LEADER)
    page.get_by_label("Question").press("Enter")
    expect(page.locator(".rag-notice")).to_contain_text("“2016-13-01” is not a day")
    expect(page.get_by_label("Question")).to_have_value(LEADER)
    page.get_by_label("From").fill("")
    ask(page, LEADER)
    expect(page.locator(".rag-notice")).to_have_count(0)


def test_a_follow_up_leans_on_the_earlier_question_until_a_new_conversation(page: Page) -> None:
    ask(page, "What is the Aleppo Army?")
    answer = ask(page, "Who leads it?")
    expect(answer.locator(".rag-scope")).to_contain_text("Searched for: Who leads it? (Aleppo Army")
    page.get_by_role("button", name="New conversation").click()
    page.locator(".rag-welcome").wait_for()
    answer = ask(page, "Who leads it?")
    expect(answer.locator(".rag-scope")).to_have_count(0)


def test_a_phone_of_320_pixels_needs_no_sideways_scrolling(browser: Browser, address: str) -> None:
    with opened(browser, address, viewport={"width": 320, "height": 640}) as page:
        assert fits(page)
        answer = ask(page, LEADER)
        assert fits(page)
        answer.get_by_role("link", name="[1]", exact=True).click()
        expect(page.locator("#cited")).to_be_in_viewport()
        assert fits(page)
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#rag-evidence")).to_be_hidden()
        expect(answer.get_by_role("link", name="[1]", exact=True)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_text_has_contrast_in_both_modes(browser: Browser, address: str, scheme: Any) -> None:
    with opened(browser, address, color_scheme=scheme) as page:
        answer = ask(page, LEADER)
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        for text, ground in (
            ("#rag-chat .rag-words", "body"),
            ("#rag-chat .rag-source", "body"),
            (".rag-article-text", "#rag-evidence"),
            ("#cited", "#cited"),
        ):
            assert contrast(page, text, ground) >= 4.5, text
        underlined = "getComputedStyle(document.querySelector('#cited')).textDecorationLine"
        assert page.evaluate(underlined) == "underline"


def contrast(page: Page, text: str, ground: str) -> float:
    """Return the contrast of WCAG 2 between a text and what it stands on."""
    style = "([s, name]) => getComputedStyle(document.querySelector(s))[name]"
    lights = []
    for selector, name in ((text, "color"), (ground, "backgroundColor")):
        shades = re.findall(r"[\d.]+", page.evaluate(style, [selector, name]))[:3]
        parts = [float(shade) / 255 for shade in shades]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    low, high = sorted(lights)
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive whose articles attack the page with text, title, publisher and author."""
    folder = tmp_path_factory.mktemp("hostile")
    fields = {
        "title": " ".join(ATTACKS[:3]),
        "publisher": " ".join(ATTACKS[1:4]),
        "author": " ".join(ATTACKS[4:8]),
        "url": 'https://example.org/"><script>alert(7)</script>',
    }
    quoted = {name: "'" + value.replace("'", "''") + "'" for name, value in fields.items()}
    around = f"A clerk wrote {' '.join(ATTACKS)} on a wall."
    # So often that not all of them are quoted: some stand before and after the marks.
    text = "\n\n".join((*[around] * 4, WORDS, *[around] * 4, ""))
    making.write(folder, "attack.md", text, **quoted, published="2020-01-02")
    line = "Pangolin Obermere " + "x" * 1_000_000 + " stood on one line."
    making.write(folder, "long.md", line + "\n", title="Long", publisher="Other")
    store = tmp_path_factory.mktemp("hostile-store")
    with Archive.open(
        store, settings=Settings(), embedder=HashingEmbedder(), reading_model=HashingEmbedder()
    ) as archive:
        report = archive.ingest(folder)
        assert len(report.added) == 2, report
        yield archive


def test_a_hostile_article_is_shown_word_for_word_and_does_nothing(
    browser: Browser, hostile: Archive
) -> None:
    question = "What burned over Marsh Tarn, the zeppelin Quillon?"
    expected = hostile.ask(question)
    shown = expected.quotes or expected.nearest
    assert any("<script>" in quote.text for quote in shown)
    with served(hostile) as address, opened(browser, address) as page:
        answer = ask(page, question)
        assert words(answer) == [quote.text for quote in shown]
        for number, quote in enumerate(shown, start=1):
            answer.get_by_role("link", name=f"[{number}]", exact=True).click()
            page.locator(f"[data-shown=cite-1-{number}]").wait_for()
            article = hostile.article(quote.source.id)
            assert page.locator(".rag-article-text").text_content() == article.text
            assert page.locator("#cited").text_content() == quote.text
            title = rendering.cite_parts(article.source)[0]
            assert page.locator(".rag-article-title").text_content() == title
        planted = "script, img, svg, style, iframe, h1, [onerror], [href^='javascript']"
        for place in (".rag-answer", ".rag-article"):
            assert page.locator(place).locator(planted).count() == 0
        assert fits(page)


def test_a_line_of_a_million_characters_wraps(browser: Browser, hostile: Archive) -> None:
    with (
        served(hostile) as address,
        opened(browser, address, viewport={"width": 320, "height": 640}) as page,
    ):
        answer = ask(page, "Where is Pangolin Obermere?")
        answer.get_by_role("link", name="[1]", exact=True).click()
        page.locator("#cited").wait_for()
        assert fits(page)


def test_an_empty_archive_says_how_to_fill_it(browser: Browser, tmp_path: Path) -> None:
    with (
        Archive.open(
            tmp_path / "empty", embedder=HashingEmbedder(), reading_model=HashingEmbedder()
        ) as empty,
        served(empty) as address,
        opened(browser, address) as page,
    ):
        expect(page.locator(".rag-welcome")).to_contain_text("rag ingest PATH")


def test_the_page_forbids_other_hosts_and_other_names(address: str) -> None:
    import httpx

    reply = httpx.get(address)
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert httpx.get(address, headers={"Host": "evil.example:7860"}).status_code == 421


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    script = """
import sys
from rag.answering import Archive
from rag.chat import serve
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder
settings = Settings(store=sys.argv[1], port=0)
model = HashingEmbedder()
with Archive.open(sys.argv[1], settings=settings, embedder=model, reading_model=model) as archive:
    serve(archive, announce=lambda address: print(address, flush=True))
print("closed")
"""
    for sent in (signal.SIGTERM, signal.SIGINT):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "store")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(sent)
        said, complained = process.communicate(timeout=30)
        assert (said, complained, process.returncode) == ("closed\n", "", 0)
