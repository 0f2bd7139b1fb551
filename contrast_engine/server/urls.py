"""Addresses of the routes, for whoever draws a page."""

from dataclasses import dataclass
from importlib.metadata import version

_READ = "?v=2"
"""Changes when files are read otherwise, so that browsers let go of pictures they keep for ever."""


@dataclass(frozen=True)
class Urls:
    """Addresses of one workspace's routes, for the pages; `{id}` stands for an image id."""

    workspace: str

    @property
    def thumb(self) -> str:
        """Small picture, WebP, long side at most 256."""
        return f"/api/{self.workspace}/thumb/{{id}}{_READ}"

    @property
    def image(self) -> str:
        """Large picture, JPEG, long side at most 1600."""
        return f"/api/{self.workspace}/image/{{id}}{_READ}"

    @property
    def full(self) -> str:
        """Picture with every pixel of the file, PNG or JPEG; smaller above 64 megapixels."""
        return f"/api/{self.workspace}/full/{{id}}{_READ}"

    @property
    def planes(self) -> str:
        """Lightness, clipping and local contrast of each pixel that is measured, as bytes."""
        return f"/api/{self.workspace}/planes/{{id}}{_READ}"

    @property
    def about(self) -> str:
        """JSON with `name`, `width` and `height` of an image."""
        return f"/api/{self.workspace}/about/{{id}}"

    def xy(self, key: str) -> str:
        """Coordinates of a map, float32 pairs, little endian."""
        return f"/api/{self.workspace}/map/{key}/xy"

    def xyz(self, key: str) -> str:
        """Coordinates of a map with three directions, float32 triples, little endian."""
        return f"/api/{self.workspace}/map/{key}/xyz"

    def ids(self, key: str) -> str:
        """Image ids of a map, 8 bytes each, in the order of its coordinates."""
        return f"/api/{self.workspace}/map/{key}/ids"

    def colour(self, key: str, what: str, v: str = "") -> str:
        """Colour bytes of a map; change `v` when names or labels may have changed."""
        return f"/api/{self.workspace}/map/{key}/colour/{what}?v={v}"

    def values(self, key: str, what: str) -> str:
        """Numbers behind the colours, float32, NaN where unknown; only for features, confidence."""
        return f"/api/{self.workspace}/map/{key}/values/{what}"

    def typical(self, clustering: str) -> str:
        """Image ids that stand for the clusters, 8 bytes each, the middle of each first."""
        return f"/api/{self.workspace}/typical/{clustering}"

    @property
    def filter(self) -> str:
        """JSON with what a filter can ask for; the query names the filter and the kind."""
        return f"/api/{self.workspace}/filter"

    def archive(self, selection: str) -> str:
        """Zip of the files of a selection, as they are, made while it is sent."""
        return f"/api/{self.workspace}/selection/{selection}/zip"

    @property
    def newest(self) -> str:
        """JSON with `images`, the ids whose thumbnails were stored last, the newest first."""
        return f"/api/{self.workspace}/newest"

    def events(self, job: str) -> str:
        """Events of a job."""
        return f"/api/{self.workspace}/jobs/{job}/events"

    @property
    def work(self) -> str:
        """JSON with the steps of the work, what is next, and what runs."""
        return f"/api/{self.workspace}/work"

    @property
    def team(self) -> str:
        """JSON with the people who are here now, and how far each has come."""
        return f"/api/{self.workspace}/team"


def plotly_url() -> str:
    """The address of plotly.js as installed here."""
    return f"/api/plotly.min.js?v={version('plotly')}"
