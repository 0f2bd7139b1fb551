"""Who and what is not answered, and how that is said."""

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import Any

import httpx
import pytest

from contrast_engine.images import LinearImage
from contrast_engine.predict import FULL, Prediction, Predictor
from contrast_engine.service.app import Service
from contrast_engine.service.keys import Keys
from contrast_engine.service.limits import Limits
from tests.service.conftest import HOME, Waiting, ask, ask_all, raw

KEY, OTHER = "k" * 20, "a-second-key-for-rotation"
Serving = Callable[..., Service]
Pictures = dict[str, bytes]


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, whose body has the one shape."""
    body = answer.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message"]
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", (404, "not_found")),
        ("GET", "/v1/predict/", (404, "not_found")),
        ("GET", "/v1/%2e%2e/etc/passwd", (404, "not_found")),
        ("GET", "/v1/predict", (405, "method_not_allowed")),
        ("PUT", "/v1/predict", (405, "method_not_allowed")),
        ("OPTIONS", "/v1/predict", (405, "method_not_allowed")),
        ("TRACE", "/v1/model", (405, "method_not_allowed")),
        ("POST", "/healthz", (405, "method_not_allowed")),
        ("POST", "/v1/predict", (415, "wrong_content_type")),
    ],
)
def test_an_address_or_method_that_is_not_there_is_said_in_one_shape(
    service: Service, method: str, path: str, expected: tuple[int, str]
) -> None:
    answer = ask(service, method, path)
    assert code_of(answer) == expected
    assert ("allow" in answer.headers) == (expected[0] == 405)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "\xe9/\xe9"},
        {"content-type": "image/jpeg", "content-encoding": "gzip"},
    ],
)
def test_a_body_of_another_kind_is_refused(service: Service, headers: dict[str, str]) -> None:
    said = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = ask(service, "POST", "/v1/predict", content=b"x", headers=said)
    assert code_of(answer) == (415, "wrong_content_type")


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/features"])
def test_a_body_over_the_limit_is_refused_with_and_without_a_stated_length(
    serving: Serving, path: str
) -> None:
    service = serving(limits=Limits(max_bytes=2000))
    most, more = b"x" * 2000, b"x" * 2001
    assert code_of(ask(service, "POST", path, **raw(more))) == (413, "too_large")
    assert code_of(ask(service, "POST", path, **raw(most))) == (422, "unusable_image")

    async def parts() -> Any:
        for start in range(0, 2001, 100):
            yield more[start : start + 100]

    assert code_of(ask(service, "POST", path, **raw(parts()))) == (413, "too_large")
    files = {"files": {"a": ("a.jpg", more)}}
    assert code_of(ask(service, "POST", path, **files)) == (413, "too_large")
    lying = {"content": parts(), "headers": {"content-type": "image/jpeg", "content-length": "5"}}
    assert code_of(ask(service, "POST", path, **lying)) == (413, "too_large")
    for stated in ("-1", "x", "9" * 5000):
        sent = raw(b"x")
        sent["headers"]["content-length"] = stated
        assert ask(service, "POST", path, **sent).status_code in (400, 413)


def test_more_images_than_allowed_are_refused(serving: Serving) -> None:
    service = serving(limits=Limits(max_images=2))
    three = [("image", (f"{n}.jpg", b"x")) for n in range(3)]
    images = [{"base64": "eA=="}] * 3
    for sent in ({"files": three}, {"files": three * 9}, {"json": {"images": images}}):
        answer = ask(service, "POST", "/v1/predict", **sent)
        assert code_of(answer) == (413, "too_many_images")
    assert ask(service, "POST", "/v1/predict", files=three[:2]).status_code == 200


def test_a_key_is_asked_for_where_there_are_keys(serving: Serving, pictures: Pictures) -> None:
    service = serving(keys=Keys([KEY, OTHER]))
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        assert ask(service, "GET", path).status_code == 200
    for method, path in (
        ("POST", "/v1/predict"), ("POST", "/v1/features"), ("GET", "/v1/model"),
        ("GET", "/metrics"), ("GET", "/nowhere"),
    ):  # fmt: skip
        without = ask(service, method, path)
        assert code_of(without) == (401, "key_missing")
        assert without.headers["www-authenticate"] == "Bearer"
        for wrong in (KEY[:-1], KEY + "k", OTHER.upper(), "é" * 20, "\x7f"):
            header = {"authorization": b"Bearer " + wrong.encode()}
            assert code_of(ask(service, method, path, headers=header)) == (403, "key_unknown")
    data = next(iter(pictures.values()))
    for header in (
        {"authorization": f"Bearer {KEY}"}, {"authorization": f"bearer {OTHER}"}, {"x-api-key": KEY},
    ):  # fmt: skip
        sent = raw(data)
        answer = ask(service, "POST", "/v1/predict", sent["headers"] | header, content=data)
        assert answer.status_code == 200


def test_each_key_has_a_rate_of_its_own_and_guessing_has_one_too(serving: Serving) -> None:
    service = serving(
        keys=Keys([KEY, OTHER]), limits=Limits(rate=0.01)
    )  # one, then none for 100 seconds

    def codes(key: str, times: int) -> list[int]:
        header = {"x-api-key": key}
        return [ask(service, "GET", "/v1/model", header).status_code for _ in range(times)]

    assert codes(KEY, 3) == [200, 429, 429]
    assert codes(OTHER, 1) == [200]
    assert codes("guess", 2) == [403, 429]
    assert codes("another guess", 1) == [429]
    refused = ask(service, "GET", "/v1/model", {"x-api-key": KEY})
    assert code_of(refused) == (429, "too_many_requests")
    assert 50 < int(refused.headers["retry-after"]) <= 101
    assert ask(service, "GET", "/healthz").status_code == 200


def test_a_full_queue_says_when_to_come_again(
    serving: Serving, waiting: Waiting, pictures: Pictures
) -> None:
    service = serving(waiting, limits=Limits(workers=1, queue=2, max_images=2, rate=0))
    data = next(iter(pictures.values()))
    send = {"method": "POST", "url": "/v1/predict", **raw(data)}

    def let_go() -> None:
        assert waiting.begun.acquire(timeout=10)
        refused = ask(service, "POST", "/v1/features", **raw(data))
        assert code_of(refused) == (429, "queue_full")
        assert int(refused.headers["retry-after"]) >= 1
        waiting.may_go.set()

    thread = Thread(target=let_go)
    thread.start()
    statuses = [one.status_code for one in ask_all(service, [send] * 3)]
    thread.join()
    assert statuses == [200] * 3
    assert waiting.may_go.is_set()
    assert service.queue.in_hand == 0


def test_bodies_held_together_are_bounded(serving: Serving) -> None:
    service = serving(limits=Limits(max_bytes=2000, rate=0))
    gates = [asyncio.Event()]

    async def held(data: bytes) -> Any:
        yield data
        await gates[0].wait()

    async def many() -> list[Any]:
        gates[0] = asyncio.Event()
        transport = httpx.ASGITransport(app=service)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            slow = [
                asyncio.create_task(client.post("/v1/predict", **raw(held(b"x" * 1900))))
                for _ in range(4)
            ]
            await asyncio.sleep(0.1)
            refused = await client.post("/v1/predict", **raw(b"x" * 1900))
            gates[0].set()
            return [refused, *await asyncio.gather(*slow)]

    refused, *slow = asyncio.run(many())
    assert code_of(refused) == (429, "memory_full")
    assert {one.status_code for one in slow} == {422}
    assert code_of(ask(service, "POST", "/v1/predict", **raw(b"x" * 1900))) == (
        422, "unusable_image",
    )  # fmt: skip


@pytest.mark.slow
def test_what_takes_too_long_is_given_up(
    serving: Serving, waiting: Waiting, pictures: Pictures
) -> None:
    service = serving(waiting, limits=Limits(workers=1, timeout=0.2))
    data = next(iter(pictures.values()))
    many = {"files": [("a", (f"{n}.jpg", data)) for n in range(5)]}
    assert code_of(ask(service, "POST", "/v1/predict", **many)) == (504, "too_slow")
    assert service.queue.in_hand == 1  # what had not begun is dropped
    waiting.may_go.set()

    async def never() -> Any:
        yield b"x"
        await asyncio.sleep(20)

    assert code_of(ask(service, "POST", "/v1/predict", **raw(never()))) == (408, "body_too_slow")


def test_a_stop_answers_what_was_let_in_and_refuses_the_rest(
    serving: Serving, waiting: Waiting, pictures: Pictures
) -> None:
    service = serving(waiting, limits=Limits(workers=1))
    data = next(iter(pictures.values()))

    def stop() -> None:
        assert waiting.begun.acquire(timeout=10)
        service.stop()
        assert service.in_flight == 3
        for method, path in (("GET", "/readyz"), ("GET", "/v1/model"), ("POST", "/v1/predict")):
            assert code_of(ask(service, method, path)) == (503, "stopping")
        assert ask(service, "GET", "/healthz").status_code == 200
        waiting.may_go.set()

    thread = Thread(target=stop)
    thread.start()
    answers = ask_all(service, [{"method": "POST", "url": "/v1/predict", **raw(data)}] * 3)
    thread.join()
    assert waiting.may_go.is_set()
    assert {one.status_code for one in answers} == {200}
    assert service.in_flight == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"host": "evil.example"}, "unknown_host"),
        ({"host": "127.0.0.1.evil.example"}, "unknown_host"),
        ({"origin": "http://evil.example"}, "other_origin"),
        ({"origin": "null"}, "other_origin"),
        ({"sec-fetch-site": "cross-site"}, "other_origin"),
        ({"sec-fetch-site": "same-site"}, "other_origin"),
    ],
)
def test_a_web_site_cannot_ask_through_its_visitor(
    service: Service, pictures: Pictures, headers: dict[str, str], code: str
) -> None:
    files = {"a": ("a.jpg", next(iter(pictures.values())))}
    answer = ask(service, "POST", "/v1/predict", headers, files=files)
    assert code_of(answer) == (403, code)
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_elsewhere_than_on_loopback_any_name_will_do(serving: Serving) -> None:
    service = serving(keys=Keys([KEY]), hosts=None)
    header = {"host": "scores.example.org", "x-api-key": KEY}
    assert ask(service, "GET", "/v1/model", header).status_code == 200


def test_who_goes_away_while_sending_is_only_counted(service: Service) -> None:
    sent: list[Any] = []

    async def gone() -> None:
        messages = iter([
            {"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"},
        ])  # fmt: skip

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "path": "/v1/predict", "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"image/jpeg")],
            "raw_path": b"/v1/predict", "http_version": "1.1", "scheme": "http",
        }  # fmt: skip
        await service(scope, receive, send)

    asyncio.run(gone())
    assert sent[0]["status"] == 499
    text = ask(service, "GET", "/metrics").text
    assert 'contrast_requests_total{route="/v1/predict",status="499"} 1.0' in text


class Broken(Predictor):
    """A predictor with a defect."""

    def judge_at(
        self, read: Callable[[int], LinearImage], name: str = "", *, tier: str = FULL
    ) -> Prediction:
        raise RuntimeError("/home/secret")


def test_a_defect_is_said_without_its_trace(
    serving: Serving, predictor: Predictor, pictures: Pictures
) -> None:
    service, data = serving(Broken(predictor.model)), next(iter(pictures.values()))

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app=service, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            return await client.post("/v1/predict", **raw(data))

    answer = asyncio.run(once())
    assert code_of(answer) == (500, "internal")
    assert "secret" not in answer.text
