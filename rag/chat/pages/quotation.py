"""The page that checks a quotation, or a file of evidence, against the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import gradio as gr

from rag import dossier, rendering
from rag.answering import Archive
from rag.chat.events import sent_text
from rag.chat.pages import frame
from rag.checking import Check, Status
from rag.errors import RagError
from rag.turns import Turns
from rag.verification import Mismatch, Verification, summarise

FORMS = f"""
<form class="rag-form" data-form="check">
<label for="rag-quotation">Quotation</label>
<p class="rag-hint" id="rag-quotation-hint">An ellipsis … stands for words that are left out.</p>
<textarea id="rag-quotation" name="quotation" rows="5" dir="auto" required
aria-describedby="rag-quotation-hint"></textarea>
<button type="submit">Check the quotation</button>
</form>
<details class="rag-form-more"><summary>Verify a file of evidence</summary>
<form class="rag-form" data-form="verify" data-largest="{dossier.LARGEST}">
<label for="rag-evidence-file">File of evidence</label>
<p class="rag-hint" id="rag-evidence-hint">Every quote in it is compared, letter by letter, with the
version of the article that it names. Choose the file, or drop it here.</p>
<input type="file" id="rag-evidence-file" name="content" accept=".json" required
aria-describedby="rag-evidence-hint">
<button type="submit">Verify the file</button>
</form></details>
"""
PENDING = '<p class="rag-pending" role="status">Looking through the archive…</p>'
# What each status is called here, and what it says.
STATUSES = {
    Status.EXACT: ("Exact", "An article has these words, in this order."),
    Status.ALTERED: ("Altered", "An article says nearly this, but in other words."),
    Status.NOT_FOUND: ("Not found", "No article has these words, or words near enough."),
}
SIGNS = {Status.EXACT: "=", Status.ALTERED: "≠", Status.NOT_FOUND: "∅"}
LEGEND = """
<p class="rag-hint"><del>Struck through</del>: only in the quotation. <ins>Underlined</ins>: the
article's own words.</p>
"""


def add(page: gr.Blocks, archive: Archive, turns: Turns) -> None:
    """Add the page to the chat; see `rag.chat.pages.add`."""
    checks = Checks(archive, turns)
    with page.route(frame.PLACES[frame.CHECK], f"/{frame.CHECK}"):
        frame.heading(frame.PLACES[frame.CHECK], place=frame.CHECK)
        with frame.beside(lambda _: archive):
            forms = gr.HTML(FORMS, js_on_load=frame.FORM, apply_default_css=False)
            result = gr.HTML("", js_on_load=frame.RESULT, apply_default_css=False)
        forms.submit(checks.take, None, result, concurrency_limit=None, **frame.QUIET)


@dataclass(frozen=True, slots=True)
class Checks:
    """What the page's forms ask of an archive."""

    archive: Archive
    turns: Turns

    async def take(self, event: gr.EventData) -> AsyncIterator[str]:
        """Yield what the page shows while a form is worked on, and then."""
        yield PENDING
        try:
            turn = self.turns.enter()
            if sent_text(event, "form") == "verify":
                yield report(await turn.call(self.archive.verify, sent_text(event, "content")))
            else:
                quotation = sent_text(event, "quotation").strip()
                yield tell(await turn.call(self.archive.check, quotation))
        except RagError as error:
            yield frame.notice("Not checked.", error)


def tell(check: Check) -> str:
    """Return a check as HTML."""
    name, meaning = STATUSES[check.status]
    parts = [_head(f"{SIGNS[check.status]} {name}", meaning), *_notes(check)]
    if check.quote:
        parts.append(frame.quote_as_html(check.quote, rendering.compare_as_html(check)))
    if check.differences:
        differences = (rendering.name_difference(check, each) for each in check.differences)
        parts += [LEGEND, _listed("How it differs", map(rendering.escape, differences))]
    if check.nearest:
        parts.append('<h3>Nearest passage – not the quotation</h3><div class="rag-nearest">')
        parts.append(
            f"{frame.quote_as_html(check.nearest, rendering.escape(check.nearest.text))}</div>"
        )
    if check.also_in:
        links = (frame.link(each.id, rendering.cite(each.source)) for each in check.also_in)
        parts.append(_listed("Also in", links))
    return frame.section("Result", "".join(parts))


def report(verification: Verification) -> str:
    """Return what became of a file of evidence as HTML."""
    title = "= Verified" if verification.ok else "≠ Not verified"
    # The heading says already what stands before the colon.
    _, summary = summarise(verification).split(": ", maxsplit=1)
    parts = [_head(title, f"{summary[:1].upper()}{summary[1:]}.")]
    if verification.mismatches:
        parts.append(_listed("What differs", map(_mismatch, verification.mismatches)))
    if verification.changed:
        links = (frame.link(each, each) for each in verification.changed)
        parts.append(_listed("Right, but the article has changed since, or was withdrawn", links))
    return frame.section("Result", "".join(parts))


def _notes(check: Check) -> Iterator[str]:
    notes = []
    if check.omissions:
        notes.append("Words are left out where the ellipsis stands.")
    if check.varying:
        notes.append(f"It differs only in {', '.join(check.varying)}.")
    if check.negation:
        notes.append("The article has a negation right before these words, which is left out.")
    if check.status is not Status.EXACT:
        # Nothing but the exact is to show as all of it.
        notes.append(f"Likeness: {min(int(check.similarity * 100), 99)} %.")
    yield from (f'<p class="rag-note">{rendering.escape(note)}</p>' for note in notes)


def _mismatch(mismatch: Mismatch) -> str:
    place = f"Answer {mismatch.answer}, quote {mismatch.quote}: " if mismatch.answer else "File: "
    told = rendering.escape(f"{place}{mismatch.reason}")
    return f"{told}. {frame.link(mismatch.id, 'Open its place')}" if mismatch.id else f"{told}."


def _head(title: str, meaning: str) -> str:
    return f'<h2 tabindex="-1" data-focus>{title}</h2><p>{rendering.escape(meaning)}</p>'


def _listed(title: str, items: Iterator[str]) -> str:
    return f"<h3>{title}</h3><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
