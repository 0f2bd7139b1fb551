"""A model, a dozen small photographs, and how the tests ask a service about it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from contrast_engine.images import LinearImage
from contrast_engine.predict import FULL, Prediction, Predictor
from contrast_engine.predict.model import Cascade
from contrast_engine.service.app import Service
from tests.predict.conftest import made_model

HOME = "http://127.0.0.1:8600"


@pytest.fixture(scope="session")
def predictor() -> Predictor:
    return Predictor(made_model())


@pytest.fixture(scope="session")
def tiered() -> Predictor:
    """A model with a fast tier, and a cascade that hands on what that is not sure of."""
    model = made_model()
    fast = replace(
        model.tiers[FULL], name="fast", size=32, limit=1e9, rule={"abstaining": {}}
    )  # nothing is too far from its labels, so that it answers some by itself
    tiers = {"fast": fast, **model.tiers}
    return Predictor(replace(model, tiers=tiers, cascade=Cascade("fast", FULL, 0.27)))


@pytest.fixture(scope="session")
def pictures(
    photographs: Callable[..., list[Path]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """A dozen image files by name."""
    files = photographs(tmp_path_factory.mktemp("pictures"), 12)
    return {file.name: file.read_bytes() for file in files}


@pytest.fixture
def serving(predictor: Predictor) -> Iterator[Callable[..., Service]]:
    """Makes services that are closed after the test."""
    made = []

    def make(of: Predictor | None = None, **options: Any) -> Service:
        made.append(Service(of or predictor, **options))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(serving: Callable[..., Service]) -> Service:
    return serving()


def ask(
    service: Service, method: str, path: str, headers: dict[str, str] | None = None, **rest: Any
) -> httpx.Response:
    """One answer."""
    return ask_all(service, [{"method": method, "url": path, "headers": headers, **rest}])[0]


def ask_all(service: Service, requests: list[dict[str, Any]]) -> list[httpx.Response]:
    """The answers to requests that are sent at the same time; a defect of the service is raised."""

    async def all_at_once() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=service, client=("127.0.0.1", 5000))
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            return list(await asyncio.gather(*(client.request(**one) for one in requests)))

    with ThreadPoolExecutor(1) as thread:  # a browser test's loop may be running in this one
        return thread.submit(asyncio.run, all_at_once()).result()


def raw(data: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    """The arguments of a request with one picture as its body."""
    return {"content": data, "headers": {"content-type": kind}}


class Waiting(Predictor):
    """A predictor that looks at no picture before it is let go."""

    def __init__(self, of: Predictor) -> None:
        super().__init__(of.model)
        self.begun = threading.Semaphore(0)
        self.may_go = threading.Event()

    def judge_at(
        self, read: Callable[[int], LinearImage], name: str = "", *, tier: str = FULL
    ) -> Prediction:
        self.begun.release()
        assert self.may_go.wait(20)
        return super().judge_at(read, name, tier=tier)


@pytest.fixture
def waiting(predictor: Predictor) -> Iterator[Waiting]:
    made = Waiting(predictor)
    yield made
    made.may_go.set()
