"""Broken and hostile files, names and bodies over every route: a reason each time, never a defect."""

import base64
import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jsonschema
import numpy as np
import pytest

from contrast_engine import as_written
from contrast_engine.service.app import Service
from contrast_engine.service.keys import Keys
from contrast_engine.service.limits import Limits
from tests.hostile import OF_CONTROL, OF_MARKDOWN
from tests.service.conftest import ask, raw
from tests.test_images_bad import JPEG, PNG, REFUSED

ROUTES = ("/v1/predict", "/v1/features")
Sent = dict[str, Any]


def as_body(_: str, data: bytes) -> Sent:
    return raw(data)


def as_multipart(name: str, data: bytes) -> Sent:
    return {"files": [("image", (name, data))]}


def as_json(name: str, data: bytes) -> Sent:
    body = json.dumps({"images": [{"name": name, "base64": base64.b64encode(data).decode()}]})
    return raw(body.encode(), "application/json")


def beside_a_good_one(name: str, data: bytes) -> Sent:
    return {"files": [("image", (name, data)), ("image", ("good.jpg", JPEG))]}


WAYS = (as_body, as_multipart, as_json, beside_a_good_one)


@pytest.fixture(scope="module")
def service(predictor: Any) -> Iterator[Service]:
    made = Service(predictor, Limits(rate=0))
    yield made
    made.close()


def checked(service: Service, method: str, path: str, **sent: Any) -> httpx.Response:
    """An answer that fits what the description publishes for its status, and tells no secrets."""
    answer = ask(service, method, path, **sent)
    document = service.description
    route = document["paths"][path.partition("?")[0]][method.lower()]
    assert answer.status_code < 500, answer.text
    content = route["responses"][str(answer.status_code)].get("content")
    if content and "application/json" in content:
        schema = content["application/json"]["schema"]
        resolved = {**schema, "components": document["components"]}
        jsonschema.validate(answer.json(), resolved)
    assert not re.search(r"Traceback|site-packages|/tmp/|/home/|\.py\b", answer.text)
    return answer


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_bad_file_is_refused_with_its_reason_whichever_way_it_comes(
    service: Service, path: str, way: Callable[..., Sent]
) -> None:
    for name, (data, reason) in REFUSED.items():
        answer = checked(service, "POST", path, **way(name, data))
        if way is beside_a_good_one:
            bad, good = answer.json().get("predictions") or answer.json()["images"]
            assert bad["problem"].startswith(reason)
            assert (bad["path"], good["problem"]) == (name, None)
            continue
        assert answer.status_code == 422
        if way is not as_body:
            assert answer.json()["error"]["message"].startswith(reason)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("kind", [JPEG, PNG], ids=["jpeg", "png"])
def test_a_mutated_file_is_answered_or_refused_and_nothing_else(
    service: Service, path: str, kind: bytes
) -> None:
    random = np.random.default_rng(len(kind))
    files = []
    for number in range(32):
        data = bytearray(kind)
        for spot in random.integers(0, 400 if number % 2 else len(data), 4):
            data[spot] = random.integers(0, 256)
        files.append(("image", (f"{number}.jpg", bytes(data))))
    answer = checked(service, "POST", path, files=files)
    assert answer.status_code == 200
    rows = answer.json().get("predictions") or answer.json()["images"]
    assert len({row["id"] for row in rows}) == 32


NAMES = (
    *OF_MARKDOWN[::6], *OF_CONTROL, "", ".", "..", "/", "../../etc/passwd", "C:\\x", "a" * 900,
    "\ud800\udfff", "\udcff", "é.jpg", "%00", "CON", "x\x00.jpg",
)  # fmt: skip


def has_half_characters(name: str) -> bool:
    return any(0xD800 <= ord(letter) < 0xE000 for letter in name)


@pytest.mark.slow
@pytest.mark.parametrize("way", [as_multipart, as_json], ids=lambda way: way.__name__)
def test_any_name_comes_back_as_text_that_can_be_shown(
    service: Service, way: Callable[..., Sent]
) -> None:
    for name in NAMES:
        if way is as_multipart and has_half_characters(name):
            continue  # httpx cannot send it
        answer = checked(service, "POST", "/v1/features", **way(name, JPEG))
        if answer.status_code == 200:
            (row,) = answer.json()["images"]
            assert row["path"]
            assert row["path"] == as_written.plain(row["path"])
        else:  # no file name is no file; half a character is no JSON
            assert answer.status_code == 422
            assert not name if way is as_multipart else has_half_characters(name)


