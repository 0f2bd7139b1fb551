"""Changes of how fine the detail is."""

import cv2
import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.perturb import perturbation


@perturbation(neutral=0.0, low=0.0, high=20.0, unit="pixels", contrast="less")
def blur(rgb: Floats, sigma: float) -> Floats:
    """Soft focus: every point of light spread to a Gaussian of this standard deviation.

    Fine contrast goes first; the mean luminance stays, because light and not code values mix.
    """
    # Three and a half sigmas hold all but 5e-4 of the light.
    size = 2 * int(np.ceil(3.5 * sigma)) + 1
    blurred = cv2.GaussianBlur(rgb, (size, size), sigma, borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.float64)
