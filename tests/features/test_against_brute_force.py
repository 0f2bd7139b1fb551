"""Every fast method beside the slow one it stands for, written out as the definition says."""

import time

import numpy as np
import pytest
from scipy.ndimage import generic_filter

from contrast_engine.features import features, measure_image
from contrast_engine.features.frequency import bands
from contrast_engine.features.local import local_moments
from contrast_engine.features.pyramids import blocks
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import encode_srgb
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


@pytest.mark.parametrize("size", [2, 3, 7, 8])
@pytest.mark.parametrize("shape", [(16, 24), (23, 18), (9, 31)])
def test_blocks_average_every_pixel_by_the_area_it_covers(shape, size):
    values = noise(*shape)
    rows, columns = (_coverage(side, size) for side in shape)
    assert blocks(values, size) == pytest.approx(rows @ values @ columns.T)


def _coverage(side: int, size: int) -> np.ndarray:
    count = side // size
    start = (side - count * size) / 2
    cover = np.zeros((count, side))
    for block in range(count):
        low, high = start + block * size, start + (block + 1) * size
        for pixel in range(side):
            cover[block, pixel] = max(0, min(high, pixel + 1) - max(low, pixel)) / size
    return cover


def test_gcf_equals_the_definition_written_as_loops():
    y = noise(50, 75)
    total = 0.0
    for i, size in enumerate((1, 2, 4, 8, 16, 25, 50, 100, 200), 1):
        light = 100 * np.sqrt(_coverage(50, size) @ y @ _coverage(75, size).T)
        contrasts = []
        for row, column in np.ndindex(light.shape):
            near = [
                abs(light[row, column] - light[r, c])
                for r, c in (
                    (row - 1, column),
                    (row + 1, column),
                    (row, column - 1),
                    (row, column + 1),
                )
                if 0 <= r < light.shape[0] and 0 <= c < light.shape[1]
            ]
            contrasts.append(np.mean(near) if near else 0.0)
        weight = (-0.406385 * i / 9 + 0.334573) * i / 9 + 0.0877526
        total += weight * (np.mean(contrasts) if contrasts else 0.0)
    assert features["gcf"].measure(grey(y)) == pytest.approx(total, rel=1e-10)


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
