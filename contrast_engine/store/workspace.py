"""The folder of one project: its images, features, labels, results and models."""

import contextlib
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from contrast_engine.access import Act, may, need
from contrast_engine.arrays import Json
from contrast_engine.errors import NotAllowed, UnknownName, WorkspaceError
from contrast_engine.imageset import ImageSet
from contrast_engine.login import login_name
from contrast_engine.several import several
from contrast_engine.store import confirmed_roots, in_use, trusted_roots
from contrast_engine.store.annotators import Annotators
from contrast_engine.store.artifacts import KINDS, Artifact, ArtifactStore, Manifest, Result
from contrast_engine.store.atomic_files import (
    locked,
    read_json,
    stamp,
    write_bytes,
    write_json,
)
from contrast_engine.store.collection import PLAIN, Collection, ImageFile, shown
from contrast_engine.store.comparisons import ComparisonStore
from contrast_engine.store.decisions import finish_decision
from contrast_engine.store.event_log import EventLog
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.in_use import Decision
from contrast_engine.store.labels import LabelStore
from contrast_engine.store.models import ModelStore
from contrast_engine.store.own_folder import check_own, links_out
from contrast_engine.store.places import inward, outward
from contrast_engine.store.removals import Removals
from contrast_engine.store.selections import SelectionStore
from contrast_engine.store.source_files import verified
from contrast_engine.store.stored_files import StoredFiles
from contrast_engine.store.team import Team
from contrast_engine.store.thumbnails import Thumbnails
from contrast_engine.store.tidying import tidy_quickly
from contrast_engine.store.workspace_marker import (
    MARK,
    READING,
    SINCE,
    is_workspace,
    make_mark,
    read_mark,
)
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from contrast_engine.images.reading_options import ReadingOptions

__all__ = ["Workspace", "is_workspace"]

LEARNT = ("predictions",)
"""Kinds of results that tell what others said."""

BLIND = (
    "everybody labels blind in this collection, so what a model learnt from the labels of others "
    "is shown to owners only; ask one"
)


