"""A conversation as HTML: what was asked, what was answered, and what can be done about it.

The page shows it as it is, so that all that is not written here goes through `rendering.escape`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag import feedback, rendering
from rag.chat import messages, notes
from rag.chat.conversation import Conversation, Pending
from rag.chat.scope import as_edit_button, as_form
from rag.types import Answer, Source

VERDICTS = ((feedback.GOOD, "Useful"), (feedback.POOR, "Not useful"))


def as_html(conversation: Conversation) -> str:
    """Return a conversation, with what a screen reader is told of its last change."""
    turns = [f'<div class="rag-notice">{rendering.escape(conversation.caution)}</div>'] * bool(
        conversation.caution
    )
    turns += [
        _turn(conversation, answer, turn) for turn, answer in enumerate(conversation.kept, start=1)
    ]
    if conversation.pending:
        turns.append(_under_way(conversation.pending, len(turns) + 1))
    if conversation.notice:
        turns.append(
            '<div class="rag-notice"><strong>Not answered.</strong> '
            f"{messages.as_sentence(conversation.notice)}</div>"
        )
    return (
        f'<p class="rag-unseen" id="rag-status" role="status">{_status(conversation)}</p>'
        f"{''.join(turns)}"
    )


def head(sources: Sequence[Source]) -> str:
    """Return the page's heading: its name, and the extent of the archive."""
    days = [source.published for source in sources if source.published]
    count = f"{len(sources):,} article{'' if len(sources) == 1 else 's'}"
    if days:
        first, last = rendering.show_day(min(days)), rendering.show_day(max(days))
        count += f", {first}" if first == last else f", {first} – {last}"
    return f'<h1>Ask the archive</h1><p class="rag-extent">{rendering.escape(count)}</p>'


def greet(questions: Sequence[str], *, empty: bool) -> str:
    """Return what the chat shows before the first question.

    Args:
        questions: Example questions, each shown as a button that asks it.
        empty: Whether the archive holds no article.
    """
    if empty:
        return (
            '<div class="rag-welcome"><p class="rag-welcome-title">This archive is empty</p>'
            "<p>Bring in articles with <code>rag ingest PATH</code>: files, or folders of them. "
            "Then load this page again.</p></div>"
        )
    examples = "".join(
        f'<li><button type="button" data-ask="{rendering.escape(question)}">'
        f"<bdi>{rendering.escape(question)}</bdi></button></li>"
        for question in questions
    )
    return (
        '<div class="rag-welcome"><p class="rag-welcome-title">Ask what the articles say</p>'
        "<p>Answers are quotations, word for word. Where the archive does not answer, it says so. "
        "A number under a quotation opens the article at that place.</p>"
        f'<ul class="rag-examples" aria-label="Example questions">{examples}</ul>'
        "<p>Whether an answer was useful, if you say so, is noted in the archive’s own folder; "
        "nothing is sent anywhere.</p></div>"
    )


def _status(conversation: Conversation) -> str:
    if conversation.pending:
        said = "Searching"
    elif conversation.notice:
        said = f"Not answered: {conversation.notice}."
    elif conversation.answers:
        said = messages.announce(conversation.answers[-1])
    else:
        said = ""
    return rendering.escape(said)


def _turn(conversation: Conversation, answer: Answer, turn: int) -> str:
    verdict = dict(conversation.verdicts).get(turn, "")
    thumbs = "".join(
        f'<button type="button" data-judge="{turn}" data-verdict="{name}" '
        f'aria-pressed="{str(name == verdict).lower()}">{text}</button>'
        for name, text in VERDICTS
    )
    last = turn == len(conversation.answers) and not conversation.pending
    form = as_form(f"edit-{turn}", "Your question", answer.question, "Ask instead") if last else ""
    return (
        f'<section class="rag-turn">{_asked(answer.question)}'
        f"{_answer(conversation, answer, turn)}"
        f'<div class="rag-actions">{_again(turn) if last else ""}'
        f'<span class="rag-judge" role="group" aria-label="Is this answer useful? '
        f'What you choose is kept beside the archive, on this machine">{thumbs}</span></div>'
        f"{form}</section>"
    )


def _answer(conversation: Conversation, answer: Answer, turn: int) -> str:
    """Return an answer; one that came back from the browser with what is to be said of it."""
    if turn > len(conversation.restored):
        return messages.as_html(answer, turn)
    restored = conversation.restored[turn - 1]
    shown = "" if notes.is_lost(restored) else messages.as_html(answer, turn)
    return shown + notes.as_html(restored)


def _again(turn: int) -> str:
    edit = as_edit_button(f"edit-{turn}", "Edit question", "Edit the last question")
    return f'{edit}<button type="button" data-link="again-{turn}">Ask again</button>'


def _under_way(pending: Pending, turn: int) -> str:
    so_far = messages.as_html(pending.answer, turn) if pending.answer else ""
    return (
        f'<section class="rag-turn">{_asked(pending.question)}'
        f'{so_far}<p class="rag-pending">{rendering.escape(pending.stage)}</p></section>'
    )


def _asked(question: str) -> str:
    return f'<h2 class="rag-question" dir="auto" tabindex="-1">{rendering.escape(question)}</h2>'
