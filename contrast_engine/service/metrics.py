"""What the service counts, in the text format of Prometheus."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one service.

    Args:
        model: What is said of the model: its key, versions.
    """

    def __init__(self, model: dict[str, str]) -> None:
        self.version = model["version"]
        self._registry = own = CollectorRegistry()

        def counter(name: str, about: str) -> Counter:
            return Counter(f"contrast_{name}", about, registry=own)

        self.images = counter("images", "Images looked at.")
        self.abstentions = counter("abstentions", "Images the model abstained on.")
        self.problems = counter("problems", "Images that could not be used.")
        self.unlogged = counter("unlogged", "Images missing in the log.")
        self.requests = Counter(
            "contrast_requests", "Requests answered.", ["route", "status"], registry=own
        )
        self.seconds = Histogram(
            "contrast_request_seconds", "From request to answer.", ["route"], registry=own,
            buckets=_SECONDS,
        )  # fmt: skip
        self.in_flight = Gauge(
            "contrast_requests_in_flight", "Requests not answered yet.", registry=own
        )
        self.waiting = Gauge(
            "contrast_images_in_hand", "Images waiting or worked on.", registry=own
        )
        Info("contrast_model", "The model that answers.", registry=own).info(model)
        ProcessCollector(registry=own)

    def text(self) -> bytes:
        """All of them as text."""
        return generate_latest(self._registry)
