"""A writer of HEIC files for tests: every sample lossless, as HEVC blocks of plain PCM.

No encoder of HEVC may be shipped with the tests, but the standard has a block that holds samples
as they are; three parameter sets and an arithmetic coder of two symbols make it a picture.

Sources: ITU-T H.265 (2021), clauses 7.3 and 9.3.4; ISO/IEC 14496-15 (hvcC), ISO/IEC 23008-12.
"""

import numpy as np

BLOCK = 32
_LPS = (
    (128, 176, 208, 240), (128, 167, 197, 227), (128, 158, 187, 216), (123, 150, 178, 205),
    (116, 142, 169, 195), (111, 135, 160, 185), (105, 128, 152, 175), (100, 122, 144, 166),
    (95, 116, 137, 158), (90, 110, 130, 150), (85, 104, 123, 142), (81, 99, 117, 135),
    (77, 94, 111, 128), (73, 89, 105, 122), (69, 85, 100, 116), (66, 80, 95, 110), (62, 76, 90, 104),
)  # fmt: skip
_LEVEL = bytes([4]) + (1 << 27).to_bytes(4, "big") + b"\x90" + bytes(5) + bytes([93])


class Bits:
    """Bits in their order, with the codes of H.265."""

    def __init__(self) -> None:
        self.bits: list[str] = []

    def u(self, value: int, length: int) -> "Bits":
        self.bits.append(f"{value:0{length}b}")
        return self

    def ue(self, *values: int) -> "Bits":
        for value in values:
            code = f"{value + 1:b}"
            self.bits.append("0" * (len(code) - 1) + code)
        return self

    def data(self, raw: bytes) -> "Bits":
        return self.u(int.from_bytes(raw, "big"), 8 * len(raw))

    def aligned(self) -> "Bits":
        self.bits = ["".join(self.bits)]
        self.bits.append("0" * (-len(self.bits[0]) % 8))
        return self

    def done(self) -> bytes:
        text = "".join(self.aligned().bits)
        return int(text, 2).to_bytes(len(text) // 8, "big")


class Arithmetic:
    """The encoder of H.265, 9.3.4: one context that always takes its likelier value."""

    def __init__(self, bits: Bits) -> None:
        self.bits, self.state = bits, 0
        self.start()

    def start(self) -> None:
        self.low, self.range, self.is_first, self.waiting = 0, 510, True, 0

    def likelier(self) -> None:
        self.range -= _LPS[self.state][(self.range >> 6) & 3]
        self.state += 1
        self.renew()

    def end(self, value: int) -> None:
        self.range -= 2
        if not value:
            self.renew()
            return
        self.low += self.range
        self.range = 2
        self.renew()
        self.put((self.low >> 9) & 1)
        self.bits.u(((self.low >> 7) & 3) | 1, 2)

    def renew(self) -> None:
        while self.range < 256:
            if self.low < 256:
                self.put(0)
            elif self.low >= 512:
                self.low -= 512
                self.put(1)
            else:
                self.low -= 256
                self.waiting += 1
            self.range <<= 1
            self.low <<= 1

    def put(self, bit: int) -> None:
        if self.is_first:
            self.is_first = False
        else:
            self.bits.u(bit, 1)
        for _ in range(self.waiting):
            self.bits.u(1 - bit, 1)
        self.waiting = 0


def _unit(kind: int, payload: bytes) -> bytes:
    escaped, zeros = bytearray(), 0
    for byte in payload:
        if zeros >= 2 and byte <= 3:
            escaped.append(3)
            zeros = 0
        escaped.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes([kind << 1, 1]) + bytes(escaped)


def hevc(
    planes: list[np.ndarray], depth: int, has_full_chroma: bool, colours: tuple[int, ...] = ()
) -> tuple[bytes, bytes]:
    """The hvcC record and the picture, of planes whose sides are multiples of 32.

    `colours` are primaries, transfer and matrix by number, where the picture itself states them.
    """
    height, width = planes[0].shape
    chroma = 0 if len(planes) == 1 else 3 if has_full_chroma else 1
    vps = Bits().u(0, 4).u(3, 2).u(0, 6).u(0, 3).u(1, 1).u(0xFFFF, 16).data(_LEVEL)
    vps.u(1, 1).ue(0, 0, 0).u(0, 6).ue(0).u(0, 2).u(1, 1)
    sps = Bits().u(0, 4).u(0, 3).u(1, 1).data(_LEVEL).ue(0, chroma)
    if chroma == 3:
        sps.u(0, 1)
    sps.ue(width, height).u(0, 1).ue(depth - 8, depth - 8, 0).u(1, 1).ue(0, 0, 0)
    sps.ue(2, 0, 0, 3, 0, 0).u(0, 3).u(1, 1).u(depth - 1, 4).u(depth - 1, 4).ue(2, 0).u(1, 1)
    sps.ue(0).u(0, 3)
    if colours:
        sps.u(1, 1).u(0, 2).u(1, 1).u(5, 3).u(1, 1).u(1, 1)
        for number in colours:
            sps.u(number, 8)
        sps.u(0, 7)
    else:
        sps.u(0, 1)
    sps.u(0, 1).u(1, 1)
    pps = Bits().ue(0, 0).u(0, 7).ue(0, 0, 0).u(0, 3).ue(0, 0).u(0, 7).u(1, 1).u(0, 1).u(1, 1)
    pps.u(0, 2).ue(0).u(0, 2).u(1, 1)
    picture = Bits().u(1, 1).u(0, 1).ue(0, 2, 0).u(1, 1).aligned()
    coder = Arithmetic(picture)
    corners = [(y, x) for y in range(0, height, BLOCK) for x in range(0, width, BLOCK)]
    for y, x in corners:
        coder.likelier()  # the block is not parted
        coder.end(1)  # it is PCM
        picture.aligned()
        for plane in planes:
            scale = height // plane.shape[0]
            side = BLOCK // scale
            block = plane[y // scale :, x // scale :][:side, :side]
            picture.bits.append("".join(f"{int(v):0{depth}b}" for v in block.ravel()))
        coder.start()
        coder.end(int((y, x) == corners[-1]))
    units = {32: _unit(32, vps.done()), 33: _unit(33, sps.done()), 34: _unit(34, pps.done())}
    record = b"\x01" + _LEVEL[:12] + b"\xf0\0\xfc" + bytes([0xFC | chroma, 0xF8 | depth - 8])
    record += bytes([0xF8 | depth - 8, 0, 0, 0x0F, 3])
    for kind, unit in units.items():
        record += bytes([0x80 | kind, 0, 1]) + len(unit).to_bytes(2, "big") + unit
    coded = _unit(20, picture.done())
    return record, len(coded).to_bytes(4, "big") + coded


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return (8 + len(body)).to_bytes(4, "big") + name + body


def nclx(primaries: int, transfer: int, matrix: int = 0, *, is_full: bool = True) -> bytes:
    numbers = b"".join(n.to_bytes(2, "big") for n in (primaries, transfer, matrix))
    return box(b"colr", b"nclx" + numbers + (b"\x80" if is_full else b"\0"))


def heic(
    codes: np.ndarray,
    depth: int = 8,
    *properties: bytes,
    alpha: np.ndarray | None = None,
    is_premultiplied: bool = False,
    auxiliary: str = "",
    brands: bytes = b"heic\0\0\0\0mif1heic",
    has_full_chroma: bool = True,
    colours: tuple[int, ...] = (),
) -> bytes:
    """A HEIC file.

    Args:
        codes: (h, w) or (h, w, 3), sides multiples of 32; RGB is stored as it is, without matrix.
        depth: Bits a channel.
        properties: Boxes that hold of the main picture: `nclx`, an ICC profile, turns.
        alpha: (h, w) opacity.
        is_premultiplied: Whether it is said that colours are multiplied by it.
        auxiliary: The name of another picture beside, such as a gain map.
        brands: Body of the first box.
        has_full_chroma: False where the planes given are taken as they are, as Y, Cb, Cr.
        colours: What the picture itself states: primaries, transfer, matrix.
    """
    planes = [codes] if codes.ndim == 2 else [codes[..., c] for c in (1, 2, 0)]
    pictures = [(planes, (*properties, b""))]
    if alpha is not None:
        urn = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
        pictures.append(([alpha], (box(b"auxC", bytes(4), urn), b"")))
    if auxiliary:
        urn = auxiliary.encode() + b"\0"
        pictures.append(([np.full((32, 32), 9)], (box(b"auxC", bytes(4), urn), b"")))
    shared: list[bytes] = []
    infe = links = b""
    coded: list[bytes] = []
    for number, (each, own) in enumerate(pictures, 1):
        record, picture = hevc(each, depth, has_full_chroma, colours)
        coded.append(picture)
        height, width = each[0].shape
        size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        pixi = box(b"pixi", bytes(4), bytes([len(each)] + [depth] * len(each)))
        kept = [box(b"hvcC", record), box(b"ispe", bytes(4), size), pixi, *filter(None, own)]
        places = range(len(shared) + 1, len(shared) + 1 + len(kept))
        shared += kept
        links += number.to_bytes(2, "big") + bytes([len(kept), *(place | 0x80 for place in places)])
        infe += box(b"infe", b"\2\0\0\0", number.to_bytes(2, "big"), b"\0\0hvc1\0")
    count = len(pictures).to_bytes(2, "big")
    refers = b"".join(
        box(b"auxl", n.to_bytes(2, "big"), b"\0\1\0\1") for n in range(2, len(pictures) + 1)
    )
    if is_premultiplied:
        refers += box(b"prem", b"\0\1\0\1\0\2")

    def meta(start: int) -> bytes:
        iloc, at = bytes(4) + b"\x44\0" + count, start
        for number, picture in enumerate(coded, 1):
            iloc += number.to_bytes(2, "big") + b"\0\0\0\1"
            iloc += at.to_bytes(4, "big") + len(picture).to_bytes(4, "big")
            at += len(picture)
        return box(
            b"meta", bytes(4), box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", bytes(4), b"\0\1"), box(b"iloc", iloc), box(b"iinf", bytes(4), count, infe),
            *([box(b"iref", bytes(4), refers)] if refers else []),
            box(b"iprp", box(b"ipco", *shared), box(b"ipma", bytes(4), len(pictures).to_bytes(4, "big"), links)),
        )  # fmt: skip

    head = box(b"ftyp", brands)
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *coded)
