"""folder_labels: the folder that holds an image as its label, as data sets are laid out."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from contrast_engine.errors import CollectionError, OptionError
from contrast_engine.login import login_name
from contrast_engine.steps.labels.import_plan import PlannedLabels
from contrast_engine.steps.labels.planned_rows import Finder, planned_rows
from contrast_engine.store import ImageFile, Workspace, shown
from contrast_engine.store.label_files import LabelRow
from contrast_engine.store.label_files.label_row import BLANK, checked_label
from contrast_engine.store.sources import is_archive, is_table

MOST_CLASSES = 50
"""More folders than this are dates or albums, unless somebody says that they are classes."""

WHY = "from the name of its folder"


def planned_folder_labels(
    workspace: Workspace,
    roots: Sequence[str] = (),
    *,
    who: str = "",
    most_classes: int = MOST_CLASSES,
) -> PlannedLabels:
    """What the folders that hold the images would give as labels; nothing is written.

    An image that lies in no folder below the scanned one has none, and one whose copies lie in
    folders of several names is a problem.

    Args:
        workspace: Whose images.
        roots: The scanned folders to look below; all of them by default.
        who: In whose name; without it the login.
        most_classes: Folders that may be classes at most.

    Raises:
        CollectionError: The folders are no classes: there is one, none, or too many.
    """
    roots = tuple(roots or workspace.roots)
    classes = Counter(row.label for row in _rows(workspace, roots) if row.label)
    if len(classes) < 2:
        one = f"all in one folder ({next(iter(classes))!r})" if classes else "in no folder below it"
        left = [row.problem for row in _rows(workspace, roots) if row.problem]
        but = f" but for {len(left):,} that cannot be labelled ({left[0]})" if left else ""
        raise CollectionError(
            f"the {len(workspace.images):,} images are {one}{but}, so their folders tell nothing "
            "apart; scan the folder that holds one folder for each class"
        )
    if len(classes) > most_classes:
        some = ", ".join(repr(name) for name, _ in classes.most_common(3))
        raise CollectionError(
            f"there are {len(classes):,} folders of images ({some} and so on), and more than "
            f"{most_classes} are rarely classes; say --most-classes {len(classes)} if these are"
        )
    plan = planned_rows(workspace, _rows(workspace, roots), Finder(), who or login_name(), WHY)
    return replace(
        plan,
        file="folders",
        format="class folders",
        read_as=f"{len(classes):,} folders",
        notes=(f"{len(classes):,} classes: {_listed(classes)}", *plan.notes),
    )


def _rows(workspace: Workspace, roots: Sequence[str]) -> Iterator[LabelRow]:
    imports = os.path.join(workspace.root, "imports", "")  # noqa: PTH118 - ends in a slash
    images = workspace.images
    for image in images.ids:
        found = [(file, top) for file in images.of[image] if (top := _top(file, roots)) is not None]
        if not found:
            continue
        names = {
            name: file.path
            for file, top in found
            if (name := _folder(file, top, imports)) is not None
        }
        row = images.path(image)
        if not names:
            yield LabelRow(row, (image,), BLANK)
            continue
        try:
            if len(names) > 1:
                places = " and ".join(sorted(names.values())[:2])
                raise OptionError(f"its copies lie in folders of different names: {places}")
            yield LabelRow(row, (image,), label=checked_label(next(iter(names))))
        except OptionError as error:
            yield LabelRow(row, (image,), problem=str(error))


def _top(file: ImageFile, roots: Sequence[str]) -> str | None:
    """The outermost of some sources that a file is of; None where it is of none."""
    tops = [
        root
        for root in roots
        if root == file.root or file.location.startswith(os.path.join(root, ""))  # noqa: PTH118
    ]
    return min(tops, key=len, default=None)


def _folder(file: ImageFile, top: str, imports: str) -> str | None:
    """The name of the folder that holds a file, None where that is the scanned one itself."""
    folder = os.path.dirname(file.location)  # noqa: PTH120 - bytes that are no UTF-8
    if file.location.startswith(imports):
        top = imports + file.location[len(imports) :].partition(os.sep)[0]
    elif is_table(top) or is_archive(top):
        top = os.path.dirname(top)  # noqa: PTH120 - as above
    if folder == top or file.location == top:
        return None
    return shown(os.path.basename(folder))  # noqa: PTH119 - as above


def _listed(classes: "Counter[str]") -> str:
    some = ", ".join(f"{name} ({n:,})" for name, n in classes.most_common(8))
    more = len(classes) - 8
    return some if more <= 0 else f"{some} and {more:,} more"
