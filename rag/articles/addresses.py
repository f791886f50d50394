"""Web addresses: which are fetched, the one form each is known by, and which hosts are public."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # of two letters or more: C:/ is a drive
_HOST = re.compile(r"[a-z0-9._-]+")
_PORTS = {"http": 80, "https": 443}
# Browsers and servers agree on about this much.
MAX_URL = 2_000
# What RFC 3986 lets stand in a path or a query; what is percent-encoded stays so.
_KEPT = "%/:@!$&'()*+,;=~-._"
# What newsletters, feeds and networks add to tell who has read; no page depends on it.
_TRACKING = re.compile(
    r"(?:utm_\w+|(?:fb|g|d|ms|y|tw)clk?id|mc_[ce]id|igshid|cmpid|ref_src)(?:=|$)"
)
# Where an IPv4 address goes through a network of IPv6 alone (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
# All of IPv6 that is given to anybody to be reached at (RFC 4291, and IANA's list).
_UNICAST = IPv6Network("2000::/3")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a page or a feed.

    `path` is how the user, or a feed, named it, `url` the one form that it is known by.
    """

    path: str
    url: str


def is_address(path: str) -> bool:
    """Tell whether an address is meant, not a path."""
    return _SCHEME.match(path) is not None


def normalise_url(url: str) -> str:
    """Return the one form of an address: without its fragment, and what only tracks its reader.

    Raises:
        ValueError: It is not an address that is fetched.

    >>> normalise_url("HTTP://News.example:80/a b?utm_source=feed&id=7#top")
    'http://news.example/a%20b?id=7'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = _plain_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise ValueError("is a web address that cannot be; correct it") from error
    if parts.scheme not in _PORTS:
        raise ValueError(f"is at {parts.scheme}:, which is not fetched; http and https are")
    if not host:
        raise ValueError("is a web address without a host; correct it")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a name or password, which are not sent; save the page as a file")
    if port not in {None, _PORTS[parts.scheme]}:
        host = f"{host}:{port}"
    query = "&".join(part for part in parts.query.split("&") if not _TRACKING.match(part))
    path = quote(parts.path or "/", safe=_KEPT)
    normal = urlunsplit((parts.scheme, host, path, quote(query, safe=f"{_KEPT}?"), ""))
    if len(normal) > MAX_URL:
        raise ValueError(f"is a web address of more than {MAX_URL:,} characters; correct it")
    return normal


def join_url(base: str, link: str) -> str:
    """Return the address that a link leads to from a page.

    Raises:
        ValueError: It leads nowhere.
    """
    try:
        return urljoin(base, link)
    except ValueError as error:
        raise ValueError("is a web address that cannot be; correct it") from error


def is_public(host: str) -> bool:
    """Tell whether an IP address is one that everybody can reach.

    >>> [is_public(each) for each in ("192.0.43.7", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    address = ip_address(host.split("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inner = IPv4Address(address.packed[-4:])
        if inner:
            return is_public(str(inner))
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _plain_host(host: str) -> str:
    if ":" in host:  # an IPv6 address, which stands in brackets
        return f"[{host}]"
    plain = host.removesuffix(".").encode("idna").decode()
    if plain and not _HOST.fullmatch(plain):
        raise ValueError("holds what no name of a host does")
    return plain
