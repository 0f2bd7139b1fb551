"""The small picture that the log keeps of an image, so that it can be shown again."""

import io

from contrast_engine.images import LinearImage
from contrast_engine.images.colour import encode_srgb

THUMBNAIL = 128
"""Pixels of the longer side at most."""


def small_jpeg(image: LinearImage) -> bytes:
    """A JPEG of at most 128 pixels, averaged in linear light."""
    import cv2
    import numpy as np
    from PIL import Image

    height, width = image.rgb.shape[:2]
    shrink = min(1.0, THUMBNAIL / max(height, width))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    small = cv2.resize(np.asarray(image.rgb), size, interpolation=cv2.INTER_AREA)
    code = np.rint(encode_srgb(np.clip(small, 0.0, 1.0)) * 255).astype(np.uint8)
    written = io.BytesIO()
    Image.fromarray(code).save(written, "JPEG", quality=80)
    return written.getvalue()
