"""Labels that come and go as a whole: imports from elsewhere, withdrawals of a person's labels."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from contrast_engine.access import Act, need
from contrast_engine.errors import UnknownName
from contrast_engine.store import label_imports, label_withdrawals
from contrast_engine.store.label_imports import LabelImport, NewAnnotation
from contrast_engine.store.label_readings import LabelReadings
from contrast_engine.store.label_withdrawals import LabelWithdrawal

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


class LabelsAsAWhole(LabelReadings):
    """Imports and withdrawals: all of one counts, or none of it."""

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
