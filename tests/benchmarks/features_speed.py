"""How fast measuring is beside its limit and beside other tools, and how true the fast way stays.

    python tests/benchmarks/features_speed.py [FOLDER OF JPEGS]

Without a folder it makes photographs of 1.3 and 12 megapixels from those that scikit-image and
scikit-learn carry, enlarged and with camera-like grain. Everything is interleaved file by file on
one core, medians of the repetitions; only the ratios mean anything. Not part of the test suite.

The limit is what decoding alone takes, with the same decoder at the same reduced size: nothing that
looks at pixels can be faster. CleanVision takes part where it is installed:
`pip install -e '.[bench]'`.
"""

import contextlib
import importlib.util
import io
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import generic_filter, uniform_filter
from scipy.stats import spearmanr

from contrast_engine.features import feature_names, features, measure_image
from contrast_engine.images import read_image
from contrast_engine.images.colour import LINEAR_OF_8_BIT, encode_srgb
from contrast_engine.images.decoding import decode

SIMPLE_CHECKS = ("light", "dark", "odd_aspect_ratio", "low_information", "blurry", "grayscale")


def main() -> None:
    cv2.setNumThreads(1)
    if len(sys.argv) > 1:
        files = sorted(Path(sys.argv[1]).rglob("*.jp*g"))
        compare("given files", files, repeats=3)
        agreement(files)
        return
    with tempfile.TemporaryDirectory() as folder:
        for megapixels, repeats in ((1.3, 7), (12, 3)):
            files = make_photographs(Path(folder), megapixels)
            compare(f"{megapixels:g} MP", files, repeats)
            agreement(files)
        one_scene_in_three_sizes(files)


def compare(title: str, files: list[Path], repeats: int) -> None:
    ways = {
        "cv2.imread": lambda path: cv2.imread(str(path)),
        "decoding for 512": lambda path: decode(path.read_bytes(), "", 512),
        "reading at 512": read_image,
        "all features 512": lambda path: measure_image(read_image(path)),
        "decoding for 256": lambda path: decode(path.read_bytes(), "", 256),
        "all features 256": lambda path: measure_image(read_image(path, 256)),
    }
    seconds = {name: {path: [] for path in files} for name in ways}
    scans = []
    for _ in range(repeats):
        for path in files:
            for name, way in ways.items():
                start = time.thread_time()
                way(path)
                seconds[name][path].append(time.thread_time() - start)
        scans.append(cleanvision(files))
    size = statistics.mean(path.stat().st_size for path in files) / 1e3
    print(f"\n{title}: {len(files)} files of {size:.0f} kB, {len(feature_names())} features")
    medians = {
        name: sum(map(statistics.median, by.values())) / len(files) for name, by in seconds.items()
    }
    for name, each in medians.items():
        limit = medians[f"decoding for {name[-3:]}"] if "features" in name else None
        beside = f"   {limit / each:4.2f} of the limit" if limit else ""
        print(
            f"  {name:18} {each * 1e3:7.2f} ms   {medians['cv2.imread'] / each:5.2f} x cv2.imread{beside}"
        )
    ours = medians["all features 512"]
    if None not in scans:
        scan = statistics.median(scans) / len(files)
        print(f"  {'CleanVision':18} {scan * 1e3:7.2f} ms   {scan / ours:5.2f} x all features 512")
    two_threads(files)
    the_article(files[0], ours)


def cleanvision(files: list[Path]) -> float | None:
    """The seconds CleanVision takes for its six simple checks; None where it is missing."""
    if importlib.util.find_spec("cleanvision") is None:
        return None
    from cleanvision import Imagelab

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        start = time.process_time()
        lab = Imagelab(filepaths=[str(path) for path in files])
        lab.find_issues({check: {} for check in SIMPLE_CHECKS}, n_jobs=1, verbose=False)
    return time.process_time() - start


def two_threads(files: list[Path]) -> None:
    def passed(threads: int) -> float:
        start = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda path: measure_image(read_image(path)), files))
        return time.perf_counter() - start

    pairs = [(passed(1), passed(2)) for _ in range(5)]
    print(f"  two threads, wall  {statistics.median(one / two for one, two in pairs):5.2f} x one")


def the_article(file: Path, ours: float) -> None:
    """Time the source article's features as written, the filter on a part and scaled by area."""
    grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) / 255
    start = time.thread_time()
    np.abs(np.fft.fftshift(np.fft.fft2(grey)))
    np.histogram(grey, bins=256, density=True)
    np.percentile(grey, [1, 99])
    whole = time.thread_time() - start
    part = grey[:256, :256]
    start = time.thread_time()
    deviation = generic_filter(part, np.std, size=11)
    (deviation / (uniform_filter(part, 11) + 1e-8)).mean()
    seconds = whole + (time.thread_time() - start) / part.size * grey.size
    print(
        f"  the article's features as written {seconds:.1f} s: {seconds / ours:.0f} x all of ours"
    )


def agreement(files: list[Path]) -> None:
    """Difference of the fast from the exact path for every feature, worst first."""
    fast = [measure_image(read_image(path)) for path in files]
    exact = [measure_image(read_image(path, is_exact=True)) for path in files]
    print("  fast against exact path: median |difference| / quartile range, rank correlation")
    _compare_rows(fast, exact)


def one_scene_in_three_sizes(files: list[Path]) -> None:
    """Difference of the profile of a scene stored at 1000 and 700 pixels from that at 2000."""
    rows: dict[int, list[dict[str, float]]] = {2000: [], 1000: [], 700: []}
    for path in files:
        light = LINEAR_OF_8_BIT[cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)]
        for side, measured in rows.items():
            share = side / max(light.shape[:2])
            small = cv2.resize(light, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
            codes = np.round(255 * encode_srgb(np.clip(small, 0, 1))).astype(np.uint8)
            file = cv2.imencode(".jpg", codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
            measured.append(measure_image(read_image(file.tobytes())))
    for side in (1000, 700):
        print(f"\none scene at {side} against 2000 pixels: median |difference| / quartile range, "
              "rank correlation")  # fmt: skip
        _compare_rows(rows[side], rows[2000])


def _compare_rows(ours: list[dict[str, float]], true: list[dict[str, float]]) -> None:
    found = []
    for name in feature_names():
        one, two = (np.array([row[name] for row in rows]) for rows in (ours, true))
        spread = np.subtract(*np.percentile(two, [75, 25]))
        if spread > 0:
            apart = float(np.median(np.abs(one - two)) / spread)
            found.append((apart, float(spearmanr(one, two).statistic), name))
    for apart, rank, name in sorted(found, reverse=True):
        bound = "  resolution-bound" if features[name].resolution_bound else ""
        print(f"    {name:18} {apart:.4f}  {rank:.3f}{bound}")


def make_photographs(folder: Path, megapixels: float) -> list[Path]:
    from skimage import data
    from sklearn.datasets import load_sample_images

    names = ("astronaut", "chelsea", "coffee", "rocket", "camera", "coins", "brick", "grass")
    pictures = [getattr(data, name)() for name in names] + list(load_sample_images().images)
    files = []
    for number, picture in enumerate(pictures):
        scale = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
        large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        grain = np.random.default_rng(number).normal(0, 4, large.shape)
        path = folder / f"{megapixels:g}-{number}.jpg"
        grainy = np.clip(large + grain, 0, 255).astype(np.uint8)
        bgr = grainy if grainy.ndim == 2 else grainy[..., ::-1]
        cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, 88])
        files.append(path)
    return files


if __name__ == "__main__":
    main()
