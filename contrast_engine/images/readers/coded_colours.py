"""Colours by number that stand in the coded picture itself, where its container states none.

Sources: ITU-T H.265 (2021), 7.3.2.2 and annex E (HEVC); AV1 Bitstream Specification 1.0, 5.5.
"""

Numbers = tuple[int, int, int, bool]
"""Primaries, transfer and matrix by the numbers of H.273, and whether the range is full."""

_SPS, _SEQUENCE_HEADER = 33, 1
_MOST_SETS = 64


class _Bits:
    """Bits from the highest of each byte down."""

    def __init__(self, data: bytes) -> None:
        self.value, self.left = int.from_bytes(data, "big"), 8 * len(data)

    def u(self, length: int) -> int:
        self.left -= length
        if self.left < 0:
            raise EOFError("truncated")
        return (self.value >> self.left) & ((1 << length) - 1)

    def is_set(self) -> bool:
        return bool(self.u(1))

    def ue(self, times: int = 1) -> int:
        """The last of so many Exp-Golomb codes."""
        found = 0
        for _ in range(times):
            zeros = 0
            while not self.u(1):
                zeros += 1
            found = (1 << zeros) - 1 + self.u(zeros)
        return found


def of_hevc(record: bytes) -> Numbers | None:
    """What the sequence parameters in an hvcC record state; None where they state nothing."""
    at = 23
    try:
        for _ in range(record[22]):
            kind, count = record[at] & 63, int.from_bytes(record[at + 1 : at + 3], "big")
            at += 3
            for _ in range(count):
                length = int.from_bytes(record[at : at + 2], "big")
                if kind == _SPS:
                    # a three that only keeps zeros apart is taken out
                    unit = record[at + 4 : at + 2 + length].replace(b"\0\0\3", b"\0\0")
                    return _of_parameters(_Bits(unit))
                at += 2 + length
    except (EOFError, IndexError):
        return None
    return None


def _of_parameters(bits: _Bits) -> Numbers | None:
    bits.u(4)
    layers = bits.u(3)
    bits.u(1 + 96)
    kept = [bits.u(2) for _ in range(layers)]
    bits.u(2 * (8 - layers) if layers else 0)
    for flags in kept:
        bits.u(88 * (flags >> 1) + 8 * (flags & 1))
    bits.ue()
    if bits.ue() == 3:
        bits.u(1)
    bits.ue(2)
    if bits.is_set():
        bits.ue(4)
    bits.ue(3)
    bits.ue(3 * (layers + 1 if bits.is_set() else 1))
    bits.ue(6)
    if bits.is_set() and bits.is_set():  # scaling lists, which no encoder of photos writes
        return None
    bits.u(2)
    if bits.is_set():
        bits.u(8)
        bits.ue(2)
        bits.u(1)
    for number in range(min(bits.ue(), _MOST_SETS)):
        if number and bits.is_set():
            return None
        negative = bits.ue()
        for _ in range(negative + bits.ue()):
            bits.ue()
            bits.u(1)
    if bits.is_set():
        return None
    bits.u(2)
    if not bits.is_set():
        return None
    if bits.is_set() and bits.u(8) == 255:
        bits.u(32)
    if bits.is_set():
        bits.u(1)
    if not bits.is_set():
        return None
    bits.u(3)
    is_full = bits.is_set()
    return (bits.u(8), bits.u(8), bits.u(8), is_full) if bits.is_set() else None


def of_av1(coded: bytes) -> Numbers | None:
    """What the sequence header at the start of an AV1 picture states; None where it does not."""
    at = 0
    try:
        while at < len(coded):
            head = coded[at]
            at += 2 if head & 4 else 1
            length = shift = 0
            while True:
                byte = coded[at]
                length |= (byte & 127) << shift
                shift, at = shift + 7, at + 1
                if byte < 128 or shift > 28:
                    break
            if (head >> 3) & 15 == _SEQUENCE_HEADER and head & 2:
                return _of_sequence(_Bits(coded[at : at + length]))
            at += length
    except (EOFError, IndexError):
        return None
    return None


def _of_sequence(bits: _Bits) -> Numbers | None:
    profile = bits.u(3)
    bits.u(1)
    is_reduced = bits.is_set()
    if is_reduced:
        bits.u(5)
    else:
        if bits.is_set():  # timing, of films
            return None
        has_delay = bits.is_set()
        for _ in range(bits.u(5) + 1):
            bits.u(12)
            if bits.u(5) > 7:
                bits.u(1)
            if has_delay and bits.is_set():
                bits.u(4)
    across, down = bits.u(4) + 1, bits.u(4) + 1
    bits.u(across + down)
    if not is_reduced and bits.is_set():
        bits.u(7)
    bits.u(3)
    if not is_reduced:
        bits.u(4)
        has_order = bits.is_set()
        bits.u(2 * has_order)
        chooses = bits.is_set()
        if (chooses or bits.is_set()) and not bits.is_set():
            bits.u(1)
        bits.u(3 * has_order)
    bits.u(3)
    is_deep = bits.is_set()
    if profile == 2 and is_deep:
        bits.u(1)
    is_grey = profile != 1 and bits.is_set()
    if not bits.is_set():
        return None
    primaries, transfer, matrix = bits.u(8), bits.u(8), bits.u(8)
    is_rgb = (primaries, transfer, matrix) == (1, 13, 0) and not is_grey
    return primaries, transfer, matrix, is_rgb or bits.is_set()
