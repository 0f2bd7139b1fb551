"""A request that is not answered: one status, one code for programs, one sentence for people."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

from contrast_engine.errors import ContrastError

CODES = {
    400: "bad_request", 401: "key_missing", 403: "forbidden", 404: "not_found",
    405: "method_not_allowed", 408: "body_too_slow", 413: "too_large", 415: "wrong_content_type",
    422: "not_usable", 429: "too_many_requests", 500: "internal", 503: "stopping", 504: "too_slow",
}  # fmt: skip


class Refusal(ContrastError):  # noqa: N818 - reads as the sentence it is
    """A request is not answered.

    Args:
        status: The status of HTTP.
        message: Why, in a sentence.
        code: The same for a program; that of the status by default.
        headers: What else is said.
    """

    def __init__(
        self, status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.code = code or CODES.get(status, "refused")
        self.headers = dict(headers or {})

    def answer(self) -> JSONResponse:
        """The refusal as it is sent."""
        body = {"error": {"code": self.code, "message": self.message}}
        return JSONResponse(body, self.status, self.headers)


def later(seconds: float, message: str, code: str) -> Refusal:
    """A refusal that says when to come again."""
    return Refusal(429, message, code, {"Retry-After": str(max(1, round(seconds + 0.5)))})
