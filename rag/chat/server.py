"""The chat as a web server: bound, guarded, closed cleanly."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import gradio as gr
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from rag import tools
from rag.answering import Archive
from rag.chat.api import make_api
from rag.chat.guard import Guard, is_loopback
from rag.chat.layout import STYLES, build
from rag.chat.login import Logins
from rag.chat.uploads import Uploads
from rag.errors import ModelError, SettingsError
from rag.service import Service
from rag.settings import Settings
from rag.turns import Turns

# Conversations kept in memory; the oldest is forgotten first.
SESSIONS = 200
# Seconds that requests under way are given when the chat is ended; an open page holds one for good.
GRACE = 1
# Events of the page, besides questions, that may wait; what comes then is refused.
MOST_EVENTS = 1_000
# Connections that may wait to be taken up.
BACKLOG = 128

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")


def serve(archive: Archive, *, announce: Callable[[str], None]) -> None:
    """Serve the chat until interrupted; see `rag.chat.serve`."""
    try:
        with served(archive, archive.settings) as address, _interruptible():
            announce(address)
            threading.Event().wait()
    except KeyboardInterrupt:
        return  # this is how the reader ends it


@contextmanager
def served(archive: Archive, settings: Settings) -> Iterator[str]:
    """Serve the chat while the block runs; gives its address.

    Args:
        archive: The archive that answers.
        settings: Where and to whom to serve; the port 0 means any that is free.

    Raises:
        SettingsError: The host and port cannot be bound to, others could read along, or the file
            of logins cannot be read.
        ModelError: The model that answers cannot be loaded.
    """
    logins = Logins.read(settings.login) if settings.login else None
    if not (logins or settings.public or is_loopback(settings.host)):
        raise SettingsError(
            f"at {settings.host} others than you could read this archive; name those who may with "
            "--login FILE, or give --public to serve it to everybody"
        )
    with bind(settings.host, settings.port) as listener, Uploads(archive) as uploads:
        _ = archive.embedder  # what cannot be loaded is told at once
        server = uvicorn.Server(_configure(make_app(archive, settings, logins, uploads)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        warming = threading.Thread(target=_warm, args=[archive])
        warming.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.01)
            yield f"{_name(settings.host, listener)}{settings.root_path}/"
        finally:
            # What the end cuts off, such as the streams of open pages, is no fault.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            server.should_exit = True
            thread.join()
            warming.join()


def _warm(archive: Archive) -> None:
    """Spare the first question the loading; a model that fails is told when a question is asked."""
    with suppress(ModelError):
        archive.warm()


def make_app(
    archive: Archive, settings: Settings, logins: Logins | None, uploads: Uploads
) -> Starlette:
    """Return the page behind its guard."""
    service, turns = Service(archive), Turns(settings.concurrency, waiting=settings.waiting)
    app = Starlette(middleware=[Middleware(Guard, settings=settings, logins=logins)])
    app.mount("/api", make_api(service, turns))
    if tools.is_installed():
        _add_tools(app, service, turns)
    page = build(archive, uploads, turns).queue(
        max_size=MOST_EVENTS, default_concurrency_limit=settings.concurrency
    )
    page.state_session_capacity = SESSIONS
    with warnings.catch_warnings():
        # It is off, which Gradio says aloud once there is more than one page.
        warnings.filterwarnings("ignore", "SSR mode is not supported", UserWarning)
        return gr.mount_gradio_app(  # type: ignore[no-any-return]
            app,
            page,
            path="/",
            root_path=settings.root_path,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            pwa=False,
            ssr_mode=False,
            mcp_server=False,
            max_file_size=1,  # files come in parts, through the bounds of `uploads`
            theme=gr.themes.Base(font=SANS, font_mono=MONO),
            # In the head, as rules given as `css` are rewritten to lie inside the page's container.
            head="".join(f"<style>{each.read_text(encoding='utf-8')}</style>" for each in STYLES),
        )


def _add_tools(app: Starlette, service: Service, turns: Turns) -> None:
    from mcp.server.transport_security import TransportSecuritySettings

    served = tools.make_server(service, turns).streamable_http_app(
        stateless_http=True,
        json_response=True,
        # The guard has looked at the host and at the origin.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app.router.routes.extend(served.routes)
    app.router.lifespan_context = served.router.lifespan_context


@contextmanager
def bind(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that is bound, for 0 to any port that is free.

    Raises:
        SettingsError: The port is taken, or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise _unusable(host, port, error) from error
    with listener:
        yield listener


def _unusable(host: str, port: int, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(f"port {port} is in use; name another with --port")
    return SettingsError(
        f"cannot serve at {host}, port {port} ({error.strerror}); "
        "name others with --host and --port"
    )


def _name(host: str, listener: socket.socket) -> str:
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{listener.getsockname()[1]}"


def _configure(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=GRACE,
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Be interrupted, as by a key, where this process is told to end.

    An event that is waited for cannot be set by the handler of a signal: that runs in the thread
    that waits, which may hold the event's lock.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
