"""What one service lets through: how large, how many, how often, how long."""

from dataclasses import dataclass, fields

from contrast_engine.errors import OptionError

_LOW = {"max_bytes": 1024, "max_images": 1, "rate": 0, "timeout": 0.1, "workers": 0, "queue": 0}


@dataclass(frozen=True)
class Limits:
    """The limits of a service; what is beyond them is refused with a reason.

    Args:
        max_bytes: Largest body of a request, in bytes.
        max_images: Most images in one request.
        rate: Requests a second from one key, or from one address without keys; 0 is no limit.
        timeout: Seconds that a request may take, its body and its wait included.
        workers: Images worked on at a time; 0 is as many as this machine has cores for.
        queue: Images that may wait for a worker; beyond them a request is told to come again.
        allow_urls: Whether pictures may be named by their web address.

    Raises:
        OptionError: One of them is below what makes sense.
    """

    max_bytes: int = 32_000_000
    max_images: int = 32
    rate: float = 50.0
    timeout: float = 30.0
    workers: int = 0
    queue: int = 64
    allow_urls: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            low, value = _LOW.get(field.name), getattr(self, field.name)
            if low is not None and not low <= value < float("inf"):
                name = field.name.replace("_", "-")
                raise OptionError(f"{name} must be a number of at least {low:g}, got {value!r}")

    @property
    def most_waiting(self) -> int:
        """Images that may wait: at least those of one request."""
        return max(self.queue, self.max_images)

    @property
    def most_held(self) -> int:
        """Bytes of bodies that all requests together may hold in memory."""
        return 4 * self.max_bytes
