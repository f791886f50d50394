"""A real Chroma server on loopback, and a proxy before it that asks for a header."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHROMA = Path(sys.executable).with_name("chroma")
HEADER, TOKEN = "Authorization", "Bearer tarn-heron-7"


class ChromaServer:
    """`chroma run` over a folder; it can be ended and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        where = ["--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [str(CHROMA), "run", *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 60
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.05)

    def end(self) -> None:
        """Kill the server."""
        self._process.kill()
        self._process.wait()


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaServer]:
    """Run a server for as long as the block runs."""
    server = ChromaServer(folder)
    try:
        yield server
    finally:
        server.end()


@contextmanager
def proxy(port: int) -> Iterator[str]:
    """Run a proxy before a server; gives its address. Without the header it shows a page."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get(HEADER) != TOKEN:
                told = self.headers.get(HEADER, "")
                self._send(401, "text/html", f"<h1>who are you, {told}?</h1>".encode())
                return
            kind = {"Content-Type": "application/json"}
            with closing(http.client.HTTPConnection("127.0.0.1", port)) as onward:
                onward.request(self.command, self.path, body=body, headers=kind)
                with onward.getresponse() as answer:
                    self._send(answer.status, answer.getheader("Content-Type", ""), answer.read())

        do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815 - as the library calls them

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
