"""Connections to web servers within bounds: to public addresses only, and for so long only.

The address that is checked is the one that is connected to: a name is looked up once, so that a
server of names cannot give one address to the check and another to the connection.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2

from rag.articles.addresses import is_public

# Of the addresses of one name, these are tried; the others would be no better.
_MOST_TRIED = 4


class Connector(httpcore2.NetworkBackend):
    """What connects for one request."""

    def __init__(self, *, deadline: float, allow_private: bool) -> None:
        """Bound what will be connected.

        Args:
            deadline: When everything must be over, on the clock `time.monotonic`.
            allow_private: Whether private, loopback and the like addresses may be connected to.
        """
        self._deadline = deadline
        self._allow_private = allow_private
        self._real = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            ValueError: One of them is not public.
        """
        hosts = _resolve(host, port)
        refused = [each for each in hosts if not self._allow_private and not is_public(each)]
        if refused:
            raise ValueError(
                f"leads to {refused[0]}, which is no public address; --allow-private allows it"
            )
        for number, each in enumerate(hosts, start=1):
            try:
                left = leave(self._deadline, timeout)
                stream = self._real.connect_tcp(each, port, left, local_address, socket_options)
                return _Timed(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(hosts):
                    raise
        raise httpcore2.ConnectError(f"{host} has no address")


class _Timed(httpcore2.NetworkStream):
    """A stream that ends at a moment, however slowly it drips."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, leave(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, leave(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = leave(self._deadline, timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def leave(deadline: float, timeout: float | None) -> float:
    """Return how many seconds something may take.

    Raises:
        httpcore2.ReadTimeout: None are left.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return left if timeout is None else min(left, timeout)


def _resolve(host: str, port: int) -> list[str]:
    # The system bounds how long this takes: by default, 10 seconds a server of names.
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"the name {host} is not known") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))[:_MOST_TRIED]
