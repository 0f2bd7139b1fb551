"""Label Studio: tasks with predictions, and the labelling configuration."""

import json
import os
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from contrast_engine.arrays import Json
from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages, Row

SERVED = "/data/local-files/?d="
"""Where Label Studio serves the files below its document root."""

LABELS = ("low", "medium", "high")
"""Choices where no label is there yet; a configuration without any is none."""


@formats.add("label-studio")
class LabelStudio(Format):
    """A folder for Label Studio: `tasks.json` with predictions, and `labeling-config.xml`.

    A task names the file, relative to the folder that Label Studio serves, and the `contrast_id`
    of the image. Predictions have the key of the model as `model_version` and the probability as
    `score`, also where the model abstains. Labels that annotators gave stand in the data of a task.
    """

    title: ClassVar[str] = "Label Studio"

    def write(self, known: KnownImages, to: Destination) -> None:
        """Write the tasks one after another, then the configuration."""
        root = known.relative_to or _common(known)
        model = known.workspace.current("predictions") or ""
        tasks = (_task(known, row, root, model) for row in known.counted(known.rows))
        to.add("tasks.json", _list(tasks))
        to.add("labeling-config.xml", [configuration(known.classes or LABELS).encode()])
        known.columns = ("image", "contrast_id", "label", "cluster")
        known.notes.append(
            f"Label Studio has to serve {root}: LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true "
            f"LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT={shlex.quote(str(root))}"
        )
        if not known.classes:
            known.notes.append(f"no labels are named yet: the choices are {', '.join(LABELS)}")


def configuration(labels: tuple[str, ...]) -> str:
    """The labelling configuration that offers these labels."""
    choices = "\n".join(f"    <Choice value={_attribute(label)}/>" for label in labels)
    return (
        '<View>\n  <Image name="image" value="$image"/>\n'
        '  <Choices name="contrast" toName="image" choice="single" showInLine="true">\n'
        f"{choices}\n  </Choices>\n</View>\n"
    )


def _attribute(label: str) -> str:
    """The label between quotes, line breaks kept."""
    return quoteattr(label, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _task(known: KnownImages, row: Row, root: Path, model: str) -> Json | None:
    full = known.workspace.images.paths[known.id_of(row)]
    path = os.path.relpath(full, root).replace(os.sep, "/")
    if path.startswith("../"):
        known.leave_out(f"{full}: it does not lie in {root}, which Label Studio serves")
        return None
    data: Json = {"image": f"{SERVED}{quote(path)}", "contrast_id": row["id"]}
    data |= {name: row[name] for name in ("label", "cluster") if row[name] is not None}
    label, score = row["predicted_label"], row["probability"]
    predictions = [] if label is None else [
        {"model_version": model, "score": score, "result": [
            {"id": f"{row['id']}", "from_name": "contrast", "to_name": "image", "type": "choices",
             "value": {"choices": [label]}}
        ]}
    ]  # fmt: skip
    return {"data": data, "predictions": predictions}


def _common(known: KnownImages) -> Path:
    folders = [Path(known.workspace.images.paths[image]).parent for image in known.ids]
    try:
        return Path(os.path.commonpath(folders)) if folders else known.workspace.root
    except ValueError:  # several drives
        return folders[0]


def _list(tasks: Iterable[Json | None]) -> Iterator[bytes]:
    """A JSON list, an item a line."""
    before = "[\n"
    for task in tasks:
        if task is not None:
            yield f"{before}{json.dumps(task, ensure_ascii=False)}".encode()
            before = ",\n"
    yield b"\n]\n" if before != "[\n" else b"[]\n"
