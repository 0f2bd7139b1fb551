"""The pictures of a request: from a raw body, from multipart, or from JSON."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from contrast_engine import as_written
from contrast_engine.service.limits import Limits
from contrast_engine.service.refusals import Refusal
from contrast_engine.service.schema import ImageSent, ImagesSent

One = TypeVar("One")

PLAIN = {
    "missing": "is needed and missing",
    "extra_forbidden": "there is no such field here; see /docs",
    "too_short": "needs at least one",
    "list_type": "must be a list",
    "string_type": "must be text",
    "string_too_long": "is too long",
    "model_type": "must be an object",
    "json_invalid": "is no JSON",
}
"""What people read for the errors of a schema; others keep their own words."""

UNNAMED = "image"
LONGEST_NAME = 200
TAKEN = "image/..., application/octet-stream, multipart/form-data or application/json"


@dataclass(frozen=True)
class Upload:
    """One picture as it was sent: its bytes, its address, or why there are none."""

    name: str
    data: bytes = b""
    url: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Uploads:
    """The pictures of a request, and the tier if its body names one."""

    images: tuple[Upload, ...]
    tier: str | None = None


async def uploads(request: Request, limits: Limits) -> Uploads:
    """What a request brings.

    Raises:
        Refusal: Nothing, too much, or in a form that is not taken.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "a compressed body is not taken; send the file as it is")
    if kind == "multipart/form-data":
        found = await _multipart(request, limits)
    elif kind == "application/json":
        body = await request.body()
        found = await run_in_threadpool(_of_json, body, limits)
    elif kind.startswith("image/") or kind == "application/octet-stream":
        name = _name(request.query_params.get("name", ""))
        found = Uploads((Upload(name, await request.body()),))
        if not found.images[0].data:
            raise Refusal(422, "the body is empty; send the bytes of an image file", "no_image")
    else:
        said = f"got {kind[:100]!r}" if kind else "the request names none"
        raise Refusal(415, as_written.plain(f"the content type must be {TAKEN}; {said}"))
    if not found.images:
        raise Refusal(422, "no image in the request; send at least one file", "no_image")
    return found


async def _multipart(request: Request, limits: Limits) -> Uploads:
    parser = MultiPartParser(
        request.headers, request.stream(), max_files=limits.max_images + 1, max_fields=8
    )
    parser.spool_max_size = limits.max_bytes + 1  # never to the disk, which may be read-only
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise _too_many(limits) from None
        raise Refusal(
            422, f"the multipart body cannot be read: {error.message}", "bad_multipart"
        ) from None
    images, tier = [], None
    for field, value in form.multi_items():
        if isinstance(value, UploadFile):
            images.append(Upload(_name(value.filename or ""), await value.read()))
        elif field == "tier":
            tier = value
        else:
            said = as_written.plain(field[:100])
            raise Refusal(422, f"the part {said!r} is no file; give each image a file name")
    await form.close()
    return Uploads(_counted(images, limits), tier)


def _of_json(body: bytes, limits: Limits) -> Uploads:
    try:
        sent = ImagesSent.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(422, words(error.errors(include_url=False)), "bad_json") from None
    images = _counted(sent.images, limits)
    return Uploads(tuple(_upload(image, limits) for image in images), sent.tier)


def _upload(image: ImageSent, limits: Limits) -> Upload:
    if (image.base64 is None) == (image.url is None):
        raise Refusal(422, "an image needs either base64 or url, and not both", "bad_json")
    if image.url is not None:
        if not limits.allow_urls:
            raise Refusal(
                422,
                "web addresses are not taken here; start the service with --allow-urls",
                "urls_not_allowed",
            )
        return Upload(_name(image.name or image.url), url=image.url)
    name = _name(image.name)
    try:
        return Upload(name, base64.b64decode(image.base64 or "", validate=True))
    except (binascii.Error, ValueError):
        return Upload(name, problem=f"{name} is not valid base64")


def words(errors: Iterable[object]) -> str:
    """What does not fit a schema, in one line, without what was sent."""
    said = []
    for error in errors:
        assert isinstance(error, dict)
        where = ".".join(str(part)[:40] for part in error.get("loc", ()) if part != "body")
        message = PLAIN.get(str(error.get("type")), error.get("msg", "not usable"))
        said.append(f"{where or 'the body'}: {message}")
    return as_written.plain("; ".join(said[:5]))


def _counted(images: Iterable[One], limits: Limits) -> tuple[One, ...]:
    found = tuple(images)
    if len(found) > limits.max_images:
        raise _too_many(limits)
    return found


def _too_many(limits: Limits) -> Refusal:
    return Refusal(
        413, f"at most {limits.max_images} images are taken in one request", "too_many_images"
    )


def _name(given: str) -> str:
    """A name as text that can always be sent back."""
    return as_written.plain(given[:LONGEST_NAME]).strip() or UNNAMED
