"""What every request to the chat and every response of it is held to, whatever articles contain."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ipaddress
import re
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag import dossier
from rag.chat.login import Logins
from rag.settings import Settings

# Nothing may come from, or go to, another host. The page makes functions of the texts of its own
# scripts, and sets styles; a script that stands in it runs only if it is one of those served.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
INLINE = re.compile(rb"<script(?![^<>]*\ssrc=)[^<>]*>(.*?)</script>", re.DOTALL)

# What of Gradio's own addresses the page uses; the others are not there.
GRADIO = re.compile(
    r"/gradio_api/(?:queue/(?:join|data)|heartbeat/\w+|startup-events|info|cancel|reset"
    r"|upload|upload_progress|file=.*|component_server)/?"
)
# Of those outside its prefix, which belong to a page of several readers or to its own makers.
HIDDEN = re.compile(r"/(?:monitoring|login|logout|svelte|proxy=)(?:/.*)?")

SAFE = ("GET", "HEAD")
# Bytes of a request: a question with its history takes some thousand; a file of evidence more.
LARGEST = 1_000_000
LARGER = {"/api/verify": dossier.LARGEST, "/gradio_api/queue/join": dossier.LARGEST}


class Guard:
    """Middleware that lets in what comes to this host from its own page, of a size that fits.

    Without a look at the host's name, a page elsewhere whose name is made to resolve to this
    machine (DNS rebinding) could read the archive through the reader's browser; without one at
    the origin, it could ask, or remove, unseen.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, logins: Logins | None) -> None:
        self.app = app
        self.root = settings.root_path
        self.proxied = {name.lower() for name in settings.allow_host}
        self.names = {"localhost", settings.host.lower(), *self.proxied}
        self.largest = {**LARGER, "/gradio_api/upload": settings.max_article_bytes}
        self.logins = logins
        # Of all who try passwords one is heard at a time, so that guessing leaves the other threads
        # to those who are logged in.
        self.trying = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; see ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self.root)
        headers = Headers(scope=scope)
        send = _Sealing(send)
        refusal = self._refuse(scope["method"], path, headers) or await self._ask_who(headers)
        if refusal:
            await refusal(scope, receive, send)
            return
        hidden = (b"accept-encoding",) if "text/html" in headers.get("accept", "") else ()
        hidden = (*hidden, b"x-gradio-server")
        inner = {
            **scope,
            "root_path": self.root,
            "path": f"{self.root}{path}",
            "headers": [each for each in scope["headers"] if each[0] not in hidden],
        }
        await self.app(inner, receive, send)

    def _refuse(self, method: str, path: str, headers: Headers) -> JSONResponse | None:
        """Return what is said to a request that is not let in."""
        if not all(map(self._is_ours, _hosts(headers))):
            return _say(421, "open the chat at its own address, or name this with --allow-host")
        if path.startswith("/gradio_api") and not GRADIO.fullmatch(path):
            return _say(404, "there is nothing here")
        if HIDDEN.fullmatch(path):
            return _say(404, "there is nothing here")
        if method in SAFE:
            return None
        if not self._is_from_us(headers):
            return _say(403, "a page of another site may not use this archive")
        if "transfer-encoding" in headers:
            return _say(411, "say how long the request is, with Content-Length")
        length, most = int(headers.get("content-length", 0)), self.largest.get(path, LARGEST)
        if length > most:
            return _say(413, f"the request has {length:,} bytes, {most:,} is the most")
        return None

    async def _ask_who(self, headers: Headers) -> JSONResponse | None:
        if not self.logins:
            return None
        given = headers.get("authorization", "")
        if given and (self.logins.recall(given) or await self._try(self.logins, given)):
            return None
        refusal = _say(401, "give a name and its password")
        refusal.headers["WWW-Authenticate"] = 'Basic realm="the archive", charset="UTF-8"'
        return refusal

    async def _try(self, logins: Logins, given: str) -> bool:
        async with self.trying:
            # What was tried by several requests at once need not be hashed for each.
            return logins.recall(given) or await run_in_threadpool(logins.accept, given)

    def _is_ours(self, host: str) -> bool:
        """Tell whether a host is this one: by its name, or by a number, which nobody can rename."""
        name = _split(host)
        return name in self.names or _is_number(name)

    def _is_from_us(self, headers: Headers) -> bool:
        """Tell whether a request is from a page of this site, or from none."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        host = origin.partition("://")[2]
        return host in _hosts(headers) or _split(host) in self.proxied


class _Sealing:
    """Sends a response under the headers that hold for all."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.page = b""

    async def __call__(self, message: Message) -> None:
        """Send a part of the response; a page only as a whole, for the sake of its scripts."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in [each for each in headers if each.startswith("access-control-")]:
                del headers[name]
            headers.update(HEADERS)
            if headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
            headers["Content-Security-Policy"] = allow_scripts(b"")
        elif self.start:
            self.page += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = MutableHeaders(scope=self.start)
            headers["Content-Security-Policy"] = allow_scripts(self.page)
            await self.send(self.start)
            message = {**message, "body": self.page}
        await self.send(message)


def allow_scripts(page: bytes) -> str:
    """Return the policy under which the scripts that stand in a page run, and no others.

    >>> "'sha256-" in allow_scripts(b"<script>start()</script>")
    True
    """
    digests = (hashlib.sha256(script).digest() for script in INLINE.findall(page))
    known = "".join(f" 'sha256-{base64.b64encode(each).decode()}'" for each in digests)
    policy = {**POLICY, "script-src": POLICY["script-src"] + known}
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine's own, which no other reaches.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _hosts(headers: Headers) -> list[str]:
    """Return the hosts that a request, and a proxy before it, were sent to."""
    forwarded = headers.get("x-forwarded-host")
    return [headers.get("host", ""), *([forwarded] if forwarded else [])]


def _split(host: str) -> str:
    """Return the name or the number of a host, without its port.

    >>> _split("Archive.example:80"), _split("[::1]:80"), _split("[")
    ('archive.example', '::1', '')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _say(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)
