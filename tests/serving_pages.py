"""A real web server on loopback for tests: pages by path, each also a function of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests import formats

Handler = BaseHTTPRequestHandler
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """What is answered for a path."""

    body: bytes = b""
    type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, request: Handler) -> None:
        request.send_response(self.status)
        headers = {"Content-Length": str(len(self.body)), "Content-Type": self.type}
        for name, value in (headers | dict(self.headers)).items():
            if value:
                request.send_header(name, value)
        request.end_headers()
        request.wfile.write(self.body)


@dataclass
class Site:
    """A running server; `asked` are the paths that were asked for, in order."""

    address: str
    pages: dict[str, Callable[[Handler], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"{self.address}{path}"

    def add(self, path: str, answer: Callable[[Handler], None]) -> str:
        """Answer a path, and return its address."""
        self.pages[path] = answer
        return self.url(path)

    def article(self, path: str, *sentences: str) -> str:
        """Answer a path with a page that tells a story."""
        return self.add(path, Page(story(*sentences)))

    def redirect(self, path: str, to: str, *, status: int = 302) -> str:
        """Answer a path with a redirect."""
        return self.add(path, Page(status=status, headers={"Location": to}))


def story(*sentences: str, title: str = "Smoke") -> bytes:
    """Make a page with an article of some sentences, else of the story of the sample formats."""
    told = "".join(f"<p>{sentence}</p>" for sentence in sentences or formats.STORY * 2)
    head = f"<head><title>{title}</title><meta charset='utf-8'></head>"
    page = f"<html lang='en'>{head}<body><article><h1>{title}</h1>{told}</article></body></html>"
    return page.encode()


@contextmanager
def serve() -> Iterator[Site]:
    """Serve a site on a free port of loopback; what it does not know is 404."""
    site = Site("")

    class Answering(Handler):
        def do_GET(self) -> None:  # noqa: N802 (the library's name)
            path = self.path
            site.asked.append(path)
            with suppress(ConnectionError):  # the one who asked may have heard enough
                site.pages.get(path, Page(status=404))(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        site.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield site
        server.shutdown()
