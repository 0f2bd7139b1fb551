"""The quick way through a JPEG beside the exact one, and how much memory either takes."""

import io
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from contrast_engine.features import core_names, features, measure_image
from contrast_engine.images import read_image
from contrast_engine.images.colour import LINEAR_OF_8_BIT, encode_srgb

SAMPLES = Path(__file__).parents[1] / "sample_data"
FINE = [name for name in core_names() if features[name].resolution_bound]


@pytest.fixture(scope="module")
def both_ways():
    """Core features of real photographs at a size at which their JPEGs are decoded reduced."""
    files = sorted(SAMPLES.rglob("*.jpg"))[::3]
    if len(files) < 40:
        pytest.skip("the sample photographs are not there; contrast samples makes them")
    names = core_names()

    def measured(is_exact: bool):
        rows = (measure_image(read_image(path, 76, is_exact=is_exact)) for path in files)
        return np.array([[row[name] for name in names] for row in rows])

    return dict(zip(names, zip(measured(False).T, measured(True).T, strict=True), strict=True))


@pytest.fixture(scope="module")
def three_sizes():
    """Core features of scenes stored at 750, 375 and 263 pixels, and the range of photographs."""
    files = sorted(SAMPLES.rglob("*.jpg"))
    if len(files) < 120:
        pytest.skip("the sample photographs are not there; contrast samples makes them")
    rng = np.random.default_rng(0)
    photographs = [measure_image(read_image(path, 192)) for path in files[::4]]
    rows = {750: [], 375: [], 263: []}
    for _ in range(24):
        # Nine photographs side by side: a large one, sharp to the last pixel.
        tiles = [
            np.asarray(Image.open(files[i]).convert("RGB").resize((250, 188)))
            for i in rng.choice(len(files), 9)
        ]
        scene = np.concatenate([np.concatenate(tiles[i : i + 3], 1) for i in (0, 3, 6)])
        light = LINEAR_OF_8_BIT[scene]
        for size, measured in rows.items():
            height = round(scene.shape[0] * size / 750)
            small = cv2.resize(light, (size, height), interpolation=cv2.INTER_AREA)
            codes = np.round(255 * encode_srgb(np.clip(small, 0, 1))).astype(np.uint8)
            file = io.BytesIO()
            Image.fromarray(codes).save(file, "JPEG", quality=95, subsampling=0)
            row = measure_image(read_image(file.getvalue(), 192))
            measured.append([row[name] for name in core_names()])
    spread = {
        name: np.subtract(*np.percentile([row[name] for row in photographs], [75, 25]))
        for name in core_names()
    }
    return {size: np.array(measured) for size, measured in rows.items()}, spread


@pytest.mark.slow
@pytest.mark.parametrize("other", [375, 263])
def test_the_size_of_the_file_does_not_decide_the_profile(other, three_sizes):
    rows, spread = three_sizes
    for name, large, small in zip(core_names(), rows[750].T, rows[other].T, strict=True):
        if name not in FINE:
            assert np.median(np.abs(large - small)) / spread[name] < 0.1, name
            assert np.corrcoef(ranks(large), ranks(small))[0, 1] > 0.95, name


def ranks(values):
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


@pytest.mark.parametrize("name", core_names())
def test_the_fast_path_agrees_with_the_exact_one(name, both_ways):
    fast, exact = both_ways[name]
    spread = np.subtract(*np.percentile(exact, [75, 25]))
    assert np.median(np.abs(fast - exact)) / spread < (0.08 if name in FINE else 0.02)
    assert np.corrcoef(ranks(fast), ranks(exact))[0, 1] > (0.98 if name in FINE else 0.99)


def test_the_fast_path_really_decodes_less(both_ways):
    assert any((fast != exact).any() for fast, exact in both_ways.values())


def test_a_jpeg_of_less_than_twice_the_size_is_not_reduced():
    codes = np.random.default_rng(0).integers(0, 256, (100, 250, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(codes).save(file, "JPEG")
    data = file.getvalue()
    for size in (126, 160, 250, 512):
        fast, exact = read_image(data, size), read_image(data, size, is_exact=True)
        assert (fast.rgb == exact.rgb).all()
    assert (read_image(data, 125).rgb != read_image(data, 125, is_exact=True).rgb).any()


MEASURE_TWO_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
import cv2
from contrast_engine.features import measure_image
from contrast_engine.images import examine, read_image
cv2.setNumThreads(1)
def work(path):
    examine(path).thumbnail()
    return measure_image(read_image(path))["c_rms"]
with ThreadPoolExecutor(2) as pool:
    list(pool.map(work, sys.argv[1:] * 2))
# Not ru_maxrss: that remembers the parent this process was forked from.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_two_threads_on_twelve_megapixels_stay_under_600_mb(suffix, tmp_path):
    wave = np.linspace(0, 255, 4000)[None, :, None] * np.ones((3000, 1, 3))
    codes = wave.astype(np.uint8)
    del wave
    paths = [tmp_path / f"{n}.{suffix}" for n in range(2)]
    for path in paths:
        Image.fromarray(codes).save(path, **({"compress_level": 1} if suffix == "png" else {}))
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", MEASURE_TWO_AT_ONCE, *map(str, paths)],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 600
