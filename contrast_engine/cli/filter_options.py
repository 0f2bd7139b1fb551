"""Filters on the command line: the conditions of the app's bar, as text."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.wrong_usage import options_from_command_line
from contrast_engine.errors import UnknownName

if TYPE_CHECKING:
    from contrast_engine.store import Workspace
    from contrast_engine.views.collection.filter_bar import FilterBar


def add_filter(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add `--filter`."""
    parser.add_argument(
        "--filter", dest="filters", action="append", default=[], metavar="WHAT=VALUE",
        required=required,
        help="only images with it: label=low, label=low,high, label=(none), cluster=2, "
        "name=sunset, folder, predicted, confidence, issue, annotator, note; a feature or an "
        "attribute by a range: c_rms=0.1~0.4, c_rms=0.1~; several times: all of them are needed",
    )  # fmt: skip


def filtered(workspace: "Workspace", texts: list[str]) -> "FilterBar":
    """Who passes the filters that the command line names.

    Raises:
        WrongUsage: A filter cannot be meant.
        UnknownName: It names what is not in this collection.
    """
    from contrast_engine.vectors import present_name
    from contrast_engine.views.collection.filter_bar import filter_bar
    from contrast_engine.views.collection.filter_sources import offered
    from contrast_engine.views.collection.filter_tables import filter_tables
    from contrast_engine.views.collection.filters import FEATURE, KINDS, Filter, read_words

    known = [key.removeprefix(FEATURE) for key in ("name", *offered(workspace))]
    for text in texts:
        key = text.partition("=")[0].strip().removeprefix(FEATURE)
        if key and "=" in text and present_name(key) not in {*known, *KINDS}:
            raise UnknownName(
                f"there is no feature or attribute {key!r} here; there are: {', '.join(known)}"
            )
    with options_from_command_line():
        asked: Filter = read_words(texts)
    bar = filter_bar(workspace, asked)
    if bar.problems:
        tables = filter_tables(workspace)
        missing = next(one for one in asked.conditions if tables.passing(Filter((one,))).problems)
        there = [
            choice.text if choice.text.startswith("(") else choice.title  # "(none)", as it is typed
            for choice in tables.choices(Filter(), missing.key)
        ]
        raise UnknownName(f"{'; '.join(bar.problems)}; there are: {', '.join(there or known)}")
    return bar
