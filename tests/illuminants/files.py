"""Small files of linear numbers, as cameras and instruments leave them."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile


def write_png(path: Path, codes: Any) -> Path:
    """(h, w, 3) RGB codes of 8 or 16 bits as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), codes[..., ::-1])
    return path


def write_tiff(path: Path, codes: Any) -> Path:
    """(h, w, 3) RGB codes as TIFF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, codes, photometric="rgb")
    return path


def scene(seed: int, size: int = 32) -> Any:
    """(size, size, 3) light within 0.05..0.6, constant on blocks of 4 pixels."""
    blocks = np.random.default_rng(seed).uniform(0.05, 0.6, (size // 4, size // 4, 3))
    return np.kron(blocks, np.ones((4, 4, 1)))


def codes_16(light: Any, black: int = 0, white: int = 65535) -> Any:
    """16-bit numbers of light 0..1."""
    return np.round(black + light * (white - black)).astype(np.uint16)


def folder_of_scenes(home: Path, lights: Any, table: str = "gt.csv", camera: str = "") -> Path:
    """A folder of 16-bit PNG lit by given lights, with its table."""
    home.mkdir(parents=True, exist_ok=True)
    lines = ["file,r,g,b,camera"]
    for row, light in enumerate(np.asarray(lights)):
        grey = scene(row).mean(axis=2, keepdims=True)
        tinted = 0.7 * grey + 0.3 * scene(row)
        write_png(home / f"{row}.png", codes_16(tinted * light / light.max()))
        lines.append(f"{row}.png,{light[0]:.6f},{light[1]:.6f},{light[2]:.6f},{camera}")
    (home / table).write_text("\n".join(lines) + "\n")
    return home
