"""Near duplicates: one picture at another exposure, size, compression or with a small crop."""

from contrast_engine.duplicates.search import grouped
from contrast_engine.duplicates.signature import Signatures, signatures
from contrast_engine.duplicates.verification import Agreement, Overlays

__all__ = ["Agreement", "Overlays", "Signatures", "grouped", "signatures"]
