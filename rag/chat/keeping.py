"""Conversations that the reader's browser keeps: each is a file of evidence, and verified as one.

What comes back from a browser may have been changed by anyone, so that every quote is cut anew from
the archive. What was not restored whole is kept as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from rag import citations, dossier, rendering
from rag.answering import Archive
from rag.chat import notes, talk
from rag.chat.conversation import Conversation
from rag.chat.events import sent_text
from rag.dossier import SavedAnswer
from rag.errors import RagError
from rag.restoration import Restoration, Restored
from rag.types import Answer

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("keeping.js", "conversations.js"))
STYLE = Path(__file__).with_name("conversations.css")
# The most characters of a kept conversation: hundreds of answers, and a tenth of what a file of
# evidence or a request may have, as a browser has room for some hundred megabytes.
LONGEST = 1_000_000
ID = re.compile(r"[0-9a-f]{16}", re.ASCII)

# Says over the question why conversations cannot be kept, if so.
UNKEPT = '<div id="rag-unkept" role="status"></div>'
TOGGLE = (
    '<button type="button" id="rag-toggle" aria-expanded="false" '
    'aria-controls="rag-conversations">Conversations</button>'
)
LIST = """
<nav class="rag-keeping" aria-label="Conversations">
<div class="rag-keeping-head"><h2>Conversations</h2>
<button type="button" data-role="close">Close</button></div>
<input type="search" data-role="search" aria-label="Search the names"
 placeholder="Search the names">
<div class="rag-said" data-role="said" role="status"></div>
<p data-role="none"></p>
<ul data-role="list"></ul>
<details class="rag-menu" data-role="all" hidden><summary>All conversations</summary><div>
<button type="button" data-role="save-all">Save all as evidence</button>
<button type="button" data-role="delete-all">Delete all</button></div></details>
<p class="rag-where">Kept in this browser, and nowhere else. What is deleted can be brought back for
ten minutes.</p>
</nav>
"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What happens when a conversation is kept, opened again or saved as Markdown."""

    archive: Archive

    def keep(self, conversation: Conversation) -> Any:
        """Return what the browser is to keep of a conversation, as far as there is news."""
        if conversation.pending:
            return gr.skip()
        if not conversation.answers:
            return {"id": "", "file": ""}
        if len(conversation.restored) == len(conversation.answers):
            return gr.skip()
        file = compose(conversation)
        if len(file) > LONGEST:
            return {
                "problem": "This conversation has become too long to be kept; its last answers are "
                "not. Begin a new one."
            }
        return {"id": conversation.id, "file": file}

    def restore(self, event: gr.EventData) -> tuple[Conversation, str]:
        """Return a conversation that the browser kept, as the archive has it."""
        conversation = self._restore(event)
        return conversation, talk.as_html(conversation)

    def export(self, event: gr.EventData) -> dict[str, str]:
        """Return a conversation that the browser kept as Markdown."""
        name, file = sent_text(event, "name"), sent_text(event, "file")
        try:
            text = as_markdown(name, self.archive.restore(file))
        except RagError as error:
            return {"problem": f"It cannot be saved: {error}."}
        return {"name": name, "text": text}

    def _restore(self, event: gr.EventData) -> Conversation:
        try:
            restoration = self.archive.restore(sent_text(event, "file"))
        except RagError as error:
            return Conversation(
                caution=f"This conversation cannot be shown: {error}. It is still kept as it is."
            )
        known = ID.fullmatch(sent_text(event, "id"))
        return Conversation(
            tuple(each.answer for each in restoration.answers),
            id=known[0] if known else "",
            restored=restoration.answers,
            caution=""
            if restoration.intact
            else (
                "This conversation is not as it was kept: its checksum is another. What is quoted "
                "here is the archive's own text; the questions may have been changed."
            ),
        )


def compose(conversation: Conversation) -> str:
    """Return a conversation as a file of evidence; what was restored is written as it was."""
    answers: list[Answer | SavedAnswer] = [each.saved for each in conversation.restored]
    answers += conversation.answers[len(answers) :]
    return dossier.compose(answers, saved=datetime.now(UTC).replace(microsecond=0))


def as_markdown(name: str, restoration: Restoration) -> str:
    """Return a conversation as Markdown: every question, its quotes with their citations."""
    saved = f"{rendering.show_day(restoration.saved.date())}, {restoration.saved:%H:%M %Z}"
    parts = [f"# {_line(name)}", _line(f"Saved {saved}.")]
    for restored in restoration.answers:
        parts.append(f"## {_line(restored.answer.question)}")
        parts += _silence(restored)
        shown = restored.answer.quotes or restored.answer.nearest
        parts += [citations.as_markdown(quote) for quote in shown]
        parts += [_line(note) for note in notes.as_lines(restored.notes)]
    return "\n\n".join(parts) + "\n"


def _silence(restored: Restored) -> list[str]:
    if restored.saved.quotes:
        return []
    reason = f"The archive does not say: {restored.answer.reason}."
    return [
        _line(f"{reason} Nearest passages, not an answer:" if restored.answer.nearest else reason)
    ]


def _line(text: str) -> str:
    return rendering.escape(rendering.visible(" ".join(text.split())))
