"""Smoothed pictures and their edges, with masked pixels left out."""

from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Bools, Floats32, Real

_FILL = 2.0  # sigma of what stands in for masked pixels, before anything is smoothed


def responses(images: Real, valid: Bools, order: int, sigma: float) -> tuple[Floats32, Bools]:
    """Size of the derivative of smoothed pictures, and where it may be used.

    A masked pixel is filled from its neighbours before smoothing, so that what it held has no
    say; derivatives within sigma + 1 pixels of one are left out.

    Source: van de Weijer, Gevers & Gijsenij 2007 (orders 0 to 2 of Gaussian derivatives).
    Deviates: the border of the picture is mirrored instead of left out.

    Args:
        images: (n, h, w, 3) linear light.
        valid: (n, h, w) the pixels that may be looked at.
        order: 0 the smoothed picture, 1 the gradient, 2 second derivatives.
        sigma: Of the Gaussian, in pixels; 0 smooths nothing (order 0 only).

    Returns:
        (n, h, w, 3) values of at least 0, and (n, h, w) where they may be used.
    """
    if order == 0 and sigma == 0:
        return np.asarray(images, np.float32), valid
    values = np.empty(images.shape, np.float32)
    usable = np.array(valid)
    reach = int(np.ceil(sigma)) + 1
    near = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    for row, (image, mask) in enumerate(zip(images, valid, strict=True)):
        values[row] = _derived(_filled(image, mask), order, sigma)
        if order and not mask.all():
            usable[row] = cv2.erode(mask.astype(np.uint8), near).astype(bool)
    return values, usable


def _filled(image: Real, mask: Bools) -> Floats32:
    """One picture whose masked pixels hold a mean of their neighbours."""
    light = np.ascontiguousarray(image, np.float32)
    if mask.all() or not mask.any():
        return light
    share: Any = mask.astype(np.float32)
    kept = light * share[..., None]
    near = np.asarray(cv2.GaussianBlur(kept, (0, 0), _FILL))
    weight = np.asarray(cv2.GaussianBlur(share, (0, 0), _FILL))[..., None]
    far = light[mask].mean(axis=0)
    around = np.where(weight > 1e-4, near / np.maximum(weight, 1e-4), far)
    return np.where(mask[..., None], light, around).astype(np.float32)


def _derived(image: Floats32, order: int, sigma: float) -> Floats32:
    if order == 0:
        return _filtered(image, 0, 0, sigma)
    if order == 1:
        return np.hypot(_filtered(image, 1, 0, sigma), _filtered(image, 0, 1, sigma))
    xx, yy = _filtered(image, 2, 0, sigma), _filtered(image, 0, 2, sigma)
    xy = _filtered(image, 1, 1, sigma)
    size: Floats32 = np.sqrt(xx * xx + yy * yy + 4 * xy * xy)
    return size


def _filtered(image: Floats32, across: int, down: int, sigma: float) -> Floats32:
    made: Any = cv2.sepFilter2D(
        image, cv2.CV_32F, _kernel(across, sigma), _kernel(down, sigma),
        borderType=cv2.BORDER_REFLECT,
    )  # fmt: skip
    return np.asarray(made, np.float32).reshape(image.shape)


def _kernel(order: int, sigma: float) -> Real:
    """A sampled Gaussian or its derivative, exact on constants, ramps and parabolas."""
    reach = int(np.ceil(3 * sigma))
    x = np.arange(-reach, reach + 1, dtype=np.float64)
    bell = np.exp(-(x**2) / (2 * sigma**2))
    bell /= bell.sum()
    if order == 0:
        return bell
    if order == 1:
        slope = x * bell
        return np.asarray(slope / (slope * x).sum())
    bend = (x**2 / sigma**2 - 1) * bell
    bend -= bell * bend.sum()  # nothing on a constant
    return np.asarray(bend / ((bend * x**2).sum() / 2))
