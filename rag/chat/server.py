"""The chat as a local web server: bound, guarded, closed cleanly."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from rag.answering import Archive
from rag.chat.guard import Guard
from rag.chat.layout import STYLE, build
from rag.errors import SettingsError

# Questions answered at once, and questions that may wait.
CONCURRENCY = 2
WAITING = 32
# Conversations kept in memory; the oldest is forgotten first.
SESSIONS = 200

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")


def serve(archive: Archive, *, announce: Callable[[str], None]) -> None:
    """Serve the chat until interrupted; see `rag.chat.serve`."""
    settings = archive.settings
    try:
        with served(archive, settings.host, settings.port) as address, _terminated() as stop:
            announce(address)
            stop.wait()
    except KeyboardInterrupt:
        return  # this is how the reader ends it


@contextmanager
def served(archive: Archive, host: str, port: int) -> Iterator[str]:
    """Serve the chat while the block runs; gives its address.

    Args:
        archive: The archive that answers.
        host: The address to bind to.
        port: The port to bind to; 0 for any that is free.

    Raises:
        SettingsError: The host and port cannot be bound to.
        ModelError: The model that answers cannot be loaded.
    """
    port = find_port(host, port)
    _ = archive.embedder  # the first question should not wait for the model
    page = build(archive).queue(max_size=WAITING, default_concurrency_limit=CONCURRENCY)
    try:
        _, address, _ = page.launch(**_options(host, port))
    except OSError as error:
        raise _unusable(host, port, error) from error
    try:
        yield address
    finally:
        page.close(verbose=False)


def find_port(host: str, port: int) -> int:
    """Return the port to bind to, which is free; for 0 any that is.

    Raises:
        SettingsError: It is taken, or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        raise _unusable(host, port, error) from error


def _unusable(host: str, port: int, error: OSError) -> SettingsError:
    if error.errno in (errno.EADDRINUSE, None):
        return SettingsError(f"port {port} is in use; name another with --port")
    return SettingsError(
        f"cannot serve at {host}, port {port} ({error.strerror}); "
        "name others with --host and --port"
    )


def _options(host: str, port: int) -> dict[str, Any]:
    return {
        "server_name": f"[{host}]" if ":" in host else host,
        "server_port": port,
        "prevent_thread_lock": True,
        "quiet": True,
        "share": False,
        "inbrowser": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "max_file_size": 1,  # nothing is uploaded here
        "state_session_capacity": SESSIONS,
        "theme": gr.themes.Base(font=SANS, font_mono=MONO),
        # In the head, as rules given as `css` are rewritten to lie inside the page's container.
        "head": f"<style>{STYLE.read_text(encoding='utf-8')}</style>",
        "app_kwargs": {"middleware": [Middleware(Guard, host=host)]},
    }


@contextmanager
def _terminated() -> Iterator[threading.Event]:
    """Give an event that is set when this process is told to end."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    earlier = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, earlier)
