"""On every page what people typed is text: labels, annotators, clusters, files, folders, selections.

One workspace in which every name is markup, a request or a control code, and every element of every
page: a name stands in it only as `as_written` wrote it for that kind of element.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from contrast_engine import as_written
from contrast_engine.store import Workspace
from tests import hostile
from tests.pages.test_every_page import PAGES

PLAIN = {
    "Text.body", "Selectbox.options", "Selectbox.raw_value", "MultiSelect.options", "Dataframe.cell",
}  # fmt: skip
"""Texts that Streamlit shows as they are; every other text is taken for Markdown."""

TYPED = {"TextInput.default", "TextInput.value", "TextInput.placeholder", "Code.code_text"}
"""Texts in a field, to be changed or as an example, and commands to be copied: they are as they came."""

UNSEEN = {"id", "form_id", "query_string", "page_script_hash", "columns"}
"""Fields that nobody reads, by their names."""

IMAGE = "an image with such a name"
VISITS = [
    ("collection/collection.py", {}, (hostile.BROKEN, hostile.NAMES[-1])),
    ("collection/gallery.py", {"image": IMAGE}, (
        *hostile.LABELS, hostile.PEOPLE[1], hostile.FOLDERS[0], hostile.FILES[0],
        hostile.CLUSTERS[0], hostile.SELECTION,
    )),
    ("collection/issues.py", {}, ()),
    ("image/image.py", {"image": IMAGE}, (*hostile.LABELS, hostile.FILES[0])),
    ("image/what_if.py", {"image": IMAGE}, (hostile.FILES[0],)),
    ("structure/map.py", {"image": IMAGE, "colour": "cluster"}, hostile.CLUSTERS),
    ("structure/map.py", {"colour": "label"}, hostile.LABELS),
    ("structure/clusters.py", {}, (*hostile.CLUSTERS, *hostile.GROUPS, hostile.CLUSTERING)),
    ("structure/outliers.py", {"view": "double"}, (hostile.FILES[0], *hostile.FOLDERS[:1])),
    ("structure/outliers.py", {"view": "like", "image": IMAGE}, (hostile.FILES[0],)),
    ("labels/label.py", {"who": hostile.PEOPLE[0]}, (*hostile.LABELS, hostile.SAID)),
    ("labels/label.py", {"view": "grid", "queue": "cluster"}, hostile.CLUSTERS),
    ("labels/pairs.py", {"who": hostile.PEOPLE[1]}, hostile.PEOPLE),
    ("labels/agreement.py", {}, (*hostile.LABELS, *hostile.PEOPLE)),
    ("models/model.py", {}, hostile.LABELS),
    ("output/export.py", {}, (*hostile.LABELS, hostile.FILES[0])),
    ("help/glossary.py", {"term": hostile.LABELS[0]}, hostile.LABELS[:1]),
    *((page, {}, ()) for page in PAGES if page not in {
        "collection/collection.py", "structure/clusters.py", "labels/agreement.py",
        "models/model.py", "output/export.py",
    }),
]  # fmt: skip
"""Pages with an address, and the names that must be met there."""


@pytest.fixture(scope="session")
def hostile_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = hostile.filled(tmp_path_factory.mktemp("hostile"))
    workspace.close()
    return workspace.root


@pytest.fixture
def workspace(hostile_root: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("CONTRAST_WORKSPACE", str(hostile_root))
    return Workspace(hostile_root)


def texts(message: Message) -> Iterator[tuple[str, str]]:
    """Every text in a message of Streamlit, with the message and the field it stands in."""
    for field, value in message.ListFields():
        for one in [value] if isinstance(value, str | bytes | Message) else _several(value):
            if isinstance(one, Message):
                yield from texts(one)
            elif isinstance(one, str) and field.name not in UNSEEN:
                yield f"{message.DESCRIPTOR.name}.{field.name}", one


def _several(value: Any) -> list[Any]:
    if hasattr(value, "values"):
        return list(value.values())
    return [] if isinstance(value, int | float) else list(value)


def cells(node: Any) -> Iterator[str]:
    """The words in a table as Streamlit sends it."""
    found = pa.ipc.open_stream(node.proto.arrow_data.data).read_all()
    yield from found.column_names
    for column in found.columns:
        yield from (cell for cell in column.to_pylist() if isinstance(cell, str))


def shown(node: Any) -> Iterator[tuple[str, str]]:
    """Every text on a page, with the kind of thing it stands in."""
    kind = type(node).__name__
    if kind in {"Dataframe", "Table"}:
        yield from ((f"{kind}.cell", text) for text in cells(node))
    elif getattr(node, "proto", None) is not None:
        yield from texts(node.proto)
    for child in getattr(node, "children", {}).values():
        yield from shown(child)


def writer(field: str) -> Callable[[str], str]:
    """How a text is written in this kind of thing."""
    if field == "Html.body":
        return as_written.html
    if field in TYPED:
        return str
    return as_written.plain if field in PLAIN else as_written.markdown


def misread(app: AppTest) -> tuple[list[str], set[str]]:
    """Where a name stands as it should not, and the names that stand anywhere at all."""
    wrong, met = [], set()
    for field, text in shown(app._tree):
        write = writer(field)
        if field == "BidiComponent.json":  # what is in it becomes the text of elements
            met |= {name for name in hostile.NAMES if json.dumps(name)[1:-1] in text}
            continue
        for name in hostile.NAMES:
            written = write(name)
            met |= {name} if written in text else set()
            if name != written and name in text.replace(written, ""):
                wrong.append(f"{field}: {name!r} in {text[:200]!r}")
    return wrong, met


@pytest.mark.parametrize(("page", "address", "names"), VISITS)
def test_a_name_is_nowhere_more_than_text(page, address, names, workspace, visit) -> None:
    image = next(i for i, path in workspace.images.paths.items() if hostile.FILES[0] in path)
    address = {key: image if value == IMAGE else value for key, value in address.items()}
    app = visit(page, **address)
    assert not app.exception, [error.message for error in app.exception]
    wrong, met = misread(app)
    assert not wrong
    assert met >= set(names), "else this page shows too little to prove anything"
