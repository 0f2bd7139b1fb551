"""What decoders raise on damaged bytes, and what it means to a person."""

import struct
import zlib

FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
    AttributeError, RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What decoders are known to raise on hostile bytes; those of imagecodecs are RuntimeErrors."""


def reason(name: str, fault: BaseException) -> str:
    """Why a file could not be decoded, in words."""
    said = str(fault).lower()
    if isinstance(fault, EOFError) or any(w in said for w in ("truncated", "unexpected end")):
        return f"{name} is cut off: it ends before the image does"
    if isinstance(fault, MemoryError):
        return f"{name} needs more memory than there is; make a smaller copy of it"
    return f"{name} is damaged: its image data cannot be decoded; copy or export it again"
