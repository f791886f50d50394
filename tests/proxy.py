"""A small reverse proxy, as an operator would set one before the chat."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# What holds between two hosts only, and is not passed on.
HOP = {"connection", "transfer-encoding", "keep-alive"}


@contextmanager
def proxied(address: str, *, path: str, strip: bool) -> Iterator[str]:
    """Pass on what is asked for under a path; gives the address of the proxy with the path.

    Args:
        address: Where to.
        path: The path, as `/archive`.
        strip: Whether to take the path away.
    """
    target = urlsplit(address).netloc

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(f"{path}/"):
                self.send_response(204)  # what else is at that site is not ours
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = self.path.removeprefix(path) if strip else self.path
            # A browser that closes its page breaks off the writing; what is behind is closed too.
            with closing(http.client.HTTPConnection(target)) as behind:
                behind.request(self.command, asked, body, dict(self.headers))
                with behind.getresponse() as reply:
                    self._pass(reply)

        def _pass(self, reply: http.client.HTTPResponse) -> None:
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.end_headers()
            while part := reply.read1():
                self.wfile.write(part)
                self.wfile.flush()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a browser that closes its page leaves its streams

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}{path}/"
        server.shutdown()
        thread.join()
