"""Names for the array types that cross module borders."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Real = npt.NDArray[Any]
"""float32 where it comes from a file, float64 where it was given: the arithmetic follows."""
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Json = dict[str, Any]
