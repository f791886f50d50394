"""Fetches what a web address names: politely, within bounds, from public hosts only.

No proxy of the environment is used: it would look names up itself, and connect to what was not
checked. Every redirect is checked as the first address was.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpcore2
from protego import Protego

from rag.articles.addresses import Address, join_url, normalise_url
from rag.articles.connections import Connector
from rag.articles.files import File
from rag.articles.media import choose_suffix, write_utf8
from rag.errors import ArticleError

# How we call ourselves to servers, and what robots.txt may call us.
AGENT = "rag-verbatim"
_ACCEPTED = "text/html,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5"
_REDIRECTS = {301, 302, 303, 307, 308}
# What may pass: too many requests, and trouble of the server's own.
_PASSING = {429, 500, 502, 503, 504}
# RFC 9309 has this much of a robots.txt read at least.
_MAX_ROBOTS = 500 * 1024
_TROUBLE = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How long servers are waited for, and how often they are asked; judged, not measured.

    Attributes:
        connect: Seconds to connect.
        read: Seconds without a byte.
        whole: Seconds that an address takes at most, with its redirects, tries and waits.
        pause: Seconds between two pages of one host, where its robots.txt asks for no more.
        longest_pause: Seconds that a robots.txt may ask for; more are not waited for.
        tries: How often one address is asked, if the trouble may pass.
        redirects: How many are followed; RFC 9309 asks for five.
    """

    connect: float = 10
    read: float = 20
    whole: float = 120
    pause: float = 1
    longest_pause: float = 30
    tries: int = 3
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class _Response:
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher:
    """What fetches pages for one run; it remembers what each host allows, and when it was asked."""

    def __init__(
        self, *, max_bytes: int, allow_private: bool = False, manners: Manners | None = None
    ) -> None:
        """Bound what will be fetched; nothing is connected yet.

        Args:
            max_bytes: The most that a page may have, packed or not.
            allow_private: Whether private, loopback and the like addresses may be connected to.
            manners: How patient to be.
        """
        self._max_bytes = max_bytes
        self._allow_private = allow_private
        self._manners = manners or Manners()
        self._rules: dict[str, Protego | str] = {}  # of an origin; or why there are none
        self._ready: dict[str, float] = {}  # when a host may be asked again

    def fetch(self, address: Address) -> File:
        """Fetch a page, a feed or a file.

        Raises:
            ArticleError: It cannot be fetched, may not be, or is of no format that is read.
        """
        deadline = time.monotonic() + self._manners.whole
        try:
            response = self._follow(address.url, deadline, self._max_bytes, before=self._admit)
            if response.status != HTTPStatus.OK:
                raise ValueError(f"answers {_name(response.status)}; check the address")
            content_type = response.headers.get("content-type", "")
            suffix = choose_suffix(content_type, response.url)
        except ValueError as error:
            raise ArticleError(address.path, str(error)) from error
        parts = urlsplit(address.url)
        return File(
            path=address.path,
            place=Path(parts.netloc + parts.path),
            raw=write_utf8(response.body, content_type, suffix),
            page=address.url,
            url=response.url,
            format=suffix,
        )

    def _follow(
        self,
        url: str,
        deadline: float,
        max_bytes: int,
        *,
        before: Callable[[str, float], None] = lambda _url, _deadline: None,
    ) -> _Response:
        """Return what an address leads to in the end; `before` is called with each on the way."""
        for _ in range(self._manners.redirects + 1):
            before(url, deadline)
            response = self._ask(url, deadline, max_bytes)
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return response
            url = _lead(url, response.headers["location"])
        raise ValueError("redirects again and again; name where it leads to in the end")

    def _admit(self, url: str, deadline: float) -> None:
        """Wait until a page may be asked for; refuse what its host has not allowed."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read_rules(origin, deadline)
        rules = self._rules[origin]
        if isinstance(rules, str):
            raise ValueError(f"is not fetched, as the robots.txt of its host {rules}")
        if not rules.can_fetch(url, AGENT):
            raise ValueError("is not to be fetched by programs, says its robots.txt; save the page")
        self._wait(self._ready.get(origin, 0) - time.monotonic(), deadline, "asks for a pause")
        asked = float(rules.crawl_delay(AGENT) or 0)
        pause = max(self._manners.pause, min(asked, self._manners.longest_pause))
        self._ready[origin] = time.monotonic() + pause

    def _read_rules(self, origin: str, deadline: float) -> Protego | str:
        try:
            response = self._follow(f"{origin}/robots.txt", deadline, _MAX_ROBOTS)
        except ValueError as error:
            return str(error)
        # Whatever else than a file is answered, there is none (RFC 9309, 2.3.1.3).
        found = response.body if response.status == HTTPStatus.OK else b""
        return Protego.parse(found.decode("utf-8", "replace"))

    def _ask(self, url: str, deadline: float, max_bytes: int) -> _Response:
        """Return what a server answers, asking again where the trouble may pass."""
        for turn in range(1, self._manners.tries + 1):
            wait = float(2 ** (turn - 1))
            try:
                response = self._send(url, deadline, max_bytes)
                if response.status not in _PASSING:
                    return response
                problem = f"answers {_name(response.status)}"
                wait = max(wait, _read_wait(response.headers.get("retry-after", "")))
            except _TROUBLE as error:
                problem = self._explain(error, deadline)
            if time.monotonic() < deadline and turn < self._manners.tries:
                self._wait(wait, deadline, problem)
            else:
                break
        raise ValueError(f"{problem}; try again later")

    def _send(self, url: str, deadline: float, max_bytes: int) -> _Response:
        manners = self._manners
        waits = {"connect": manners.connect, "read": manners.read, "write": manners.read}
        headers = [("User-Agent", AGENT), ("Accept", _ACCEPTED), ("Accept-Encoding", "gzip")]
        tls = self._tls if url.startswith("https:") else None
        connector = Connector(deadline=deadline, allow_private=self._allow_private)
        with (
            httpcore2.ConnectionPool(tls, network_backend=connector) as pool,
            pool.stream("GET", url, headers=headers, extensions={"timeout": waits}) as response,
        ):
            said = {
                name.decode("latin-1").lower(): _read(value) for name, value in response.headers
            }
            body = b""
            if response.status == HTTPStatus.OK:
                body = _read_body(response, said, max_bytes)
            return _Response(url, response.status, said, body)

    @cached_property
    def _tls(self) -> Any:
        # Kept, as reading the certificates of all authorities takes longer than most pages.
        return httpcore2.default_ssl_context()

    def _wait(self, seconds: float, deadline: float, problem: str) -> None:
        if seconds > deadline - time.monotonic():
            raise ValueError(f"{problem}, to be waited for {seconds:,.0f} seconds; try again then")
        time.sleep(max(seconds, 0))

    def _explain(self, error: Exception, deadline: float) -> str:
        if time.monotonic() >= deadline:
            return f"took longer than {self._manners.whole:g} seconds"
        if isinstance(error, httpcore2.ConnectTimeout):
            return f"could not be connected to within {self._manners.connect:g} seconds"
        if isinstance(error, httpcore2.TimeoutException):
            return f"sent nothing for {self._manners.read:g} seconds"
        if isinstance(error, httpcore2.NetworkError):
            return f"could not be reached ({error})"
        return f"broke off, or does not speak HTTP ({error})"


def _lead(url: str, location: str) -> str:
    try:
        leads = normalise_url(join_url(url, location))
    except ValueError as error:
        raise ValueError(f"redirects to {location[:200]!r}, which {error}") from error
    if urlsplit(url).scheme == "https" != urlsplit(leads).scheme:
        raise ValueError(f"redirects to {leads}, which anybody on the way could alter")
    return leads


def _read(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _read_body(response: Any, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """Return a body, unpacked, of which never much more is held than may be."""
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip"}:
        raise ValueError(f"is packed as {packing[:20]!r}, for which it was not asked")
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS) if packing.endswith("gzip") else None
    body, taken = bytearray(), 0
    try:
        for block in response.iter_stream():
            taken += len(block)
            room = max_bytes + 1 - len(body)
            body += unpacker.decompress(block, room) if unpacker else block
            if max(taken, len(body)) > max_bytes:
                raise ValueError(f"is bigger than the {max_bytes:,} bytes allowed; raise the limit")
    except zlib.error as error:
        raise ValueError(f"is packed wrongly ({error})") from error
    if unpacker and taken and (unpacker.unused_data or not unpacker.eof):
        raise ValueError("is packed wrongly: it does not end where it says")
    return bytes(body)


def _read_wait(value: str) -> float:
    """Return the seconds that a server asks to wait, as a number or until a time."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):  # it is neither, or has no time zone
        return 0


def _name(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)
