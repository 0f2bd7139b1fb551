"""What an annotator says of images, and takes back: one event for each, on the disk at once."""

from collections.abc import Iterable
from typing import Any

from contrast_engine.access import Act, may, need
from contrast_engine.errors import NotAllowed, OptionError
from contrast_engine.image_id import ImageId, is_id
from contrast_engine.several import several
from contrast_engine.store import label_queries as sql
from contrast_engine.store.collection_only import refuse_strangers
from contrast_engine.store.label_readings import LabelReadings
from contrast_engine.store.label_types import label_name
from contrast_engine.store.tokens import check_token


class LabelSayings(LabelReadings):
    """Labels given, answers of "unsure", undo and redo."""

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
            UnknownName: An image that is not in the collection, nor was ever labelled here.
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
            UnknownName: An image that is not in the collection, nor was ever labelled here.
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
        unknown = self._strangers(images)
        with self._database.writing() as connection:
            before = sql.of_token(connection, token)
            if before is not None:
                return before
            # what was labelled here before may be gone from the disk, and its label be taken away
            refuse_strangers([i for i in unknown if not sql.is_said(connection, i)], "labelled")
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
