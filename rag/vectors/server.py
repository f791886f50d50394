"""A Chroma server: reached with headers and time-outs, waited for while it starts anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.vectors.connection import Client

if TYPE_CHECKING:
    import httpx

# Seconds between two looks whether a server is there again.
PAUSE = 0.2

# What a proxy answers while the server behind it is away.
AWAY = (502, 503, 504)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a collection lies on a Chroma server.

    Attributes:
        url: The server's address.
        collection: The collection's name, which no other archive's has.
        headers: Sent with every request; secret.
        tenant: The tenant that the database is of.
        database: The database that the collection is in.
        timeout: Seconds after which a request is given up; half of it is waited for a server that
            is away.
    """

    url: str
    collection: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tenant: str = "default_tenant"
    database: str = "default_database"
    timeout: float = 10.0

    def open(self) -> Client:
        """Open a client; wait for a server that is being started."""
        import httpx

        end = time.monotonic() + self.timeout / 2
        while True:
            try:
                return self._open()
            except httpx.TimeoutException:
                raise
            except httpx.TransportError:
                if time.monotonic() + PAUSE > end:
                    raise
            time.sleep(PAUSE)

    def blame(self, error: Exception) -> str:
        """Say what an error means, without what is secret, and what to do."""
        import httpx

        if isinstance(error, httpx.TransportError):
            return (
                f"the Chroma server {self.url} cannot be reached ({error or 'no answer'}); start "
                "it with: chroma run, or set RAG_CHROMA_URL to where it is"
            )
        return (
            f"the Chroma server {self.url} cannot be used ({error}); look into its log, and at "
            "RAG_CHROMA_URL and RAG_CHROMA_HEADERS"
        )

    def _open(self) -> Client:
        return Client(
            self.collection,
            tenant=self.tenant,
            database=self.database,
            prepare=self._prepare,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=self.url,
            chroma_server_http_port=0,  # asked for, but the address has it
            chroma_server_headers=dict(self.headers),
        )

    def _prepare(self, session: httpx.Client) -> None:
        # Chroma's client has no option for either.
        session.timeout = self.timeout
        session.event_hooks = {"response": [_refuse]}


def _refuse(response: httpx.Response) -> None:
    """Raise for an answer that is no Chroma server's; its client would show the whole page."""
    import httpx
    from chromadb.errors import error_types

    if not response.is_error:
        return
    response.read()
    try:
        known = response.json()["error"] in error_types
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        answer = f"it answers {response.status_code} {response.reason_phrase}"
        raise httpx.ConnectError(answer) if response.status_code in AWAY else RuntimeError(answer)
