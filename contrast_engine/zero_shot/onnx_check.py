"""An ONNX file looked through before anything loads it: no path names, no foreign operators.

Only the outer form of the file is read (tags and lengths of protocol buffers), so that a file
of a person unknown is refused before the library that runs it opens anything the file names.

Source: the fields of onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from collections.abc import Iterator

from contrast_engine.as_written import plain
from contrast_engine.errors import ModelError

MOST_BYTES = 1 << 30
"""Bytes of a network at most."""

OPERATORS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Families of operators that the runtime brings itself."""

_READS_FILES = frozenset({"EPContext", "PythonOp", "PythonOpGrad"})
"""Operators of these families that open a file or run a program."""

_DEEPEST = 24
_MOST_FIELDS = 4_000_000
_PARTS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
"""Which field of a message holds which further message."""

_OP_TYPE, _NODE_DOMAIN, _FUNCTION_DOMAIN = 4, 7, 10
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14


def check_network(data: bytes, name: str = "the network") -> None:
    """Refuse a file that is no ONNX network, or one that would reach outside itself.

    Raises:
        ModelError: It is too large, damaged, no ONNX, keeps weights in other files, or needs
            operators that the runtime does not bring.
    """
    if len(data) > MOST_BYTES:
        raise ModelError(
            f"{name} has {len(data) / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are read: "
            "bring a smaller network, or one with 16-bit weights"
        )
    _Check(name).model(memoryview(data))


class _Check:
    """One walk through a file; counts what it reads, so that none takes for ever."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = _MOST_FIELDS
        self._nodes: set[tuple[str, str]] = set()
        self._functions: set[str] = set()

    def model(self, data: memoryview) -> None:
        if not any(number == 7 and isinstance(value, memoryview)
                   for number, value in self._fields(data)):  # fmt: skip
            raise self._damaged()
        self._walk("model", data, 0)
        for domain, operator in sorted(self._nodes):
            if domain not in OPERATORS | self._functions or operator in _READS_FILES:
                raise ModelError(
                    f"{self._name} needs the operator {plain(operator)[:60]!r} of "
                    f"{plain(domain)[:60]!r}; only operators that the runtime brings are run, no "
                    "library of one's own: export it with standard operators"
                )

    def _walk(self, kind: str, data: memoryview, depth: int) -> None:
        if depth > _DEEPEST:
            raise ModelError(
                f"{self._name} nests more than {_DEEPEST} deep, as no image tower does"
            )
        parts = _PARTS[kind]
        said = {_OP_TYPE: "", _NODE_DOMAIN: ""}
        for number, value in self._fields(data):
            if kind == "tensor" and (
                number == _EXTERNAL_DATA or (number == _DATA_LOCATION and value != 0)
            ):
                raise ModelError(
                    f"{self._name} keeps weights in other files, which it names by their paths: "
                    "such a network is refused; save it as one file (onnx.save_model(model, path, "
                    "save_as_external_data=False))"
                )
            if not isinstance(value, memoryview):
                continue
            if number in parts:
                self._walk(parts[number], value, depth + 1)
            elif kind == "node" and number in said:
                said[number] = _text(value)
            elif kind == "function" and number == _FUNCTION_DOMAIN:
                self._functions.add(_text(value))
        if kind == "node":
            self._nodes.add((said[_NODE_DOMAIN], said[_OP_TYPE]))

    def _fields(self, data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
        """Number and content of every field of a message: a number, or bytes."""
        at, end = 0, len(data)
        while at < end:
            self._left -= 1
            if self._left < 0:
                raise ModelError(
                    f"{self._name} has more than {_MOST_FIELDS:,} parts, as no image tower has"
                )
            tag, at = self._varint(data, at)
            number, wire = tag >> 3, tag & 7
            value: int | memoryview
            if wire == 0:
                value, at = self._varint(data, at)
            elif wire in (1, 2, 5):
                length = 8 if wire == 1 else 4
                if wire == 2:
                    length, at = self._varint(data, at)
                if length > end - at:
                    raise self._damaged()
                value, at = data[at : at + length], at + length
                value = value if wire == 2 else 0  # a number that nothing here asks for
            else:
                raise self._damaged()
            yield number, value

    def _varint(self, data: memoryview, at: int) -> tuple[int, int]:
        found = 0
        for shift in range(0, 70, 7):
            if at >= len(data):
                break
            byte = data[at]
            at += 1
            found |= (byte & 0x7F) << shift
            if byte < 0x80:
                return found, at
        raise self._damaged()

    def _damaged(self) -> ModelError:
        return ModelError(
            f"{self._name} is no ONNX network or is damaged; export the image tower as .onnx"
        )


def _text(value: memoryview) -> str:
    return bytes(value[:200]).decode("utf-8", "replace")
