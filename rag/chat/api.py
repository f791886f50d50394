"""The functions of an archive as an HTTP interface, described at `/api/openapi.json`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

from fastapi import Body, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, create_model
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from rag.errors import ArticleError, BusyError, RagError, StoreBusyError
from rag.service import Json, Service
from rag.turns import Turns


def make_api(service: Service, turns: Turns) -> FastAPI:
    """Return the interface, to be mounted at `/api`."""
    api = FastAPI(title="Ask the archive", docs_url=None, redoc_url=None)
    reading: tuple[Callable[..., Json], ...] = (service.articles, service.article, service.cited)
    for function in reading:
        api.get(f"/{function.__name__}")(_make_route(function, turns, Query()))
    asking: tuple[Callable[..., Json], ...] = (service.ask, service.check)
    for function in asking:
        api.post(f"/{function.__name__}")(_make_route(function, turns, Body()))

    @api.post("/verify", description=inspect.getdoc(service.verify))
    async def verify(request: Request) -> JSONResponse:
        # The file itself is sent. A stray byte is not text, which is then said of where it stands.
        content = (await request.body()).decode("utf-8-sig", errors="surrogateescape")
        return JSONResponse(await turns.enter().call(service.verify, content=content))

    api.exception_handler(RagError)(_explain)
    api.exception_handler(RequestValidationError)(_explain_arguments)
    api.exception_handler(HTTPException)(_explain_address)
    api.exception_handler(Exception)(_apologise)
    return api


def _make_route(function: Callable[..., Json], turns: Turns, place: Any) -> Callable[..., Any]:
    """Return a route that takes a function's arguments from a place of the request."""

    async def call(arguments: BaseModel) -> JSONResponse:
        return JSONResponse(await turns.enter().call(function, **dict(arguments)))

    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if each.default is each.empty else each.default)
        for name, each in inspect.signature(function).parameters.items()
    }
    model = create_model(function.__name__, __config__={"extra": "forbid"}, **fields)
    call.__annotations__ = {"arguments": Annotated[model, place], "return": JSONResponse}
    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return call


def _explain(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, ArticleError):
        return _say(404, str(error))
    if isinstance(error, BusyError | StoreBusyError):
        return _say(503, str(error), {"Retry-After": "1"})
    return _say(400 if isinstance(error, ValueError) else 500, str(error))


def _explain_arguments(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    told = (f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors())
    return _say(400, "; ".join(told).removeprefix(": "))


def _explain_address(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    return _say(error.status_code, f"{error.detail}; see /api/openapi.json", error.headers)


def _apologise(_: Request, error: Exception) -> JSONResponse:
    return _say(
        500, f"a fault of the program, which its operator is told of: {type(error).__name__}"
    )


def _say(status: int, message: str, headers: Any = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=headers)
