"""A model of a dozen small photographs, and how the tests ask a service about it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from contrast_engine import Workspace, steps
from contrast_engine.images import LinearImage
from contrast_engine.predict import FULL, Prediction, Predictor
from contrast_engine.service.app import Service

HOME = "http://127.0.0.1:8600"


@pytest.fixture(scope="session")
def model_home(made_once: Callable[..., Path], photographs: Callable[..., list[Path]]) -> Path:
    """The folder of a workspace with a model; only to be read."""

    def fill(folder: Path) -> None:
        photographs(folder / "photos", 12)
        workspace = Workspace(folder / "w.contrast")
        steps.scan(workspace, [folder / "photos"])
        steps.measure(workspace)
        steps.cluster(workspace, "kmeans")
        ids = workspace.images.ids
        workspace.labels.add(ids[:4], "low")
        workspace.labels.add(ids[4:8], "high")
        steps.pseudo_label(workspace)
        workspace.close()

    return made_once("service", fill) / "w.contrast"


@pytest.fixture(scope="session")
def predictor(model_home: Path) -> Predictor:
    return Predictor.load(model_home)


@pytest.fixture(scope="session")
def pictures(model_home: Path) -> dict[str, bytes]:
    """Image files by name."""
    files = sorted((model_home.parent / "photos").glob("*.jpg"))
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

    def judge(self, image: LinearImage, name: str = "", *, tier: str = FULL) -> Prediction:
        self.begun.release()
        assert self.may_go.wait(20)
        return super().judge(image, name, tier=tier)


@pytest.fixture
def waiting(predictor: Predictor) -> Iterator[Waiting]:
    made = Waiting(predictor)
    yield made
    made.may_go.set()
