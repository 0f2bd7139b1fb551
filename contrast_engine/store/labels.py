"""Labels of images in an append-only log, so that none is ever lost."""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrast_engine.access import Act, acting, may, need, sees_others
from contrast_engine.errors import NotAllowed, OptionError, UnknownName
from contrast_engine.image_id import ImageId, is_id
from contrast_engine.several import several
from contrast_engine.store import label_imports, label_withdrawals
from contrast_engine.store import label_queries as sql
from contrast_engine.store.database import Database
from contrast_engine.store.label_imports import LabelImport, LoggedAnnotation, NewAnnotation
from contrast_engine.store.label_memory import LabelMemory
from contrast_engine.store.label_schema import MIGRATIONS, SCHEMA
from contrast_engine.store.label_types import OVERLAP, Annotation, Label, LabelSet, label_name
from contrast_engine.store.label_withdrawals import LabelWithdrawal
from contrast_engine.store.tokens import check_token

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store.counted_labels import CountedLabels
    from contrast_engine.store.given_labels import CurrentLabels, OwnLabels, PersonProgress

__all__ = ["Annotation", "Label", "LabelSet", "LabelStore", "Saying", "label_name"]

Saying = Annotation
"""The name of before, for scripts that have it."""

_APART = 2**32
"""Between the versions of two people who do not see each other's labels; more than a log has."""


