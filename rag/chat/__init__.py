"""The web chat: layout, evidence panel, handlers; no retrieval logic.

Importing this loads no web library; `build` and `serve` do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.settings import quiet_libraries

if TYPE_CHECKING:
    import gradio as gr

    from rag.answering import Archive

__all__ = ["build", "serve"]


def build(archive: Archive) -> gr.Blocks:
    """Return the chat over an archive, not yet served.

    Args:
        archive: The archive that answers; it must stay open while the chat is used.
    """
    quiet_libraries()
    from rag.chat import layout
    from rag.chat.uploads import Uploads
    from rag.turns import Turns

    settings = archive.settings
    turns = Turns(settings.concurrency, waiting=settings.waiting)
    return layout.build(archive, Uploads(archive), turns)


def serve(archive: Archive, *, announce: Callable[[str], None]) -> None:
    """Serve the chat at the host and port of the archive's settings until interrupted.

    Args:
        archive: The archive that answers; it must stay open meanwhile.
        announce: Called once with the address, when the chat can be used.

    Raises:
        SettingsError: The host and port cannot be bound to.
        ModelError: The model that answers cannot be loaded.
    """
    quiet_libraries()
    from rag.chat import server

    server.serve(archive, announce=announce)