class Workspace:
    """Everything known about one collection of images, in one folder on this disk.

    Opening makes the folder where there is none yet. Many threads and processes may use one
    workspace at once.

    Args:
        root: The folder.

    Raises:
        WorkspaceError: The folder holds something else, is of a newer format, or cannot be
            written.
    """

    def __init__(self, root: str | Path) -> None:
        self.root: Path = Path(root).expanduser().absolute()
        check_own(self.root, confirmed_roots.confirmed(links_of(self.root)))
        make_mark(self.root)
        own, where = weakref.ref(self), self.root  # in a circle, databases would stay open

        def here() -> Workspace:
            return own() or Workspace(where)

        self.removals: Removals = Removals(self.root, lambda: here().lock("removals"))
        self.labels: LabelStore = LabelStore(self.root / "labels.sqlite", lambda: here().removed)
        self.comparisons: ComparisonStore = ComparisonStore(self.root / "comparisons.sqlite")
        self.edits: EventLog = EventLog(self.root / "edits.sqlite")
        self.annotators: Annotators = Annotators(self.root / "annotators.json")
        self.team: Team = Team(self.root / "team.sqlite")
        self.selections: SelectionStore = SelectionStore(self.root / "selections.sqlite")
        self.thumbs: Thumbnails = Thumbnails(self.root / "thumbs.sqlite")
        self.models: ModelStore = ModelStore(self.root / "models")
        self._artifacts = ArtifactStore(self.root)
        self._pointers = self.root
        self._files = StoredFiles(self.root)
        self._trusted = trusted_roots.TrustedRoots(self.root)
        self._unmeasurable = self.root / "unmeasurable.json"
        self._read: tuple[object, Collection, ImageSet] | None = None
        self._reading = threading.Lock()
        finish_decision(self.root, self.edits)

    @classmethod
    def open(cls, root: str | Path) -> Self:
        """The workspace in a folder where there already is one.

        Raises:
            WorkspaceError: There is none.
        """
        if not is_workspace(Path(root).expanduser()):
            raise WorkspaceError(
                f"there is no workspace at {shown(root)}; "
                f"make one with `contrast scan {shown(root)} PHOTOS`"
            )
        return cls(root)

    def __repr__(self) -> str:
        return f"Workspace({os.fspath(self.root)!r})"

    @property
    def id(self) -> str:
        """Eight hex digits that name this workspace in addresses."""
        return str(read_mark(self.root)["id"])

    @property
    def name(self) -> str:
        """The folder's name without its ending."""
        return shown(self.root.name.removesuffix(".contrast"))

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders, archives, tables and files that were scanned and not removed since."""
        gone = self.removals.roots
        return tuple(root for root in self.every_root if root not in gone)

    @property
    def every_root(self) -> tuple[str, ...]:
        """All that was ever scanned, what was removed since included."""
        return tuple(outward(root, self.root) for root in read_mark(self.root).get("roots", ()))

    @property
    def trusted_roots(self) -> tuple[str, ...]:
        """The roots that may be opened: inside the folder, or confirmed by who works here.

        What was scanned here is confirmed, and so is what lies just as the table of files says.
        """
        return self._trusted.among(self.id, self.roots, self._files.version, self.every_file)

    def opens(self, file: ImageFile) -> bool:
        """Whether the place of a file may be looked at: in the folder, or in a trusted root."""
        return self._trusted.may_open(file, self.trusted_roots)

    @property
    def doubtful_roots(self) -> tuple[str, ...]:
        """The roots that are not opened: the collection names them, and nobody here did."""
        trusted = set(self.trusted_roots)
        return tuple(root for root in self.roots if root not in trusted)

    def trust_roots(self, roots: Iterable[str] | None = None) -> tuple[str, ...]:
        """Confirm, for this person on this computer, where the photographs of the collection lie.

        Args:
            roots: Some of its roots; all by default.

        Raises:
            WorkspaceError: CONTRAST_ROOTS does not allow one.
            NotAllowed: Who this acts for may not.
        """
        need(Act.OPEN)
        chosen = self.roots if roots is None else several(roots, "roots")
        confirmed_roots.check_allowed(chosen)
        confirmed_roots.confirm(self.id, chosen)
        return tuple(chosen)

    @property
    def is_read_only(self) -> bool:
        """True where this process may look, and save nothing: not in the folder, or not in a log.

        Or where it acts for somebody who changes nothing but their own labels. Whether there is
        room is not known before something is written.
        """
        if not may(Act.CHANGE):
            return True
        return not all(_may_write(path) for path in (self.root, *self.root.glob("*.sqlite")))

    @property
    def reading_options(self) -> "ReadingOptions":
        """How files that leave something open are read here; as usual unless it was chosen."""
        from contrast_engine.images.reading_options import ReadingOptions

        return ReadingOptions.of(read_mark(self.root).get(READING, {}))

    def choose_reading_options(self, options: "ReadingOptions") -> None:
        """Remember how files are read; a scan then reads again what that concerns."""
        with self.lock("workspace"):
            facts = read_mark(self.root)
            chosen = options.as_json()
            if chosen != facts.get(READING, {}):
                facts.pop(READING, None)
                write_json(self.root / MARK, {**facts, **({READING: chosen} if chosen else {})})

    def add_roots(self, roots: Iterable[str]) -> None:
        """Remember what was scanned, so that it can be scanned again."""
        roots = several(roots, "roots")
        confirmed_roots.check_allowed(r for r in roots if inward(r, self.root) == r)
        with self.lock("workspace"):
            facts = read_mark(self.root)
            inside = (inward(root, self.root) for root in roots)
            known = dict.fromkeys([*facts.get("roots", ()), *inside])
            if list(known) != facts.get("roots"):
                now = datetime.now(UTC).isoformat(timespec="seconds")
                new = {root: now for root in known if root not in facts.get("roots", ())}
                since = {**facts.get(SINCE, {}), **new}
                write_json(self.root / MARK, {**facts, "roots": list(known), SINCE: since})
        confirmed_roots.confirm(self.id, (r for r in roots if inward(r, self.root) == r))

    def forget_roots(self, roots: Iterable[str]) -> None:
        """Forget what was to be scanned, as nothing was found there."""
        gone = {inward(root, self.root) for root in several(roots, "roots")}
        with self.lock("workspace"):
            facts = read_mark(self.root)
            if gone & set(facts.get("roots", ())):
                left = [root for root in facts["roots"] if root not in gone]
                since = {root: at for root, at in facts.get(SINCE, {}).items() if root not in gone}
                write_json(self.root / MARK, {**facts, "roots": left, SINCE: since})

    @property
    def since(self) -> dict[str, str]:
        """When each source was added, in UTC; those of long ago are not there."""
        dates = read_mark(self.root).get(SINCE, {})
        return {outward(root, self.root): str(date) for root, date in dates.items()}

    @property
    def images(self) -> Collection:
        """The images as the last scan left them, without those that were removed.

        Raises:
            WorkspaceError: The table is damaged, or the folder of the collection is gone.
        """
        return self._now()[0]

    @property
    def removed(self) -> frozenset[ImageId]:
        """The images that were taken out of the collection, by name or with their source."""
        return frozenset(self.removed_images)

    @property
    def removed_images(self) -> ImageSet:
        """The images that were taken out of the collection, as one set."""
        return ImageSet.of(()) if self.removals.version is None else self._now()[1]

    def every_file(self) -> FileColumns:
        """The files as the last scan left them, also those of what was removed.

        Raises:
            WorkspaceError: The table is damaged, or the folder of the collection is gone.
        """
        return self._files.read()

    @property
    def are_read_otherwise(self) -> bool:
        """True if images may be read otherwise than the first version would; no row is read."""
        return bool(self._files.readers - set(PLAIN))

    @property
    def images_version(self) -> str:
        """What changes whenever `images` may: with a scan, a removal, or what measuring refuses."""
        return f"{self._files.version} {stamp(self._unmeasurable)} {self.removals.version}"

    def save_files(self, files: Iterable[ImageFile]) -> None:
        """Replace the table of files, as a scan does."""
        self._files.replace(files)

    def add_files(self, files: Iterable[ImageFile], gone: Iterable[str] = ()) -> None:
        """Put some files in the place of those at the same location; it costs what they are.

        Args:
            files: What was found out.
            gone: Locations of files that are no longer in the collection.
        """
        self._files.add(files, several(gone, "gone"))

    def join_files(self) -> None:
        """Have the whole table of files in `images.parquet`, for those who copy that one file."""
        self._files.join()

    @property
    def files_are_in_parts(self) -> bool:
        """True if `images.parquet` is not the whole table of files: something was added since."""
        return self._files.is_in_parts

    def refuse(self, step: str, problems: Mapping[ImageId, str]) -> None:
        """Remember images that decode but cannot be measured, and why.

        Args:
            step: Name and version of what refused them; another version starts afresh.
            problems: The reason, by image.
        """
        with self.lock("unmeasurable"):
            known = read_json(self._unmeasurable) or {}
            before = known.get("problems", {}) if known.get("step") == step else {}
            after = {**before, **{str(image): why for image, why in problems.items()}}
            if (step, after) != (known.get("step"), known.get("problems")):
                write_json(self._unmeasurable, {"step": step, "problems": after})

    def forgive(self, images: Iterable[ImageId]) -> None:
        """Forget why images could not be measured, so that measuring tries them again."""
        again = {str(image) for image in several(images, "images")}
        with self.lock("unmeasurable"):
            known = read_json(self._unmeasurable) or {}
            before = known.get("problems", {})
            if again & set(before):
                after = {image: why for image, why in before.items() if image not in again}
                write_json(self._unmeasurable, {**known, "problems": after})

    def original(self, image: ImageId) -> Path:
        """The file of an image, made sure to be that image and to lie where it was scanned.

        Raises:
            UnknownName: The image is not in this workspace.
            WorkspaceError: Its file is gone, was changed, or a link now leads elsewhere.
        """
        return self._verified(image)[0]

    def original_bytes(self, image: ImageId) -> bytes:
        """The content of an image's file, made sure to be that image.

        Raises:
            UnknownName: The image is not in this workspace.
            WorkspaceError: Its file is gone, was changed, or a link now leads elsewhere.
        """
        return self._verified(image)[1]

    def save(self, artifact: Artifact, result: Result, details: Json | None = None) -> str:
        """Key of the stored result: that of its question."""
        read_mark(self.root)  # a folder that was moved away is not begun anew
        return self._artifacts.save(artifact, result, details)

    def save_grown(
        self, artifact: Artifact, base: str, more: Result, details: Json | None = None
    ) -> str:
        """Key of a result that is another one, `base`, with further rows; it costs what they do.

        Args:
            artifact: The question it answers.
            base: Key of the other result, of the same type and with the same columns.
            more: The further rows. In features, embeddings and attributes all rows go by their
                ids, in other kinds these stand behind.
            details: What else is known about it.

        Raises:
            UnknownName: There is no whole result `base`.
            ValueError: The rows are of another kind, or an image has one already.
            WorkspaceError: It could not be written.
        """
        read_mark(self.root)  # a folder that was moved away is not begun anew
        return self._artifacts.save_grown(artifact, base, more, details)

    def key_of(self, artifact: Artifact) -> str | None:
        """The key of the answer to a question, maybe by an earlier version; None without one."""
        return self._artifacts.key_of(artifact)

    def has(self, artifact: Artifact) -> bool:
        """True if this question has been answered and the answer is whole."""
        return self._artifacts.has(artifact)

    def load(self, key: str) -> Any:
        """A stored result: `Vectors`, `Clustering`, `Predictions` or `Report`.

        Raises:
            UnknownName: There is no whole result of that key.
        NotAllowed: It says what a model learnt from the labels of others, and is asked for by
            somebody who is to label blind.
        """
        if self.labels.seen_of() is not None and self.manifest(key).kind in LEARNT:
            raise NotAllowed(BLIND)
        return self._artifacts.load(key)

    def manifest(self, key: str) -> Manifest:
        """The question, size and details of a stored result.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        return self._artifacts.manifest(key)

    def artifacts(self, kind: str) -> list[Manifest]:
        """The stored results of one kind, newest first."""
        if kind in LEARNT and self.labels.seen_of() is not None:
            return []
        return self._artifacts.all(_kind(kind))

    def current(self, kind: str) -> str | None:
        """The key of the result of this kind that is in use, if it is whole.

        None of what a model learnt from the labels of others, for who is to label blind.
        """
        if kind in LEARNT and self.labels.seen_of() is not None:
            return None
        pointer = self._pointers / _kind(kind) / "current"
        try:
            key = pointer.read_text().strip()
            return self._artifacts.manifest(key).key
        except (OSError, UnicodeDecodeError, UnknownName):
            return None

    def make_current(self, kind: str, key: str) -> None:
        """Put a result into use that nobody chooses, such as the features measured last.

        What somebody chooses goes through `use`, which writes down who did.

        Raises:
            UnknownName: There is no whole result of that kind and key.
        """
        self._check(kind, key)
        if self.current(kind) != key:
            self._point(kind, key)

    def use(self, kind: str, key: str, who: str = "", why: str = "") -> None:
        """Put a result into use, and write down who decided that; exports and pages follow it.

        Args:
            kind: The kind of result.
            key: The result; where it is in use already nothing is written.
            who: Who decides; without it the name that is logged in.
            why: A remark.

        Raises:
            UnknownName: There is no whole result of that kind and key.
            WorkspaceError: It could not be written; what was in use stays.
        """
        self._check(kind, key)
        who = who or login_name()
        in_use.decide(self.edits, kind, key, who, why, *self._pointer(kind))

    def undo_use(self, kind: str, who: str = "") -> Decision | None:
        """The last decision of this kind, taken back now; None where none is left.

        The first result of a kind stays in use, and a retrained model is rolled back as a whole.

        Raises:
            UnknownName: What was in use before is no longer there.
            WorkspaceError: It could not be written; what was in use stays.
        """
        last = self.decision(kind)
        if last is not None and last.before is not None:
            self._check(kind, last.before)
        who = who or login_name()
        return in_use.undo(self.edits, kind, who, *self._pointer(kind), self._is_of)

    def decision(self, kind: str) -> Decision | None:
        """By which decision the result of this kind is in use; None where none was recorded."""
        events = self.edits.events(in_use.TOPIC)
        return in_use.in_force(events, _kind(kind), self.current(kind), self._is_of)

    def decisions(self, kind: str = "") -> tuple[Decision, ...]:
        """Every decision about a kind, or about all, oldest first, with those taken back."""
        return in_use.decisions(self.edits.events(in_use.TOPIC), kind)

    @contextlib.contextmanager
    def lock(self, name: str, timeout: float = 10.0) -> Iterator[None]:
        """Keep other processes and threads from doing the same thing at once.

        Raises:
            WorkspaceError: Someone else has been doing it for longer than `timeout` seconds, or
                the folder is gone.
        """
        read_mark(self.root)  # a folder that was moved away is not begun anew
        doing = {"scan": "scanning", "measure": "measuring"}.get(name, "working in")
        busy = f"another process is {doing} {shown(self.root)}; wait until it is done or cancel it"
        with locked(self.root / "locks" / f"{name}.lock", busy, timeout):
            tidy_quickly(self.root)
            yield

    def close(self) -> None:
        """Close the databases; using the workspace again opens them again."""
        self.labels.close()
        self.comparisons.close()
        self.team.close()
        self.edits.close()
        self.selections.close()
        self.thumbs.close()

    def _check(self, kind: str, key: str) -> None:
        if self._artifacts.manifest(key).kind != _kind(kind):
            raise UnknownName(f"result {key} is not one of the {kind}")

    def _pointer(self, kind: str) -> tuple[Callable[[], str | None], Callable[[str], None]]:
        """What reads and what writes which result of a kind is in use."""
        return partial(self.current, kind), partial(self._point, kind)

    def _point(self, kind: str, key: str) -> None:
        write_bytes(self._pointers / kind / "current", f"{key}\n".encode())

    def _is_of(self, key: str, other: str) -> bool:
        """True if a result is another one, or was edited from it."""
        return key == other or other in self._artifacts.manifest(key).inputs[1:]

    def _verified(self, image: ImageId) -> tuple[Path, bytes]:
        collection = self.images
        row = collection.facts(image)
        trusted = self.trusted_roots
        folders = [Path(root) for root in trusted] + [self.root.resolve() / "imports"]
        refusals, closed = [], []
        for file in collection.of[image]:
            if not self._trusted.may_open(file, trusted):
                closed.append(file.root)
                continue
            try:
                return verified(file, folders)
            except WorkspaceError as error:
                refusals.append(str(error))
        if not refusals:
            raise trusted_roots.refusal(closed, self.root)
        raise WorkspaceError(f"{row.path} cannot be opened: {refusals[0]}; scan the folder again")

    def _now(self) -> tuple[Collection, ImageSet]:
        with self._reading:
            mark = (self._files.version, stamp(self._unmeasurable), self.removals.version)
            if self._read is None or self._read[0] != mark:
                files, out = self.every_file(), ImageSet.of(())
                if mark[2] is not None:
                    is_kept = self.removals.kept(files, self.roots)
                    gone = ImageSet(files.ids[files.has_id & ~is_kept])
                    files = files.chosen(is_kept)
                    out = self.removals.images | (gone - ImageSet(files.ids))
                self._read = (mark, Collection(files, self._refused()), out)
            return self._read[1:]

    def _refused(self) -> dict[ImageId, str]:
        known = (read_json(self._unmeasurable) or {}).get("problems", {})
        if not isinstance(known, dict):
            return {}
        return {ImageId(image): str(why) for image, why in known.items()}


def trust_links(root: str | Path) -> list[str]:
    """Confirm where links in a workspace lead, for this person on this computer.

    Args:
        root: The folder of the workspace.

    Returns:
        Where they lead.
    """
    need(Act.OPEN)
    home = Path(root).expanduser().absolute()
    found = links_out(home)
    confirmed_roots.confirm(links_of(home), found)
    return found


def links_of(root: Path) -> str:
    """Under which name it is remembered where links in a folder may lead."""
    return f"links of {root}"


def _may_write(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK, effective_ids=effective)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownName(f"no kind of result {kind!r}; there are: {', '.join(KINDS)}")
    return kind
