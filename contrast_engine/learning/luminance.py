"""Linear light, luminance and lightness of whole batches on a device."""

from functools import lru_cache

import torch
from torch import Tensor

from contrast_engine.images.colour import LINEAR_OF_8_BIT, LUMINANCE_WEIGHTS


def linear_light(codes: Tensor) -> Tensor:
    """Decode uint8 sRGB pictures (n, h, w, 3) to linear light (n, 3, h, w), float32."""
    light = _table(codes.device).index_select(0, codes.reshape(-1).int()).view(codes.shape)
    return light.permute(0, 3, 1, 2)  # channels last in memory, as the networks like it


def luminance(light: Tensor) -> Tensor:
    """Weigh linear light (n, 3, h, w) into relative luminance Y, (n, h, w)."""
    red, green, blue = (float(weight) for weight in LUMINANCE_WEIGHTS)
    return red * light[:, 0] + green * light[:, 1] + blue * light[:, 2]


def lightness(y: Tensor) -> Tensor:
    """Turn luminance Y 0..1 into CIE lightness L* 0..100."""
    knee = (6 / 29) ** 3
    root = y.clamp(min=knee) ** (1 / 3)
    return 116 * torch.where(y > knee, root, y / (3 * (6 / 29) ** 2) + 4 / 29) - 16


def encode_srgb(light: Tensor) -> Tensor:
    """Turn linear light 0..1 into sRGB code values 0..1."""
    curve = 1.055 * light.clamp(min=0.0031308) ** (1 / 2.4) - 0.055
    return torch.where(light <= 0.0031308, 12.92 * light, curve)


def decode_srgb(coded: Tensor) -> Tensor:
    """Turn sRGB code values 0..1 into linear light 0..1."""
    curve = ((coded.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4
    return torch.where(coded <= 0.04045, coded / 12.92, curve)


@lru_cache(maxsize=8)
def _table(device: torch.device) -> Tensor:
    return torch.from_numpy(LINEAR_OF_8_BIT.copy()).to(device)
