"""What the boxes of a HEIF file (HEIC, AVIF) say about its main picture.

Sources: ISO/IEC 14496-12:2022 (boxes, items, `colr`), ISO/IEC 23008-12:2022 (properties), AVIF 1.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contrast_engine.images.readers import coded_colours

_FULL_BOXES = {b"meta": 4, b"iref": 4, b"stsd": 8, b"dref": 8}
_ENTRIES = (b"hvc1", b"hev1", b"av01")
_SAMPLE_ENTRY = 78  # bytes of a visual sample entry before its boxes
_ALPHA = (b"auxid:1", b":aux:alpha", b"auxiliary:alpha")
_MOST_ITEMS = 100_000
_SEQUENCE = 400  # bytes in which an AV1 picture has said how it is coded


@dataclass
class Item:
    """One picture or piece of data among others.

    Args:
        kind: "hvc1", "av01", "grid", "Exif", ...
        properties: Name and body of each, in their order.
    """

    kind: bytes = b""
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)

    def property(self, name: bytes) -> bytes | None:
        """The body of its first property of a name."""
        return next((body for found, body in self.properties if found == name), None)


@dataclass(frozen=True)
class MainPicture:
    """What is said about the picture that a file is for.

    Args:
        codec: How it is coded: "hvc1", "av01", ...; "" where it is not said.
        size: Width and height before turning; zeros where it is not said.
        depth: Bits a channel; 0 where it is not said.
        nclx: Primaries, transfer and matrix by the numbers of H.273, and whether its range is full.
        icc: An ICC profile.
        orientation: The turn and mirror that its properties demand, as EXIF numbers them.
        is_premultiplied: Whether its colours are multiplied by its opacity.
        has_alpha: Whether it has opacity.
        has_gain_map: Whether a gain map lies beside it.
        is_cropped: Whether only a part of the stored pixels is to be shown.
        n_frames: 1 for a still, 2 where a sequence follows.
        has_still: Whether there is a picture outside the sequence.
    """

    codec: str = ""
    size: tuple[int, int] = (0, 0)
    depth: int = 0
    nclx: coded_colours.Numbers | None = None
    icc: bytes | None = None
    orientation: int = 1
    is_premultiplied: bool = False
    has_alpha: bool = False
    has_gain_map: bool = False
    is_cropped: bool = False
    n_frames: int = 1
    has_still: bool = False


def main_picture(data: bytes) -> MainPicture:
    """What the boxes of a whole file say; boxes that make no sense say nothing."""
    meta = next((body for name, body in _boxes(data) if name == b"meta"), None)
    movie = next((body for name, body in _boxes(data) if name == b"moov"), None)
    track = _track(movie) if movie is not None else []
    frames = 1 if movie is None else 2
    if meta is None:
        return _of(Item(b"", track), [], n_frames=frames)
    inside = list(_boxes(meta[4:]))
    bodies = dict(inside)
    primary = _number(bodies.get(b"pitm", b""), 4, 2 if bodies.get(b"pitm", b"\0")[0] == 0 else 4)
    items = _items(bodies.get(b"iinf", b""))
    _add_properties(items, bodies.get(b"iprp", b""))
    references = list(_references(bodies.get(b"iref", b"")))
    main = items.get(primary, Item())
    parts = [items.get(to, Item()) for kind, start, to in references
             if kind == b"dimg" and start == primary]  # fmt: skip
    whole = Item(main.kind, [*main.properties, *(parts[0].properties if parts else ())])
    beside = [items.get(start, Item()) for kind, start, to in references
              if kind == b"auxl" and to == primary]  # fmt: skip
    urns = [item.property(b"auxC") or b"" for item in beside]
    kinds = {item.kind for item in items.values()}
    turned = _of(whole, urns, n_frames=frames)
    nclx = turned.nclx
    if nclx is None:
        shown = next((start for kind, by, start in references if (kind, by) == (b"dimg", primary)),
                     primary)  # fmt: skip
        nclx = _coded(whole, _place(bodies.get(b"iloc", b""), shown, data))
    codec = parts[0].kind if parts else main.kind
    return MainPicture(
        codec=codec.decode("latin-1"),
        size=turned.size, depth=turned.depth, nclx=nclx, icc=turned.icc,
        orientation=_orientation(main), n_frames=frames, has_still=bool(main.kind),
        is_premultiplied=any(k == b"prem" and start == primary for k, start, _ in references),
        has_alpha=turned.has_alpha, is_cropped=main.property(b"clap") is not None,
        has_gain_map=turned.has_gain_map or b"tmap" in kinds,
    )  # fmt: skip


def without_sequence(data: bytes) -> bytes:
    """An AVIF file as a still: its tracks made free space, its brands those of a still."""
    still = bytearray(data)
    at = 0
    while at + 8 <= len(still):
        length = int.from_bytes(still[at : at + 4], "big")
        if still[at + 4 : at + 8] == b"moov":
            still[at + 4 : at + 8] = b"free"
        if still[at + 4 : at + 8] == b"ftyp" and length >= 12:
            still[at + 8 : at + 12] = b"avif"
            for brand in range(at + 16, min(at + length, len(still)), 4):
                if still[brand : brand + 4] == b"avis":
                    still[brand : brand + 4] = b"avif"
        if length < 8:
            break
        at += length
    return bytes(still)


def _of(item: Item, urns: list[bytes], *, n_frames: int) -> MainPicture:
    size = item.property(b"ispe") or b""
    nclx: coded_colours.Numbers | None = None
    profile: bytes | None = None
    for name, body in item.properties:
        if name != b"colr":
            continue
        if body[:4] == b"nclx" and len(body) >= 11 and nclx is None:
            nclx = (_number(body, 4), _number(body, 6), _number(body, 8), body[10] >= 128)
        elif body[:4] in (b"prof", b"rICC") and profile is None:
            profile = body[4:]
    return MainPicture(
        size=(_number(size, 4, 4), _number(size, 8, 4)), depth=_depth(item), nclx=nclx, icc=profile,
        has_alpha=any(mark in urn for urn in urns for mark in _ALPHA),
        has_gain_map=any(b"hdrgainmap" in urn for urn in urns), n_frames=n_frames,
    )  # fmt: skip


def _coded(item: Item, coded: bytes) -> coded_colours.Numbers | None:
    """What the picture states itself, where its container says nothing."""
    record = item.property(b"hvcC")
    return coded_colours.of_hevc(record) if record else coded_colours.of_av1(coded)


def _place(body: bytes, item: int, data: bytes) -> bytes:
    """The beginning of the data of an item, as `iloc` places it in the file."""
    version = _number(body, 0, 1)
    sizes = _number(body, 4, 2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide, at = (2 if version < 2 else 4), 6
    count = _number(body, at, wide)
    at += wide
    for _ in range(min(count, _MOST_ITEMS)):
        number = _number(body, at, wide)
        method = _number(body, at + wide, 2) & 15 if version else 0
        at += wide + (2 if version else 0) + 2
        start = _number(body, at, base)
        extents = _number(body, at + base, 2)
        at += base + 2
        step = (index if version else 0) + offset + length
        if number == item:
            start += _number(body, at + step - offset - length, offset)
            return data[start : start + _SEQUENCE] if method == 0 else b""
        at += extents * step
        if at > len(body):
            break
    return b""


def _depth(item: Item) -> int:
    """Bits a channel: as its decoder is configured, or as it says itself."""
    hevc, av1 = item.property(b"hvcC"), item.property(b"av1C")
    if hevc and len(hevc) > 17:
        return (hevc[17] & 7) + 8
    if av1 and len(av1) > 2:
        return 12 if av1[2] & 0x60 == 0x60 else 10 if av1[2] & 0x40 else 8
    stated = item.property(b"pixi") or b""
    return stated[5] if len(stated) > 5 else 0


def _orientation(item: Item) -> int:
    """The EXIF number of all turns (counterclockwise quarters) and mirrors, in their order."""
    turned: list[list[int]] = [[0, 1], [2, 3]]
    for name, body in item.properties:
        if name == b"irot" and body:
            for _ in range(body[0] & 3):
                turned = [list(column) for column in zip(*turned, strict=True)][::-1]
        if name == b"imir" and body:
            turned = [row[::-1] for row in turned] if body[0] & 1 else turned[::-1]
    return _EXIF_OF_CORNERS[turned[0][0], turned[0][1]]


_EXIF_OF_CORNERS = {
    (0, 1): 1, (1, 0): 2, (3, 2): 3, (2, 3): 4, (0, 2): 5, (2, 0): 6, (3, 1): 7, (1, 3): 8,
}  # fmt: skip
"""EXIF orientation by which stored corners (0 1 / 2 3) lie at the upper left and right."""


def _items(body: bytes) -> dict[int, Item]:
    skipped = 6 if body[:1] == b"\0" else 8
    items: dict[int, Item] = {}
    for name, entry in _boxes(body[skipped:]):
        if name == b"infe" and entry[:1] in (b"\2", b"\3") and len(items) < _MOST_ITEMS:
            wide = 2 if entry[0] == 2 else 4
            items[_number(entry, 4, wide)] = Item(entry[6 + wide : 10 + wide])
    return items


def _add_properties(items: dict[int, Item], body: bytes) -> None:
    """Which properties (`ipco`) belong to which items (`ipma`)."""
    inside = list(_boxes(body))
    properties = [each for name, box in inside if name == b"ipco" for each in _boxes(box)]
    for name, box in inside:
        if name != b"ipma" or len(box) < 8:
            continue
        wide, long = (2 if box[0] == 0 else 4), box[3] & 1
        at = 8
        for _ in range(min(_number(box, 4, 4), _MOST_ITEMS)):
            item = items.get(_number(box, at, wide))
            count = _number(box, at + wide, 1)
            at += wide + 1
            for _ in range(count):
                index = _number(box, at, 2) & 0x7FFF if long else _number(box, at, 1) & 0x7F
                at += 2 if long else 1
                if item is not None and 0 < index <= len(properties):
                    item.properties.append(properties[index - 1])
            if at > len(box):
                return


def _references(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, from which item, to which."""
    wide = 2 if body[:1] == b"\0" else 4
    for kind, box in _boxes(body[4:]):
        start = _number(box, 0, wide)
        for at in range(wide + 2, len(box) - wide + 1, wide):
            yield kind, start, _number(box, at, wide)


def _track(movie: bytes) -> list[tuple[bytes, bytes]]:
    """The boxes in the sample entry of the first track of pictures."""
    for name, track in _boxes(movie):
        if name != b"trak":
            continue
        found = [track]
        for step in (b"mdia", b"minf", b"stbl", b"stsd"):
            found = [box for body in found for name, box in _boxes(body) if name == step]
        for body in found:
            for entry, box in _boxes(body[8:]):
                if entry in _ENTRIES:
                    return list(_boxes(box[_SAMPLE_ENTRY:]))
    return []


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each box that lies here."""
    at = 0
    while at + 8 <= len(data):
        length, name, header = _number(data, at, 4), data[at + 4 : at + 8], 8
        if length == 1:
            length, header = _number(data, at + 8, 8), 16
        elif length == 0:
            length = len(data) - at
        if length < header:
            return
        # the pictures themselves may be hundreds of megabytes, and are not looked at
        yield name, b"" if name == b"mdat" else data[at + header : at + length]
        at += length


def _number(data: bytes, at: int, length: int = 2) -> int:
    return int.from_bytes(data[at : at + length], "big")
