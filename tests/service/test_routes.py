"""What the routes answer to those who ask as they should."""

import base64
import re
from collections.abc import Callable

import pytest

from contrast_engine.features import measure_image
from contrast_engine.images import content_id, read_image
from contrast_engine.predict import Predictor
from contrast_engine.service.app import Service
from contrast_engine.service.limits import Limits
from tests.service.conftest import Waiting, ask, ask_all, raw

Pictures = dict[str, bytes]


def as_json(pictures: Pictures) -> dict:
    images = [
        {"name": name, "base64": base64.b64encode(data).decode()} for name, data in pictures.items()
    ]
    return {"json": {"images": images}}


def as_multipart(pictures: Pictures) -> dict:
    return {"files": [("image", (name, data)) for name, data in pictures.items()]}


@pytest.mark.parametrize("sent", [as_json, as_multipart])
def test_answers_are_those_of_python_in_the_order_sent(
    service: Service, predictor: Predictor, pictures: Pictures, sent: Callable[..., dict]
) -> None:
    some = dict(reversed(pictures.items()))
    answer = ask(service, "POST", "/v1/predict", **sent(some)).json()
    expected = predictor.predict_bytes(list(some.items()))
    assert answer["predictions"] == [vars(one) for one in expected]
    model = predictor.model
    assert answer["model"] == model.key
    assert answer["feature_version"] == model.feature_version
    assert answer["tier"] == "full"
    assert answer["version"]


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "application/octet-stream"])
def test_one_picture_is_sent_as_it_is(service: Service, pictures: Pictures, kind: str) -> None:
    name, data = next(iter(pictures.items()))
    answer = ask(service, "POST", f"/v1/predict?name={name}", **raw(data, kind)).json()
    (found,) = answer["predictions"]
    assert (found["path"], found["id"], found["problem"]) == (name, content_id(data), None)


def test_a_bad_picture_among_several_is_a_row_and_alone_a_refusal(
    service: Service, pictures: Pictures
) -> None:
    name, data = next(iter(pictures.items()))
    for route, rows in (("predict", "predictions"), ("features", "images")):
        sent = as_multipart({name: data, "notes.txt": b"Dear all, hello there"})
        found = ask(service, "POST", f"/v1/{route}", **sent).json()[rows]
        assert [one["problem"] for one in found] == [
            None, "notes.txt is not an image: it holds text",
        ]  # fmt: skip
        alone = ask(service, "POST", f"/v1/{route}", **as_multipart({"notes.txt": b"Dear all, a"}))
        assert alone.status_code == 422
        assert alone.json()["error"] == {
            "code": "unusable_image", "message": "notes.txt is not an image: it holds text",
        }  # fmt: skip


def test_features_are_those_that_measuring_gives(service: Service, pictures: Pictures) -> None:
    name, data = next(iter(pictures.items()))
    answer = ask(service, "POST", "/v1/features", **as_multipart({name: data})).json()
    (found,) = answer["images"]
    assert found["features"] == measure_image(read_image(data))
    assert (found["id"], answer["size"]) == (content_id(data), 512)


def test_the_model_is_described(service: Service, predictor: Predictor) -> None:
    said = ask(service, "GET", "/v1/model").json()
    assert said["labels"] == list(predictor.model.classes)
    assert said["promise"] == predictor.promise
    assert said["tiers"] == list(predictor.model.tier_names)
    assert said["card"].keys() >= {"promise"}


def test_a_tier_is_named_in_the_address_or_in_the_body(
    service: Service, pictures: Pictures
) -> None:
    data = next(iter(pictures.values()))
    assert ask(service, "POST", "/v1/predict?tier=full", **raw(data)).status_code == 200
    ways = [
        ("/v1/predict?tier=best", raw(data)),
        ("/v1/features?tier=best", raw(data)),
        ("/v1/predict", {"files": {"a": ("a.jpg", data)}, "data": {"tier": "best"}}),
        ("/v1/predict", {"json": {**as_json({"a.jpg": data})["json"], "tier": "best"}}),
    ]
    for path, sent in ways:
        refused = ask(service, "POST", path, **sent)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "unknown_tier")
        assert "full" in refused.json()["error"]["message"]