class LabelStore:
    """The labels of one workspace, in an append-only SQLite log.

    Any number of threads and processes may use it at once. When a method that writes returns,
    the change is on the disk.

    Args:
        path: The file.
        left_out: Gives the images whose labels do not count now, as they are not in the
            collection; the log keeps them.
    """

    def __init__(
        self, path: str | Path, left_out: Callable[[], frozenset[ImageId]] = frozenset
    ) -> None:
        self._left_out = left_out
        self._database = Database(path, SCHEMA, MIGRATIONS)
        self._memory = LabelMemory(self._database)
        self._apart: dict[str, int] = {}

    def add(
        self,
        ids: Iterable[ImageId],
        label: str | None,
        who: str = "me",
        why: str = "",
        token: str | None = None,
    ) -> int:
        """Number of the new annotation, which gives images a label or, by None, takes it away.

        Args:
            ids: The images; they are labelled together and undone together.
            label: One of the label set, or a new one, which joins the set at its end.
            who: The annotator.
            why: A remark, stored with it.
            token: A name for this one annotation; added again under it, nothing changes.

        Raises:
            OptionError: No images, something that is not an id, or a label that cannot be one.
            WorkspaceError: It could not be written.
        """
        name = None if label is None else label_name(label)
        if name is not None and not may(Act.CHANGE) and name not in self.label_set().labels:
            need(Act.LABEL, who)
            raise NotAllowed(
                f"{name!r} is no label of this collection; take one of those there are, or ask an "
                "owner to add it"
            )
        return self._add(ids, who, token, label=name, why=why)

    say = add  # its name before, for scripts that exist

    def unsure(
        self, ids: Iterable[ImageId], who: str = "me", why: str = "", token: str | None = None
    ) -> int:
        """Number of the new annotation, by which the annotator cannot tell what these images are.

        No model learns from it. A label they gave the images before no longer counts.

        Raises:
            OptionError: No images, or something that is not an id.
            WorkspaceError: It could not be written.
        """
        return self._add(ids, who, token, is_unsure=True, why=why)

    def _add(self, ids: Iterable[ImageId], who: str, token: str | None, **columns: Any) -> int:
        images = dict.fromkeys(several(ids, "ids"))
        if not images:
            raise OptionError("a label needs at least one image; none was given")
        for image in images:
            if not is_id(image):
                raise OptionError(f"{image!r} is no image id; an id is 16 hex digits")
        need(Act.LABEL, who)
        check_token(token)
        with self._database.writing() as connection:
            before = sql.of_token(connection, token)
            if before is not None:
                return before
            return sql.append_annotation(connection, images, who, token=token, **columns)

    def undo(self, who: str = "me", token: str | None = None) -> tuple[ImageId, ...] | None:
        """The images of this annotator's last annotation, undone now; None where none is left.

        What others added about them in the meantime, and what held before, counts again. Labels
        that were imported are taken back by `take_back_import`, all at once.
        """
        need(Act.LABEL, who)
        check_token(token)
        with self._database.writing() as connection:
            event = sql.of_token(connection, token)
            if event is None:
                found = connection.execute(
                    "SELECT e.seq FROM events AS e WHERE e.who = ? AND e.kind = 'say' AND "
                    f"{sql.NOT_IMPORTED} AND {sql.NOT_UNDONE} ORDER BY e.seq DESC LIMIT 1",
                    (sql.person(who),),
                ).fetchone()
                if found is None:
                    return None
                event = sql.append(connection, "undo", who, undoes=found[0], token=token)
            (undone,) = connection.execute(
                "SELECT undoes FROM events WHERE seq = ?", (event,)
            ).fetchone()
            return sql.images(connection, undone)

    def redo(self, who: str = "me", token: str | None = None) -> tuple[ImageId, ...] | None:
        """The images of what this annotator undid last, added again; None where there is nothing.

        As in an editor: what was undone comes again in reverse, until something new is added.
        """
        need(Act.LABEL, who)
        check_token(token)
        with self._database.writing() as connection:
            known = sql.of_token(connection, token)
            if known is not None:
                return sql.images(connection, known)
            again = sql.taken_back(connection, sql.person(who))
            if again is None:
                return None
            label, why, is_unsure = connection.execute(
                "SELECT label, why, is_unsure FROM events WHERE seq = ?", (again,)
            ).fetchone()
            images = sql.images(connection, again)
            sql.append_annotation(
                connection, images, who, label=label, why=why, is_unsure=is_unsure, is_redo=True,
                token=token,
            )  # fmt: skip
            return images

    def current(self) -> "CurrentLabels":
        """The label each labelled image has now: the last that was not undone.

        A mapping by image, which holds columns: as quick with a million as with ten, and after
        each further label only that one is worked out.
        """
        return self.counted().current

    def current_of(self, images: Iterable[ImageId]) -> dict[ImageId, Label]:
        """The label that each of a few images has now; the others are not looked at."""
        wanted = tuple(several(images, "images"))
        if self.seen_of() is not None:
            own = self.current()
            return {image: own[image] for image in wanted if image in own}
        with self._database.reading() as connection:
            return {} if connection is None else sql.labels_of(connection, wanted)

    def judged(self, images: Iterable[ImageId]) -> dict[str, dict[ImageId, str]]:
        """The last label of every annotator for a few images, as `by_person` gives them for all."""
        wanted = tuple(several(images, "images"))
        with self._database.reading() as connection:
            found = {} if connection is None else sql.judged(connection, wanted)
        seen = self.seen_of()
        return {who: said for who, said in found.items() if seen in (None, who)}

    def labelled_last(self, who: str, most: int) -> tuple[ImageId, ...]:
        """Some of the images that an annotator labelled last; their labels may be undone."""
        if self.seen_of() not in (None, who):
            return ()
        with self._database.reading() as connection:
            return () if connection is None else sql.labelled_last(connection, who, most)

    def history(self) -> tuple[Annotation, ...]:
        """Every annotation, oldest first, with those that were undone."""
        with self._database.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                f"SELECT e.seq, e.label, e.who, e.at, e.why, NOT {sql.NOT_UNDONE}, "
                f"e.is_unsure, s.image "
                "FROM events AS e JOIN said AS s ON s.seq = e.seq ORDER BY e.seq, s.image"
            ).fetchall()
        seen = self.seen_of()
        rows = [row for row in rows if seen in (None, row[2])]
        return tuple(
            Annotation(
                seq, tuple(row[-1] for row in group), label, who, at, why, bool(is_undone),
                bool(is_unsure),
            )
            for (seq, label, who, at, why, is_undone, is_unsure), group in itertools.groupby(
                rows, key=lambda row: row[:7]
            )
        )  # fmt: skip

    def annotations(self) -> tuple[LoggedAnnotation, ...]:
        """All that anybody said of an image, oldest first, with what was undone."""
        return tuple(self.each_annotation())

    def each_annotation(self) -> Iterator[LoggedAnnotation]:
        """The same, one after the other as they are read: none is kept."""
        seen = self.seen_of()
        with self._database.reading() as connection:
            for one in () if connection is None else label_imports.annotations(connection):
                if seen in (None, one.who):
                    yield one

    def how_many(self) -> int:
        """How many annotations `each_annotation` gives."""
        with self._database.reading() as connection:
            return 0 if connection is None else label_imports.how_many(connection)

    def take(
        self, new: Iterable[NewAnnotation], who: str, body: "Json", *, since: int | None = None
    ) -> int:
        """Number of the import, once labels from elsewhere are in the log: all of them or none.

        Args:
            new: What was said, in order.
            who: Who imports it.
            body: The `file`, its `format`, its `digest`, and how many `annotations` and `images`.
            since: The version of the log that `new` was held against.

        Raises:
            WorkspaceError: It could not be written, or the same came in since; nothing has changed.
        """
        need(Act.ADD, who)
        from contrast_engine.store.label_taking import take
        from contrast_engine.store.new_annotations import NewAnnotations

        columns = new if isinstance(new, NewAnnotations) else NewAnnotations.of(new)
        with self._database.writing() as connection:
            if since is not None:
                label_imports.check_not_taken(connection, body, since)
            return take(connection, columns, who, body)

    def imports(self) -> tuple[LabelImport, ...]:
        """Every import of labels, oldest first, with those that were taken back."""
        with self._database.reading() as connection:
            return () if connection is None else tuple(label_imports.imports(connection))

    def take_back_import(self, seq: int, who: str = "me") -> int:
        """How many annotations of an import counted, and count no more now.

        Raises:
            UnknownName: There is no such import, or it was taken back already.
            WorkspaceError: It could not be written.
        """
        need(Act.ADD, who)
        with self._database.writing() as connection:
            known = {one.seq for one in label_imports.imports(connection) if not one.is_undone}
            if seq not in known:
                raise UnknownName(f"no import {seq} counts; there are: {sorted(known) or 'none'}")
            return label_imports.take_back(connection, seq, who)

    def withdraw(self, person: str, who: str = "me") -> LabelWithdrawal | None:
        """The withdrawal of all that a person ever said and that counts; None where nothing does.

        Raises:
            NotAllowed: Who this acts for is no owner.
            WorkspaceError: It could not be written; nothing has changed.
        """
        need(Act.TAKE_OUT)
        with self._database.writing() as connection:
            return label_withdrawals.withdraw(connection, person, who)

    def give_back(self, seq: int, who: str = "me") -> int:
        """How many annotations of a withdrawal count again, as they did before it.

        Raises:
            NotAllowed: Who this acts for is no owner.
            UnknownName: There is no such withdrawal, or it was taken back already.
            WorkspaceError: It could not be written; nothing has changed.
        """
        need(Act.TAKE_OUT)
        with self._database.writing() as connection:
            known = [o.seq for o in label_withdrawals.withdrawals(connection) if not o.is_undone]
            if seq not in known:
                raise UnknownName(f"no withdrawal {seq} counts; there are: {known or 'none'}")
            return label_withdrawals.give_back(connection, seq, who)

    def withdrawals(self) -> tuple[LabelWithdrawal, ...]:
        """Every withdrawal of a person's labels, oldest first, with those taken back."""
        with self._database.reading() as connection:
            return () if connection is None else tuple(label_withdrawals.withdrawals(connection))

    def counted_of(self, person: str) -> tuple[int, int, int]:
        """How many annotations of one person count, of how many images; how many were imported."""
        with self._database.reading() as connection:
            return (
                (0, 0, 0) if connection is None else label_withdrawals.counted(connection, person)
            )

    def counted(self) -> "CountedLabels":
        """All that counts at this moment; the same object until something is added or undone."""
        found, seen = self._memory.counted(self._left_out()), self.seen_of()
        return found if seen is None else found.only_of(seen)

    def seen_of(self) -> str | None:
        """Whose labels alone are read now; None for everybody's.

        Where all are to label blind, who is no owner reads their own, whatever they ask.
        """
        person = None if sees_others() else acting()
        return person.name if person is not None and self.label_set().is_blind else None

    def by_person(self) -> "Mapping[str, OwnLabels]":
        """The last label of every annotator for every image; None where they are unsure.

        What was undone, or taken away, is not there, nor are labels that come from the name of a
        cluster: no annotator judged those images.
        """
        return self.counted().people

    def progress_by_person(self, since: str = "") -> "dict[str, PersonProgress]":
        """How much every annotator has done in all, and since a time.

        Args:
            since: The time, as in the log (ISO 8601); everything without it.

        Raises:
            OptionError: It is no time.
        """
        return self._memory.progress(self._left_out(), since)

    def everyone(self) -> frozenset[str]:
        """Everyone who ever labelled, named or defined something, also where it was undone."""
        with self._database.reading() as connection:
            rows = (
                () if connection is None
                else connection.execute("SELECT DISTINCT who FROM events")
            )  # fmt: skip
            return frozenset(who for (who,) in rows)

    @property
    def file(self) -> object:
        """Which file the log is: another one than before once somebody has replaced it."""
        return self._database.mark

    def version(self) -> int:
        """The number of the last event: it grows with every annotation and every undo.

        What is kept by it is one person's where they see nobody's labels but their own.
        """
        with self._database.reading() as connection:
            found = 0 if connection is None else sql.version(connection)
        seen = self.seen_of() if found else None
        if seen is not None:
            found += _APART * (1 + self._apart.setdefault(seen, len(self._apart)))
        return found

    def define(
        self,
        labels: Iterable[str],
        is_ordered: bool = False,
        who: str = "me",
        overlap: float = OVERLAP,
        is_blind: bool = False,
    ) -> int:
        """Number of the event that sets the labels to choose from; labels in use stay available.

        Args:
            labels: Their names.
            is_ordered: They go from low to high.
            who: The annotator.
            overlap: Share, 0..1, of randomly drawn images that every annotator is shown.
            is_blind: Nobody but owners sees what others said, or what a model learnt from it.

        Raises:
            OptionError: A name stands twice or cannot be a label, or the share is none.
        """
        if not 0 <= overlap <= 1:
            raise OptionError(f"the overlap is a share from 0 to 1, got {overlap:g}")
        names = [label_name(label) for label in several(labels, "labels")]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise OptionError(f"label {twice[0]!r} stands twice in the set; name each once")
        body = json.dumps(
            {"labels": names, "is_ordered": bool(is_ordered), "overlap": float(overlap)}
            | ({"is_blind": True} if is_blind else {})
        )
        need(Act.CHANGE, who)
        with self._database.writing() as connection:
            return sql.append(connection, "define", who, body=body)

    def label_set(self) -> LabelSet:
        """The labels to choose from: the set defined last, then labels used beyond it."""
        return self._memory.counted(self._left_out()).label_set

    def name_cluster(self, clustering: str, cluster: int, name: str, who: str = "me") -> int:
        """Number of the event that gives a cluster of a clustering a name; "" takes it away."""
        clean = label_name(name) if name.strip() else ""
        need(Act.CHANGE, who)
        with self._database.writing() as connection:
            return sql.append(
                connection, "name", who, clustering=clustering, cluster=int(cluster), name=clean
            )

    def undo_name(self, clustering: str, who: str = "me") -> int | None:
        """The cluster this annotator named last, with the name back that it had before.

        None where they have named none of this clustering. Undone again and again, it goes back
        name by name.
        """
        need(Act.CHANGE, who)
        with self._database.writing() as connection:
            former = sql.former_name(connection, clustering, sql.person(who))
            if former is None:
                return None
            sql.append(
                connection, "name", who, clustering=clustering, cluster=former.cluster,
                name=former.name, undoes_name=former.undoes,
            )  # fmt: skip
        return former.cluster

    def cluster_names(self, clustering: str) -> dict[int, str]:
        """The names of the clusters of one clustering that have one."""
        with self._database.reading() as connection:
            if connection is None:
                return {}
            names = sql.cluster_names(connection, clustering)
        return {cluster: name for cluster, name in names.items() if name}

    def cluster_namers(self, clustering: str) -> dict[int, str]:
        """Who gave each cluster of one clustering the name it has."""
        with self._database.reading() as connection:
            return {} if connection is None else sql.cluster_namers(connection, clustering)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()
