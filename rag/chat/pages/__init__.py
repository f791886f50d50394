"""The chat's further pages, each with an address of its own beside the conversation's."""

from __future__ import annotations

import gradio as gr

from rag.answering import Archive
from rag.chat.pages import article, collection, own, preferences, quotation
from rag.chat.uploads import Uploads
from rag.turns import Turns


def add(page: gr.Blocks, archive: Archive, uploads: Uploads, turns: Turns) -> None:
    """Add every further page to the chat.

    Args:
        page: The chat, built.
        archive: What it answers from.
        uploads: What readers bring along.
        turns: Whose question is next.
    """
    quotation.add(page, archive, turns)
    collection.add(page, archive)
    own.add(page, archive, uploads, turns)
    preferences.add(page, archive)
    article.add(page, archive)
