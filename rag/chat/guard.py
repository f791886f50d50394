"""What every response of the chat is held to, whatever an article may contain."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page's own scripts are inline and compile templates; nothing may come from, or go to,
# another host.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Middleware: a content security policy, and no answer under a foreign host name.

    Without the second, a page elsewhere whose name is made to resolve to this machine (DNS
    rebinding) could read the archive through the reader's browser.
    """

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        self.app = app
        self.local = host == "localhost" or _is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; see ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.local and not _is_local(Headers(scope=scope).get("host", "")):
            refusal = PlainTextResponse("open the chat at its own address", status_code=421)
            await refusal(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_guarded)


def _is_local(host: str) -> bool:
    """Tell whether a Host header names this machine.

    >>> _is_local("127.0.0.1:7860"), _is_local("[::1]:80"), _is_local("evil.example:7860")
    (True, True, False)
    """
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return name == "localhost" or _is_loopback(name)


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
