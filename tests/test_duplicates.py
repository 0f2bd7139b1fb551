"""Near duplicates: which changes of a picture are recognised, and which pictures are others."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.arrays import Bytes
from contrast_engine.cli import main
from contrast_engine.duplicates import Overlays, Signatures, grouped, signatures
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.images.colour import decode_srgb, encode_srgb
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.duplicates import find_duplicates
from contrast_engine.store import Workspace
from contrast_engine.views.structure.duplicates import NO_CHANGE, TOGETHER, duplicates, table

SAMPLE = Path(__file__).parents[1] / "sample_data"
H, W = 180, 240


def photograph(which: int = 0) -> Bytes:
    names = ("astronaut-portrait.jpg", "astronaut-shuttle.jpg", "astronaut-collar.jpg")
    return cv2.resize(cv2.imread(str(SAMPLE / names[which])), (W, H))[..., ::-1].copy()


def drawing(seed: int = 0) -> Bytes:
    random = generator(seed, "drawing")
    canvas = np.full((H, W, 3), 200, np.uint8)
    for _ in range(25):
        place = tuple(int(v) for v in random.integers(0, (W, H)))
        colour = tuple(int(v) for v in random.integers(20, 235, 3))
        cv2.circle(canvas, place, int(random.integers(6, 40)), colour, -1)
    return canvas


def page_of_text(seed: int = 0) -> Bytes:
    random = generator(seed, "text")
    canvas = np.full((H, W, 3), 245, np.uint8)
    for top in range(12, H - 8, 14):
        at = 12
        while at < W - 30:
            wide = int(random.integers(8, 40))
            canvas[top : top + 7, at : at + wide] = int(random.integers(10, 90))
            at += wide + int(random.integers(4, 14))
    return canvas


def exposed(stops: float) -> Callable[[Bytes], Bytes]:
    def change(codes: Bytes) -> Bytes:
        light = np.clip(decode_srgb(codes / 255) * 2.0**stops, 0, 1)
        return np.round(255 * encode_srgb(light)).astype(np.uint8)

    return change


def cropped(left: float, right: float, top: float, bottom: float) -> Callable[[Bytes], Bytes]:
    def change(codes: Bytes) -> Bytes:
        h, w = codes.shape[:2]
        return codes[
            round(h * top) : round(h * (1 - bottom)), round(w * left) : round(w * (1 - right))
        ]

    return change


def compressed(codes: Bytes) -> Bytes:
    data = cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


CHANGES: dict[str, Callable[[Bytes], Bytes]] = {
    "brighter": exposed(1),
    "darker by two stops": exposed(-2),
    "gamma": lambda codes: np.round(255 * (codes / 255) ** 1.6).astype(np.uint8),
    "hazy": lambda codes: np.round(0.5 * codes + 100).astype(np.uint8),
    "half the size": lambda codes: cv2.resize(codes, (W // 2, H // 2), interpolation=cv2.INTER_AREA),
    "a quarter": lambda codes: cv2.resize(codes, (W // 4, H // 4), interpolation=cv2.INTER_AREA),
    "compressed": compressed,
    "cropped by a twentieth": cropped(0.05, 0.05, 0.05, 0.05),
    "cropped at one edge": cropped(0.1, 0, 0, 0),
    "moved by a pixel": lambda codes: np.roll(codes, 1, axis=1),
    "grey": lambda codes: np.repeat(codes[..., 1:2], 3, axis=2),
    "darker, half and cropped": lambda codes: cropped(0, 0.06, 0.04, 0)(
        cv2.resize(exposed(-1)(codes), (W // 2, H // 2), interpolation=cv2.INTER_AREA)
    ),
}  # fmt: skip
MISSED = {"page of text": {"darker, half and cropped", "cropped by a twentieth"}}
"""Lines as fine as the small copy shows, moved by a share of their distance: a known limit."""

PICTURES = {"photograph": photograph, "drawing": drawing, "page of text": page_of_text}


def small(*pictures: Bytes) -> Bytes:
    return np.array([training_copy(decode_srgb(picture / 255), 64) for picture in pictures])


def groups_of(*pictures: Bytes) -> tuple[tuple[int, ...], ...]:
    copies = small(*pictures)
    return grouped(signatures(copies), copies)


def only(found: Signatures, copies: Bytes, *rows: int) -> tuple[Signatures, Bytes]:
    kept = [row % len(copies) for row in rows]
    return Signatures(*(getattr(found, name)[kept] for name in vars(found))), copies[kept]


@pytest.mark.slow
@pytest.mark.parametrize("what", PICTURES)
def test_a_changed_picture_is_found_among_others(what: str) -> None:
    pictures = [PICTURES[what](0), *(change(PICTURES[what](0)) for change in CHANGES.values())]
    copies = small(*pictures, PICTURES[what](1))
    found = signatures(copies)
    missed = {
        name
        for place, name in enumerate(CHANGES)
        if grouped(*only(found, copies, 0, place + 1, -1)) != ((0, 1),)
    }
    assert missed == MISSED.get(what, set())


def sun(across: float, down: float, wide: float, sky: float) -> Bytes:
    y, x = np.mgrid[:H, :W]
    far = np.hypot(x - across * W, y - down * H) / (wide * H)
    light = 60 + sky * y / H + 190 * np.exp(-np.square(far))
    return np.repeat(np.clip(light, 0, 255)[..., None], 3, axis=2).astype(np.uint8)


def horizon(seed: int) -> Bytes:
    noise = generator(seed, "sea").normal(0, 25, (H // 2, W, 3))
    land = np.clip(90 + cv2.GaussianBlur(noise, (0, 0), 2) * 4, 0, 255)
    return np.vstack([np.full((H - H // 2, W, 3), 190), land]).astype(np.uint8)


def noise(seed: int) -> Bytes:
    return generator(seed, "noise").integers(0, 256, (H, W, 3)).astype(np.uint8)


def ramp(top: int) -> Bytes:
    return np.broadcast_to(np.linspace(10, top, W)[None, :, None], (H, W, 3)).astype(np.uint8)


OTHERS: dict[str, tuple[Bytes, ...]] = {
    "suns in plain skies": (sun(0.5, 0.5, 0.2, 60), sun(0.52, 0.48, 0.24, 40)),
    "horizons": (horizon(0), horizon(1)),
    "noise": (noise(0), noise(1)),
    "plain": tuple(np.full((H, W, 3), code, np.uint8) for code in (0, 90, 91, 255)),
    "ramps": (ramp(200), ramp(210)),
    "pages of text": tuple(page_of_text(seed) for seed in range(3)),
    "drawings": tuple(drawing(seed) for seed in range(3)),
    "photographs": tuple(photograph(which) for which in range(3)),
    "mirrored": (photograph(), photograph()[:, ::-1].copy()),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_different_pictures_of_one_kind_are_not_one(kind: str) -> None:
    assert groups_of(*OTHERS[kind]) == ()


def test_plain_pictures_are_one_only_where_all_pixels_agree() -> None:
    grey, white = np.full((H, W, 3), 90, np.uint8), np.full((H, W, 3), 255, np.uint8)
    assert groups_of(grey, white, grey.copy()) == ((0, 2),)


def test_an_overlay_tells_the_stops_and_the_crop() -> None:
    picture = photograph()
    found = signatures(small(picture, cropped(0.1, 0, 0, 0)(exposed(-1)(picture))))
    overlays = Overlays(found)
    agrees = overlays.fine(0, 1, overlays.coarse(0, np.array([1]))[1][0])
    assert agrees.stops == pytest.approx(-1, abs=0.15)
    assert agrees.edges == pytest.approx((0.1, 0, 0, 0), abs=0.02)


@pytest.mark.slow
def test_a_group_of_very_many_takes_little_memory_and_is_one() -> None:
    import tracemalloc

    one, other = signatures(small(photograph(), page_of_text())), small(photograph())
    many = type(one)(*(np.repeat(getattr(one, name)[:1], 200, axis=0) for name in vars(one)))
    copies = np.broadcast_to(other, (200, *other.shape[1:]))
    tracemalloc.start()
    groups = grouped(many, copies)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [len(group) for group in groups] == [200]
    assert peak < 10e6, f"{peak / 1e6:.0f} MB"


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("photos")
    (folder / "small").mkdir()
    picture = cv2.resize(photograph(), (480, 360), interpolation=cv2.INTER_CUBIC)

    def write(name: str, codes: Bytes) -> None:
        cv2.imwrite(str(folder / name), codes[..., ::-1])

    write("best.png", picture)
    write("copy.png", picture)
    write("dark.png", exposed(-1)(picture))
    write("small/half.png", cv2.resize(picture, (240, 180), interpolation=cv2.INTER_AREA))
    write("other.png", photograph(1))
    write("text.png", page_of_text())
    workspace = Workspace(folder / "some.contrast")
    steps.gather(workspace, [folder])
    return workspace


def test_groups_name_the_best_and_how_the_others_differ(some: Workspace) -> None:
    exact, near = duplicates(find_duplicates(some))
    assert (exact.files, "copy.png" in exact.words) == (2, True)
    names = [Path(some.images.path(image)).name for image in near.images]
    assert names == ["best.png", "dark.png", "half.png"]
    assert near.differences[0].startswith("1.0 stops darker")
    assert near.differences[1].startswith("half the size")
    assert not {NO_CHANGE, TOGETHER} & set(near.differences)
    assert "drawn at random" in near.words
    rows = table(some, (exact, near)).splitlines()
    assert rows[0] == "path,id,best,difference"
    assert [Path(row.split(",")[0]).name for row in rows[1:]] == [
        "copy.png",
        "dark.png",
        "half.png",
    ]


def test_the_command_writes_and_selects_the_rest(
    some: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rest.csv"
    words = ["duplicates", str(some.root), "--csv", str(out), "--select-rest", "rest", "--json"]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    near = said["doubles"][1]
    assert near["best"] == near["images"][0]["id"]
    assert near["images"][1]["difference"].startswith("1.0 stops darker")
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4
    saved = next(one for one in some.selections.saved() if one.name == "rest")
    assert saved.size == 2
    assert main(words) != 0, "a file that is there stays"


def test_thousands_of_near_copies_need_no_table_of_all_their_pairs(monkeypatch):
    random = np.random.default_rng(0)
    one = signatures(random.integers(0, 255, (1, 64, 64, 3)).astype(np.uint8))
    n = 5_000
    noise = 0.02 * random.normal(size=(n, one.codes.shape[1])).astype(np.float32)
    codes = one.codes + noise / np.sqrt(one.codes.shape[1])
    many = Signatures(
        np.repeat(one.fields, n, axis=0), np.repeat(one.tones, n, axis=0), codes, codes.copy(),
        np.zeros(n, np.bool_), np.zeros(n, np.float32),
    )  # fmt: skip
    copies = np.zeros((n, 1, 1, 3), np.uint8)
    judged = Overlays(many).is_one(0, 1, (0.0, 0.0, 0.0, 0.0))
    tried = []
    monkeypatch.setattr(Overlays, "is_one", lambda _, *pair: tried.append(pair) or judged)
    tracemalloc.start()
    groups = grouped(many, copies)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [len(group) for group in groups] == [n]
    assert len(tried) == n - 1  # what is one already is not compared again
    assert peak < 60e6  # a table of all pairs has 100 MB in single precision
