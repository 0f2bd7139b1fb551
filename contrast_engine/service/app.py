"""The service as one ASGI application: routes, description, errors of one shape."""

from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from contrast_engine.predict import Predictor
from contrast_engine.predict.card import product_version
from contrast_engine.service.description import ABOUT, add_description, described
from contrast_engine.service.gate import CLOSED, Gate
from contrast_engine.service.image_queue import ImageQueue
from contrast_engine.service.keys import Keys
from contrast_engine.service.limits import Limits
from contrast_engine.service.metrics import Metrics
from contrast_engine.service.refusals import Refusal
from contrast_engine.service.routes import Answering, add_routes
from contrast_engine.service.scored_log import ScoredLog, Writes
from contrast_engine.service.uploads import words
from contrast_engine.steps.cores import workers

DESCRIPTION = (
    "Predicts the label of pictures with one model. Pictures are sent as a raw body, as multipart, "
    "or in JSON; a picture among several that cannot be used is a row with a `problem`. Every "
    "answer names the model, the version of the features and of the product."
)
_TEXTS = {
    404: "there is no such address; see /docs",
    405: "this address does not take that method; see /docs",
}

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]


class Service:
    """A model behind HTTP; an ASGI application.

    Args:
        predictor: The model in use; threads share it.
        limits: How much, how often, how long.
        keys: Who may ask; without any, everybody who can reach it.
        hosts: Names by which this machine may be asked; None where any name will do.
        log: Puts scored images into a log; None keeps none.
        warn: Told in one line what goes wrong beside the answering.

    Attributes:
        description: The OpenAPI description.
    """

    def __init__(
        self,
        predictor: Predictor,
        limits: Limits | None = None,
        keys: Keys | None = None,
        *,
        hosts: Collection[str] | None = (),
        log: Writes | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        limits, model = limits or Limits(), predictor.model
        stated = {"key": model.key, "feature_version": str(model.feature_version)}
        self._metrics = Metrics({**stated, "version": product_version()})
        # A network uses the cores itself.
        count = 1 if model.has_network else workers(limits.workers or None)
        self.queue = ImageQueue(count, limits.most_waiting)
        self._metrics.waiting.set_function(lambda: self.queue.in_hand)
        self._warn, self._has_warned = warn, False
        self._log = None if log is None else ScoredLog(log, self._lost)
        answering = Answering(predictor, limits, self.queue, self._metrics, self._log)
        keys = keys or Keys()
        app = _routes(answering, self)
        self.description = described(app, DESCRIPTION, has_keys=len(keys) > 0)
        add_description(app, self.description)
        known = [*self.description["paths"], *ABOUT]
        self._gate = Gate(app, known, limits, keys, self._metrics, hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._gate(scope, receive, send)

    @property
    def in_flight(self) -> int:
        """Requests that were let in and are not answered yet."""
        return self._gate.in_flight

    @property
    def is_stopping(self) -> bool:
        """Whether new requests are refused."""
        return self._gate.is_stopping

    def stop(self) -> None:
        """From now on new requests are refused; those that were let in are answered."""
        self._gate.is_stopping = True

    def close(self) -> None:
        """Wait for the threads, and write what the log still lacks."""
        self.stop()
        self.queue.close()
        if self._log is not None:
            self._log.close()

    def _lost(self, images: int, why: str) -> None:
        self._metrics.unlogged.inc(images)
        if not self._has_warned:
            self._has_warned = True
            self._warn(f"scored images are not logged: {why}")


def _routes(answering: Answering, service: Service) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    handlers: dict[Any, Handler] = {
        Refusal: _refused, RequestValidationError: _invalid, HTTPException: _http,
        ClientDisconnect: _gone, Exception: _unexpected,
    }  # fmt: skip
    app = FastAPI(
        title="Contrast", version=product_version(), openapi_url=None, lifespan=lifespan,
        exception_handlers=handlers, redirect_slashes=False,
    )  # fmt: skip
    add_routes(app, answering)
    return app


async def _refused(_: Request, refusal: Refusal) -> Response:
    return refusal.answer()


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    return Refusal(422, words(error.errors())).answer()


async def _http(_: Request, error: HTTPException) -> Response:
    message = _TEXTS.get(error.status_code, str(error.detail))
    return Refusal(error.status_code, message, headers=error.headers).answer()


async def _gone(_: Request, error: ClientDisconnect) -> Response:
    return Response(status_code=CLOSED)


async def _unexpected(_: Request, error: Exception) -> Response:
    return Refusal(500, "an unexpected error; the log of the service says more").answer()
