"""The page of a reader's own articles: brought along, asked apart from the archive, gone again."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import gradio as gr

from rag import rendering
from rag.answering import Archive
from rag.articles.files import SUFFIXES
from rag.chat import messages
from rag.chat.events import sent_text
from rag.chat.pages import frame
from rag.chat.uploads import IDLE, LARGEST_FILE, MOST_FILES, Uploads
from rag.errors import BusyError, RagError, UploadError
from rag.reports import Report
from rag.turns import Turns
from rag.types import Answer, Source

SCRIPT = frame.load("upload.js")
SHARING = """
<fieldset><legend>Where to</legend>
<label><input type="radio" name="to" value="own" checked> For me alone, for a while</label>
<label><input type="radio" name="to" value="archive"> Into the archive, for everybody</label>
</fieldset>
"""
FORMS = """
<form class="rag-form" data-form="add">
<label for="rag-files">Add articles of your own</label>
<p class="rag-hint" id="rag-files-hint">They are kept apart from the archive: nobody else can ask or
open them, and they are deleted {minutes} minutes after you last used them. {files} files at most,
of {megabytes} MB each: {endings}.</p>
<input type="file" id="rag-files" multiple required accept="{accept}"
aria-describedby="rag-files-hint">
{sharing}<button type="submit">Add the articles</button>
<p class="rag-hint" role="status"></p>
</form>
<form class="rag-form" data-form="ask">
<label for="rag-own-question">Ask your own articles</label>
<p class="rag-hint" id="rag-own-hint">Only they answer here, not the archive.</p>
<input type="text" id="rag-own-question" name="question" dir="auto" required
aria-describedby="rag-own-hint">
<button type="submit">Ask</button>
</form>
"""
SEARCHING = '<p class="rag-pending" role="status">Searching your articles…</p>'
# The articles may be there already when the page is loaded again.
SHOW = "trigger('submit', { form: 'list', session: token() });"
# Seconds between two looks at how far the reading is.
STEP = 0.2


def add(page: gr.Blocks, archive: Archive, uploads: Uploads, turns: Turns) -> None:
    """Add the page to the chat.

    Args:
        page: The chat.
        archive: The shared archive.
        uploads: What readers bring along.
        turns: Whose question is next.
    """
    own = Own(uploads, turns)

    def receive(part: dict[str, Any]) -> bool:
        return own.receive(part)

    name = frame.PLACES[frame.OWN]
    forms = FORMS.format(
        endings=", ".join(SUFFIXES),
        accept=",".join(SUFFIXES),
        files=MOST_FILES,
        megabytes=LARGEST_FILE // 1_000_000,
        minutes=int(IDLE // 60),
        sharing=SHARING if archive.settings.allow_upload else "",
    )
    with page.route(name, f"/{frame.OWN}"):
        frame.heading(name, place=frame.OWN)
        with frame.beside(own.choose, permalinks=False):
            asking = gr.HTML(
                forms, js_on_load=SCRIPT, apply_default_css=False, server_functions=[receive]
            )
            result = gr.HTML("", js_on_load=frame.RESULT, apply_default_css=False)
            held = gr.HTML("", js_on_load=f"{SCRIPT}{SHOW}", apply_default_css=False)
        for sender in (asking, held):
            sender.submit(own.take, None, [result, held], concurrency_limit=None, **frame.QUIET)


@dataclass(frozen=True, slots=True)
class Own:
    """What the page's forms do with a reader's own articles."""

    uploads: Uploads
    turns: Turns

    def choose(self, event: gr.EventData) -> Archive:
        """Return the archive that the page of an event shows.

        Raises:
            UploadError: There is none, or no more.
        """
        archive = self.uploads.archive_of(sent_text(event, "session"))
        if not archive:
            raise UploadError("there are no articles of your own here, or no more; add some first")
        return archive

    def receive(self, part: dict[str, Any]) -> bool:
        """Take a part of a file; return whether more of it is wanted."""
        try:
            data = base64.b64decode(str(part.get("data", "")), validate=True)
            token, name = str(part.get("session", "")), str(part.get("name", ""))
            return self.uploads.receive(token, name, data, first=part.get("first") is True)
        except (RagError, ValueError):
            return False  # the report of what was received says so

    async def take(self, event: gr.EventData) -> AsyncIterator[tuple[Any, Any]]:
        """Yield what the page shows while a form is worked on, and then: a result, the articles."""
        try:
            async for shown in self.turns.enter().follow(self._take(event)):
                yield shown
        except BusyError as error:
            yield frame.notice("Not done.", error), gr.skip()

    def _take(self, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        form = sent_text(event, "form")
        try:
            if form == "add":
                yield from ((shown, gr.skip()) for shown in self._add(event))
            elif form == "ask":
                yield SEARCHING, gr.skip()
                yield tell(self.choose(event).ask(sent_text(event, "question"))), gr.skip()
            elif form == "forget":
                self.uploads.forget(sent_text(event, "session"))
                yield (
                    '<p class="rag-done" tabindex="-1" data-focus>Your articles are deleted.</p>',
                    "",
                )
            if form in ("add", "list"):
                archive = self.uploads.archive_of(sent_text(event, "session"))
                yield gr.skip(), hold(archive.articles() if archive else ())
        except RagError as error:
            title = "Not added." if form == "add" else "Not answered."
            yield frame.notice(title, error), gr.skip()

    def _add(self, event: gr.EventData) -> Iterator[str]:
        """Yield how far the reading of the files is, then its report."""
        steps: SimpleQueue[tuple[int, int]] = SimpleQueue()
        share = sent_text(event, "to") == "archive"
        pool = ThreadPoolExecutor(1)
        reading = pool.submit(
            self.uploads.ingest,
            sent_text(event, "session"),
            share=share,
            progress=lambda done, total: steps.put((done, total)),
        )
        # A reader who leaves ends this in the thread that serves everybody: it must not wait there.
        pool.shutdown(wait=False)
        while not reading.done():
            try:
                yield _show_progress(*steps.get(timeout=STEP))
            except Empty:
                continue
        yield report(reading.result(), shared=share)


def report(report: Report, *, shared: bool) -> str:
    """Return what became of the files as HTML."""
    names = ("added", "updated", "renamed", "unchanged")
    counts = {name: getattr(report, name) for name in names}
    done = ", ".join(f"{len(what):,} {name}" for name, what in counts.items() if what)
    where = "in the archive" if shared else "for you alone"
    title = f"Articles {where}: {done}" if done else "No article was added"
    failed = "".join(
        f"<li><bdi>{rendering.escape(each.path)}</bdi>: {rendering.escape(each.reason)}</li>"
        for each in report.failed
    )
    listed = f"<h3>Not added: {len(report.failed):,}</h3><ul>{failed}</ul>" if failed else ""
    return frame.section("Report", f'<h2 tabindex="-1" data-focus>{title}</h2>{listed}')


def tell(answer: Answer) -> str:
    """Return an answer from the reader's own articles as HTML."""
    title = "From your own articles" if answer.found else "Your articles do not say"
    shown = "".join(
        frame.quote_as_html(each, rendering.as_words(each))
        for each in answer.quotes or answer.nearest
    )
    if not answer.found:
        near = "<h3>Nearest passages – not an answer</h3>" if answer.nearest else ""
        reason = messages.as_sentence(answer.reason)
        shown = f'<p>{reason}</p>{near}<div class="rag-nearest">{shown}</div>'
    return frame.section("Answer", f'<h2 tabindex="-1" data-focus>{title}</h2>{shown}')


def hold(sources: tuple[Source, ...]) -> str:
    """Return the reader's own articles as a list, with a way to delete them."""
    if not sources:
        return ""
    items = "".join(f"<li>{frame.link(each.id, rendering.cite(each))}</li>" for each in sources)
    return frame.section(
        "Your articles",
        f"<h3>Your articles: {len(sources):,}</h3><ol class='rag-list'>{items}</ol>"
        '<form data-form="forget"><button type="submit">Delete them now</button></form>',
    )


def _show_progress(done: int, total: int) -> str:
    return (
        f'<p class="rag-pending" role="status">Reading article {min(done + 1, total):,} of '
        f'{total:,}… <progress max="{total}" value="{done}"></progress></p>'
    )
