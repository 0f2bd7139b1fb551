"""Every fast method beside the slow one it stands for, written out as the definition says."""

import itertools
import time

import numpy as np
import pytest
from scipy.ndimage import generic_filter

from contrast_engine.features import features, measure_image
from contrast_engine.features.frequency import bands
from contrast_engine.features.local import local_moments
from contrast_engine.features.pyramids import cells, halved
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import encode_srgb, lightness
from contrast_engine.images.pixel_sums import percentile


def grey(y: np.ndarray) -> LinearImage:
    return LinearImage(np.repeat(y[..., None], 3, axis=2))


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width)) ** 2


@pytest.mark.parametrize("y", [noise(40, 57), 0.9 + 1e-4 * noise(40, 57), noise(6, 30)],
                         ids=["noise", "bright and nearly flat", "smaller than the window"])  # fmt: skip
def test_local_variance_equals_the_definition(y):
    _, variance = local_moments(y)
    slow = generic_filter(y, np.var, size=11, mode="reflect")
    assert np.abs(variance - slow).max() < 1e-10


@pytest.mark.slow
def test_local_variance_is_a_hundred_times_faster_than_the_definition():
    y = noise(200, 200)
    start = time.process_time()
    generic_filter(y, np.std, size=11, mode="reflect")
    slow = time.process_time() - start
    start = time.process_time()
    for _ in range(10):
        local_moments(y)
    assert slow / ((time.process_time() - start) / 10) > 100


def spans(side: int, size: float, from_the_end: bool) -> np.ndarray:
    """What part of each cell of `size`, laid from one end, every pixel of a side makes up."""
    edges = np.append(np.arange(0, side, size), side)
    low, high = edges[:-1, None], edges[1:, None]
    pixels = np.arange(side)
    part = np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, 1)
    return part[:, ::-1] if from_the_end else part


def both_ends(side: int, size: float) -> list[np.ndarray]:
    return [spans(side, size, end) for end in ((False, True) if side % size else (False,))]


@pytest.mark.parametrize("size", [1, 2, 8, 16, 32])
@pytest.mark.parametrize("shape", [(16, 24), (23, 18), (9, 31), (40, 1), (3, 64)])
@pytest.mark.parametrize("smallest", [1, 3, 7])
def test_cells_are_means_laid_from_either_end(shape, size, smallest):
    values = noise(*shape)
    whole = cells(values, smallest)
    for _ in range(int(np.log2(size))):
        whole = halved(whole)
    rows, columns = (both_ends(side, size * smallest) for side in shape)
    expected = [
        (down / down.sum(1, keepdims=True)) @ values @ (across / across.sum(1, keepdims=True)).T
        for down in rows
        for across in columns
    ]
    found = sorted(whole.grids, key=lambda grid: tuple(grid.ravel()))
    expected.sort(key=lambda grid: tuple(grid.ravel()))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-12)
    assert whole.covered == pytest.approx(
        (rows[0][-1].sum() / size / smallest, columns[0][-1].sum() / size / smallest)
    )


def differences(light: np.ndarray, down: np.ndarray, across: np.ndarray, diagonal: float) -> float:
    """Mean |cell - neighbour| as loops; `down` and `across` are what rows and columns cover."""
    total = 0.0
    for row, column in np.ndindex(light.shape):
        near = weights = 0.0
        for dy, dx in itertools.product((-1, 0, 1), repeat=2):
            r, c = row + dy, column + dx
            if (dy or dx) and 0 <= r < light.shape[0] and 0 <= c < light.shape[1]:
                weight = (diagonal if dy and dx else 1) * (down[r] if dy else 1)
                weight *= across[c] if dx else 1
                near += weight * abs(light[row, column] - light[r, c])
                weights += weight
        total += down[row] * across[column] * near / max(weights, 1)
    return total / (down.sum() * across.sum())


def over_grids(y: np.ndarray, size: int, diagonal: float, tone) -> float:
    """The mean of `differences` over all ways of laying cells of a size."""
    found = []
    for down, across in itertools.product(*(both_ends(side, size) for side in y.shape)):
        rows, columns = down.sum(axis=1), across.sum(axis=1)
        means = (down / rows[:, None]) @ y @ (across / columns[:, None]).T
        found.append(differences(tone(means), rows / size, columns / size, diagonal))
    return float(np.mean(found))


@pytest.mark.parametrize("shape", [(50, 75), (37, 64), (21, 9)])
def test_gcf_equals_the_definition_written_as_loops(shape):
    y = noise(*shape)
    total = 0.0
    for i, size in enumerate((1, 2, 4, 8, 16, 25, 50, 100, 200), 1):
        weight = (-0.406385 * i / 9 + 0.334573) * i / 9 + 0.0877526
        total += weight * over_grids(y, size, 0, lambda means: 100 * np.sqrt(means))
    assert features["gcf"].measure(grey(y)) == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize("shape", [(37, 64), (32, 41), (17, 31)])