@pytest.mark.parametrize(("tier", "size"), [("fast", 32), ("full", 512), ("cascade", 512)])
def test_every_tier_answers_as_in_python(
    serving: Callable[..., Service], tiered: Predictor, pictures: Pictures, tier: str, size: int
) -> None:
    service = serving(tiered)
    answer = ask(service, "POST", f"/v1/predict?tier={tier}", **as_multipart(pictures)).json()
    expected = tiered.predict_bytes(list(pictures.items()), tier=tier)
    assert answer["predictions"] == [vars(one) for one in expected]
    assert answer["tier"] == tier
    if tier == "cascade":
        assert {row["tier"] for row in answer["predictions"]} == {"fast", "full"}
    name, data = next(iter(pictures.items()))
    sent = as_multipart({name: data})
    measured = ask(service, "POST", f"/v1/features?tier={tier}", **sent).json()
    assert measured["size"] == size
    assert measured["images"][0]["features"] == measure_image(read_image(data, size))
    assert ask(service, "GET", "/v1/model").json()["tiers"] == ["fast", "full", "cascade"]


@pytest.mark.slow
def test_answers_to_many_at_once_are_not_mixed_up(service: Service, pictures: Pictures) -> None:
    many = [*pictures.values()] * 5
    answers = ask_all(service, [
        {"method": "POST", "url": "/v1/predict", **raw(data)} for data in many
    ])  # fmt: skip
    found = [answer.json()["predictions"][0]["id"] for answer in answers]
    assert found == [content_id(data) for data in many]


def test_everything_is_counted(service: Service, pictures: Pictures) -> None:
    ask(service, "POST", "/v1/predict", **as_multipart({**pictures, "x.txt": b"Dear all, hello"}))
    ask(service, "GET", "/v1/nowhere")
    ask(service, "GET", "/v1/elsewhere")
    text = ask(service, "GET", "/metrics").text
    assert 'contrast_requests_total{route="/v1/predict",status="200"} 1.0' in text
    assert 'contrast_requests_total{route="other",status="404"} 2.0' in text  # not one a name
    assert f"contrast_images_total {len(pictures) + 1}.0" in text
    assert "contrast_problems_total 1.0" in text
    assert re.search(r"contrast_abstentions_total \d+\.0", text)
    assert "contrast_requests_in_flight 1.0" in text
    assert "contrast_images_in_hand 0.0" in text
    assert 'contrast_request_seconds_bucket{le="+Inf",route="/v1/predict"} 1.0' in text


def test_health_is_answered_while_all_workers_are_busy(
    serving: Callable[..., Service], waiting: Waiting, pictures: Pictures
) -> None:
    service = serving(waiting, limits=Limits(workers=1))
    busy = [{"method": "POST", "url": "/v1/predict", **raw(data)} for data in pictures.values()]

    def later() -> None:
        assert waiting.begun.acquire(timeout=10)
        assert ask(service, "GET", "/healthz").json()["status"] == "ok"
        assert service.queue.in_hand == len(pictures)
        waiting.may_go.set()

    from threading import Thread

    asking = Thread(target=later)
    asking.start()
    assert {one.status_code for one in ask_all(service, busy)} == {200}
    asking.join()
    assert waiting.may_go.is_set()


def test_the_page_about_the_routes_loads_nothing(service: Service) -> None:
    page = ask(service, "GET", "/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"(?i)<script|src=|<link|@import|url\(|https?://", page.text)
    for route in ("/v1/predict", "/v1/features", "/v1/model", "/healthz", "/readyz", "/metrics"):
        assert route in page.text
    assert ask(service, "GET", "/redoc").status_code == 404
