"""Near duplicates: one picture at another exposure, size, compression or with a small crop."""

from contrast_engine.duplicates.compact import Compact, compact
from contrast_engine.duplicates.many import MANY, grouped_many
from contrast_engine.duplicates.search import grouped
from contrast_engine.duplicates.signature import Signatures, signatures
from contrast_engine.duplicates.verification import Agreement, Overlays

__all__ = [
    "MANY", "Agreement", "Compact", "Overlays", "Signatures", "compact", "grouped", "grouped_many",
    "signatures",
]  # fmt: skip
