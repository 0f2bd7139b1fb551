"""The routes: what each takes and gives, and the way of a request through the model."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response

from contrast_engine.errors import ImageError, UnknownName
from contrast_engine.predict import FULL, Predictor
from contrast_engine.service.fetching import fetch
from contrast_engine.service.image_queue import ImageQueue
from contrast_engine.service.limits import Limits
from contrast_engine.service.looking import Looked, measured, predicted, size_of
from contrast_engine.service.metrics import CONTENT_TYPE, Metrics
from contrast_engine.service.refusals import Refusal
from contrast_engine.service.schema import (
    ErrorAnswer,
    FeaturesAnswer,
    HealthAnswer,
    ImagesSent,
    MeasuredImage,
    ModelAnswer,
    PredictAnswer,
    PredictedImage,
)
from contrast_engine.service.scored_log import ScoredLog
from contrast_engine.service.uploads import TAKEN, Upload, uploads

FETCHERS = 4
"""Web addresses fetched at a time: slow ones must not hold up those who send files."""

REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": ErrorAnswer, "description": "No key was given."},
    403: {"model": ErrorAnswer, "description": "The key is not known, or another site asks."},
    408: {"model": ErrorAnswer, "description": "The body did not arrive in time."},
    413: {"model": ErrorAnswer, "description": "Too many bytes or images."},
    415: {"model": ErrorAnswer, "description": f"The content type is not one of {TAKEN}."},
    422: {"model": ErrorAnswer, "description": "Not usable; the message says why."},
    429: {"model": ErrorAnswer, "description": "Too often, or the queue is full; Retry-After."},
    500: {"model": ErrorAnswer, "description": "A defect of the service."},
    503: {"model": ErrorAnswer, "description": "The service is stopping."},
    504: {"model": ErrorAnswer, "description": "It took longer than the time limit."},
}

_FILE = {"type": "string", "format": "binary"}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/*": {"schema": _FILE},
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "image": {"type": "array", "items": _FILE},
                        "tier": {"type": "string"},
                    },
                }
            },
            "application/json": {"schema": {"$ref": f"#/components/schemas/{ImagesSent.__name__}"}},
        },
    }
}


@dataclass(frozen=True)
class Answering:
    """What the routes share."""

    predictor: Predictor
    limits: Limits
    queue: ImageQueue
    metrics: Metrics
    log: ScoredLog | None
    fetchers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(FETCHERS, thread_name_prefix="fetch")
    )

    @property
    def source(self) -> dict[str, Any]:
        """What every answer says about where it comes from."""
        model = self.predictor.model
        return {
            "model": model.key,
            "feature_version": model.feature_version,
            "version": self.metrics.version,
        }

    async def look(
        self,
        request: Request,
        tier: str | None,
        how: Callable[..., Looked],
        *,
        is_logged: bool = False,
    ) -> tuple[str, list[Looked]]:
        """Every picture of a request through the model; the tier that was used.

        Raises:
            Refusal: The request is not usable, or took too long.
        """
        until = asyncio.get_running_loop().time() + self.limits.timeout
        async with self._in_time(until, 408, "the body did not arrive"):
            sent = await uploads(request, self.limits)
        chosen = tier or sent.tier or FULL
        try:
            self.predictor.model.check_tier(chosen)
        except UnknownName:
            there = ", ".join(self.predictor.model.tier_names)
            raise Refusal(422, f"no such tier; this model has: {there}", "unknown_tier") from None
        async with self._in_time(until, 504, "the images were not done"):
            images = await asyncio.gather(*map(self._fetched, sent.images))
            work = [functools.partial(how, self.predictor, one, chosen) for one in images]
            looked = await self.queue.run(work)
        self._count(looked)
        if is_logged and self.log is not None:
            self.log.add(looked, chosen)
        if len(looked) == 1 and (problem := looked[0].prediction.problem):
            raise Refusal(422, problem, "unusable_image")
        return chosen, looked

    @asynccontextmanager
    async def _in_time(self, until: float, status: int, what: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(until):
                yield
        except TimeoutError:
            message = f"{what} within {self.limits.timeout:g} seconds"
            raise Refusal(status, message) from None

    async def _fetched(self, upload: Upload) -> Upload:
        if upload.url is None:
            return upload
        loop = asyncio.get_running_loop()
        most, seconds = self.limits.max_bytes, self.limits.timeout
        try:
            data = await loop.run_in_executor(self.fetchers, fetch, upload.url, most, seconds)
        except ImageError as error:
            return replace(upload, problem=str(error))
        return replace(upload, data=data)

    def _count(self, looked: Sequence[Looked]) -> None:
        self.metrics.images.inc(len(looked))
        self.metrics.problems.inc(sum(one.prediction.problem is not None for one in looked))
        self.metrics.abstentions.inc(sum(bool(one.prediction.abstains) for one in looked))


def add_routes(app: FastAPI, answering: Answering) -> None:
    """Add every route."""
    model = answering.predictor.model
    way = Query(
        description="Which way to the answer; the body may name it too. Full by default.",
        max_length=100, json_schema_extra={"enum": list(model.tier_names)},
    )  # fmt: skip
    called = Query(description="What a raw body is called in the answer.", max_length=1000)

    @app.post("/v1/predict", responses=REFUSALS, openapi_extra=BODY)
    async def predict(
        request: Request,
        tier: Annotated[str | None, way] = None,
        name: Annotated[str | None, called] = None,
    ) -> PredictAnswer:
        """Label pictures: one as a raw body, several as multipart, or as JSON."""
        how = functools.partial(predicted, for_log=answering.log is not None)
        chosen, looked = await answering.look(request, tier, how, is_logged=True)
        rows = [PredictedImage.model_validate(vars(one.prediction)) for one in looked]
        return PredictAnswer(tier=chosen, predictions=rows, **answering.source)

    @app.post("/v1/features", responses=REFUSALS, openapi_extra=BODY)
    async def features(
        request: Request,
        tier: Annotated[str | None, way] = None,
        name: Annotated[str | None, called] = None,
    ) -> FeaturesAnswer:
        """Measure pictures without labelling them; sent as for /v1/predict."""
        chosen, looked = await answering.look(request, tier, measured)
        rows = [
            MeasuredImage(
                path=one.prediction.path, id=one.prediction.id, features=one.features,
                problem=one.prediction.problem,
            )
            for one in looked
        ]  # fmt: skip
        size = size_of(model, chosen)
        return FeaturesAnswer(tier=chosen, size=size, images=rows, **answering.source)

    few: dict[int | str, dict[str, Any]] = {n: REFUSALS[n] for n in (401, 403, 429, 503)}

    @app.get("/v1/model", responses=few)
    async def describe() -> ModelAnswer:
        """What the model is: its labels, tiers and card."""
        return ModelAnswer(
            labels=list(model.classes), is_ordered=model.is_ordered, tiers=list(model.tier_names),
            promise=answering.predictor.promise, reading=answering.predictor.options.words(),
            card=model.card, **answering.source,
        )  # fmt: skip

    @app.get("/healthz")
    async def health() -> HealthAnswer:
        """The process is there."""
        return HealthAnswer(status="ok", version=answering.metrics.version)

    @app.get("/readyz", responses={503: REFUSALS[503]})
    async def ready() -> HealthAnswer:
        """New requests are answered; 503 once the service is stopping."""
        return HealthAnswer(status="ready", version=answering.metrics.version)

    @app.get("/metrics", responses={n: REFUSALS[n] for n in (401, 403)}, response_class=Response)
    async def metrics() -> Response:
        """Counters in the text format of Prometheus."""
        return Response(answering.metrics.text(), headers={"Content-Type": CONTENT_TYPE})