def test_rammg_equals_the_definition_written_as_loops(shape):
    y = noise(*shape)
    light = lightness(y)
    found, counts = [], []
    for level in range(5):
        counts.append(1 if level == 0 else np.clip(min(shape) / 2**level - 3.5, 0, 1))
        found.append(over_grids(light, 2**level, 0.5**0.5, lambda means: means))
    expected = np.average(found, weights=counts)
    assert features["rammg"].measure(grey(y)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("shape", [(48, 64), (49, 63)])
def test_band_energies_equal_those_of_the_whole_plane(shape):
    y = noise(*shape)
    window = np.outer(*(np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2 for n in shape))
    centred = (y - (y * window).sum() / window.sum()) * window
    power = np.abs(np.fft.fft2(centred)) ** 2
    f = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None])
    expected = [
        power[(f >= low) & (f < high)].sum()
        for low, high in ((2 / min(shape), 1 / 16), (1 / 16, 3 / 16), (3 / 16, 1 / 2))
    ]
    assert bands(grey(y)) == pytest.approx(expected, rel=1e-9)


def test_entropy_equals_the_histogram_of_encoded_luminance():
    y = noise(60, 60)
    counts, _ = np.histogram(encode_srgb(y), bins=256, range=(0, 1))
    share = counts[counts > 0] / y.size
    assert features["entropy"].measure(grey(y)) == pytest.approx(-(share * np.log2(share)).sum())


def test_percentiles_equal_those_of_numpy():
    y = noise(37, 41)
    image = grey(y)
    assert image.luminance_range == pytest.approx(tuple(np.percentile(y, [1, 99])))
    assert image.lightness_range == pytest.approx(tuple(np.percentile(image.lightness, [1, 99])))


def test_noise_of_known_strength_is_estimated():
    encoded = 0.5 + np.random.default_rng(0).normal(0, 0.02, (300, 300))
    from contrast_engine.images.colour import decode_srgb

    estimate = features["noise_sigma"].measure(grey(decode_srgb(encoded)))
    assert estimate == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize("shape", [(64, 96), (63, 41)])
def test_band_contrasts_equal_the_definition_on_the_whole_plane(shape):
    y = noise(*shape, seed=5)
    f = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None]) * max(shape)
    octave = np.log2(np.maximum(f, 1e-9))

    def gain(k: int) -> np.ndarray:
        return np.where(np.abs(octave - k) < 1, 0.5 * (1 + np.cos(np.pi * (octave - k))), 0)

    spectrum = np.fft.fft2(y)
    for k in range(1, 8):
        below = sum(gain(j) for j in range(-40, k))
        below[0, 0] = 1
        detail, mean = (np.fft.ifft2(spectrum * g).real for g in (gain(k), below))
        expected = np.sqrt(np.mean((detail / np.maximum(mean, 0.01)) ** 2))
        assert features[f"peli_{k}"].measure(grey(y)) == pytest.approx(expected, abs=1e-9), k


@pytest.mark.parametrize("shape", [(512, 384), (341, 512)])
def test_bands_seen_on_fewer_points_equal_those_on_all(shape):
    # A picture with the spectrum and the skewed tones of a photograph, black patches included.
    rng = np.random.default_rng(7)
    f = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None])
    clouds = np.fft.ifft2(np.fft.fft2(rng.normal(size=shape)) / np.maximum(f, 1 / max(shape))).real
    y = np.clip(0.25 + 0.2 * clouds / clouds.std(), 0, 1) ** 1.5
    octave = np.log2(np.maximum(f * max(shape), 1e-9))
    spectrum = np.fft.fft2(y)
    for k in range(1, 8):
        gain = 0.5 * (1 + np.cos(np.pi * np.clip(np.abs(octave - k), 0, 1)))
        below = 0.5 * (1 + np.cos(np.pi * np.clip(octave - (k - 1), 0, 1)))
        detail, mean = (np.fft.ifft2(spectrum * g).real for g in (gain, below))
        expected = np.sqrt(np.mean((detail / np.maximum(mean, 0.01)) ** 2))
        assert features[f"peli_{k}"].measure(grey(y)) == pytest.approx(expected, rel=0.02), k


def photograph(height: int, width: int) -> np.ndarray:
    """Light with bright, even sky, deep shadow, edges, texture and colour."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width] / height
    rgb = np.stack([0.4 + 0.3 * np.sin(9 * x + c) * np.cos(7 * y) for c in range(3)], axis=2)
    rgb += 0.03 * rng.normal(size=rgb.shape)
    rgb[: height // 3] = 0.97 + 2e-4 * rng.normal(size=(height // 3, width, 3))
    rgb[-height // 4 :] *= 0.01
    return np.clip(rgb, 0, 1)


@pytest.mark.parametrize("shape", [(384, 512), (97, 61)])
def test_single_precision_pixels_measure_like_double(shape):
    rgb = photograph(*shape).astype(np.float32)
    single, double = measure_image(LinearImage(rgb)), measure_image(LinearImage(rgb.astype(float)))
    assert single == pytest.approx(double, rel=2e-4, abs=1e-6)


def test_single_precision_keeps_the_variance_of_bright_even_areas():
    y = (0.9 + 1e-4 * noise(60, 80)).astype(np.float32)
    _, variance = local_moments(y)
    slow = generic_filter(y.astype(float), np.var, size=11, mode="reflect")
    assert np.abs(variance / slow - 1).max() < 1e-5


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
@pytest.mark.parametrize("size", [1, 2, 7, 5000, 100_000])
def test_a_percentile_is_exact_however_the_values_lie(size, share):
    values = np.random.default_rng(size).random((size, 1)) ** 4
    for plane in (values, np.sort(values, axis=0), np.round(values, 1), np.ones_like(values)):
        assert percentile(plane, share) == pytest.approx(np.percentile(plane, 100 * share))