GOOD = base64.b64encode(JPEG).decode()
NOT_JSON = {
    "nothing": b"", "cut": b'{"images": [', "list": b"[]", "null": b"null", "number": b"1",
    "text": b'"images"', "none": b"{}", "empty": b'{"images": []}', "bytes": b"\xff\xfe\x00",
    "rows": b'{"images": [1]}', "bare": b'{"images": [{}]}', "unknown": b'{"pictures": []}',
    "both": b'{"images": [{"base64": "eA==", "url": "http://example.org"}]}',
    "url": b'{"images": [{"url": "http://example.org/a.jpg"}]}',
    "type": b'{"images": [{"base64": 5}]}', "deep": b'{"images": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "not base64": b'{"images": [{"base64": "***"}]}',
    "data address": b'{"images": [{"base64": "data:image/png;base64,eA=="}]}',
    "letters": '{"images": [{"base64": "é"}]}'.encode(),
    "tier": f'{{"images": [{{"base64": "{GOOD}"}}], "tier": 5}}'.encode(),
    "no such tier": f'{{"images": [{{"base64": "{GOOD}"}}], "tier": "\\ud800"}}'.encode(),
    "nan": b'{"images": [{"base64": NaN}]}', "digits": b'{"images": ' + b"9" * 9000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("name", NOT_JSON)
def test_json_that_is_not_as_described_is_refused(service: Service, path: str, name: str) -> None:
    answer = checked(service, "POST", path, **raw(NOT_JSON[name], "application/json"))
    assert answer.status_code == 422
    said = answer.json()["error"]["message"]
    assert len(said) < 1000
    assert not re.search("Input should|Field required|Extra inputs|validation", said)  # pydantic's


PART = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a.jpg"\r\n\r\n' + JPEG
MULTIPART = {
    "nothing": ("boundary=b", b""),
    "no boundary": ("", PART + b"\r\n--b--\r\n"),
    "another boundary": ("boundary=c", PART + b"\r\n--b--\r\n"),
    "long boundary": ("boundary=" + "b" * 5000, PART),
    "no parts": ("boundary=b", b"--b--\r\n"),
    "noise": ("boundary=b", bytes(range(256)) * 4),
    "no name": ("boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "no header": ("boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
    "field": ("boundary=b", PART.replace(b'; filename="a.jpg"', b"") + b"\r\n--b--\r\n"),
    "charset": ("boundary=b; charset=nonsense", b"--b\r\nx: y\r\n\r\nx\r\n--b--\r\n"),
    "long header": ("boundary=b", b"--b\r\nX: " + b"y" * 90_000 + b"\r\n\r\nx\r\n--b--\r\n"),
    "many fields": (
        "boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="tier"\r\n\r\nfull\r\n' * 50 + b"--b--\r\n",
    ),
    "large field": (
        "boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="tier"\r\n\r\n' + b"f" * 2_000_000
        + b"\r\n--b--\r\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("name", MULTIPART)
def test_multipart_that_is_not_as_it_should_be_is_refused(
    service: Service, path: str, name: str
) -> None:
    parameters, body = MULTIPART[name]
    sent = raw(body, f"multipart/form-data; {parameters}")
    answer = checked(service, "POST", path, **sent)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "query", ["tier=" + "x" * 5000, "tier=%ff%00", "name=" + "y" * 5000, "tier=full&tier=x"]
)
def test_a_query_that_is_no_good_is_refused(service: Service, query: str) -> None:
    assert checked(service, "POST", f"/v1/predict?{query}", **raw(JPEG)).status_code == 422


def test_every_answer_fits_the_published_description(service: Service) -> None:
    for path in ("/v1/model", "/healthz", "/readyz", "/metrics"):
        assert checked(service, "GET", path).status_code == 200
    for path in ROUTES:
        for sent in (raw(JPEG), beside_a_good_one("x.png", PNG)):
            assert checked(service, "POST", path, **sent).status_code == 200


def test_the_description_is_complete(predictor: Any) -> None:
    made = Service(predictor, keys=Keys(["k" * 20]))
    document = ask(made, "GET", "/openapi.json").json()
    made.close()
    assert document["openapi"].startswith("3.")
    parts = document["components"]["schemas"]
    for found in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)):
        assert found in parts
    assert "HTTPValidationError" not in parts  # refusals have one shape
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["description"]
            assert ("security" in operation) == (path not in ("/healthz", "/readyz"))
    for name, part in parts.items():
        assert part.get("description"), name
    body = document["paths"]["/v1/predict"]["post"]["requestBody"]["content"]
    assert {"image/*", "multipart/form-data", "application/json"} <= body.keys()


def test_an_answer_that_does_not_fit_would_be_found(service: Service) -> None:
    document = service.description
    schema = document["components"]["schemas"]["PredictAnswer"] | {
        "components": document["components"]
    }
    answer = ask(service, "POST", "/v1/predict", **raw(JPEG)).json()
    jsonschema.validate(answer, schema)
    for spoil in (
        functools.partial(answer.__setitem__, "model", 5),
        functools.partial(answer["predictions"][0].__setitem__, "label", []),
    ):
        spoil()
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(answer, schema)
