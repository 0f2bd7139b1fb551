"""human-scores: features correlated with human scores (MOS)."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import first, table
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.errors import CollectionError

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store.spellings import Located

Row = dict[str, str]

COLUMNS = ("file", "score", "score_kind", "reference", "distortion", "level")


def add_command(commands: Commands) -> None:
    """Add `human-scores`."""
    parser = commands.add(
        "human-scores",
        "Correlate the features with human scores (MOS).",
        human_scores,
        examples="""
contrast human-scores tid2013 --amount contrast_change=0.9,1.2,0.75,1.45,0.5 --json""",
        old_name="people",
    )
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        help="with scores.csv: file, score, score_kind, reference, distortion, level; cells between"
        " commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252",
    )
    parser.add_argument(
        "--amount",
        action="append",
        default=[],
        metavar="DISTORTION=A,B,...",
        help="the known amount of contrast at level 1, 2, ... of a distortion",
    )
    add_reading_options(parser)


def human_scores(arguments: argparse.Namespace) -> CommandResult:
    """Measure the images of a table of scores, and correlate."""
    from contrast_engine.features import feature_names, measure_image
    from contrast_engine.images import read_image

    options = reading_options(arguments)
    amounts = dict(_amount(text) for text in arguments.amount)
    home = Path(arguments.folder).expanduser()
    rows, read_as, located = _rows(home / "scores.csv")
    files = sorted({row["file"] for row in rows} | {row["reference"] for row in rows} - {""})
    measured: dict[str, dict[str, float]] = {}
    with progress_line("measuring") as progress:
        for done, file in enumerate(files):
            measured[file] = measure_image(read_image(located(file), options=options))
            progress.tick(done + 1, len(files), "images")
    found = [
        _group(kind, distortion, rows, measured, feature_names(), amounts.get(distortion, ()))
        for kind, distortion in sorted({(row["score_kind"], row["distortion"]) for row in rows})
    ]
    lines = [line for one in found for line in _lines(one)]
    document = {"images": len(files), "groups": jsonable(found), "read_as": read_as}
    return CommandResult(document, lines)


def _group(
    kind: str, distortion: str, every: list[Row], measured: dict[str, dict[str, float]],
    names: tuple[str, ...], amounts: tuple[float, ...],
) -> "Json":  # fmt: skip
    import numpy as np

    from contrast_engine.validation.human_scores import (
        best_combination,
        order_of_amount,
        score_correlations,
        shift,
    )

    rows = [r for r in every if (r["score_kind"], r["distortion"]) == (kind, distortion)]
    scores = np.array([float(r["score"]) for r in rows])
    values = {n: np.array([measured[r["file"]][n] for r in rows]) for n in names}
    contents = [r["reference"] for r in rows]
    found: Json = {
        "scores": kind,
        "distortion": distortion,
        "n": len(rows),
        "contents": len(set(contents)),
        "measures": score_correlations(values, scores),
    }
    if len(set(contents) - {""}) < 3:
        return found
    found["combination"], found["chosen"] = best_combination(values, scores, contents)
    references = sorted(set(contents))
    found["moved"] = {}
    for n in names:
        own = np.array([measured[c][n] for c in contents])
        population = np.array([measured[c][n] for c in references])
        median, most = shift(np.column_stack([values[n], own]), population)
        found["moved"][n] = {"median": median, "most": most}
    if amounts:
        known = np.array([amounts[int(r["level"]) - 1] for r in rows])
        found["amount"] = {n: order_of_amount(values[n], known, contents) for n in names}
    return found


def _lines(found: "Json") -> list[str]:
    lines = [f"{found['scores']}, {found['distortion'] or 'all'}: {found['n']} images of"
             f" {found['contents']} contents; Spearman with the scores:"]  # fmt: skip
    best = [(m.measure, f"{m.rho:+.2f} ({m.low:+.2f} to {m.high:+.2f})")
            for m in found["measures"] if m.rho is not None]  # fmt: skip
    lines += first(table(best), 8)
    if "combination" in found:
        rho, chosen = found["combination"].rho, sorted(found["chosen"].items(), key=lambda c: -c[1])
        words = ", ".join(f"{name} {times}x" for name, times in chosen)
        lines.append(f"  best of three, chosen on the other contents: {rho:+.2f} ({words})")
    if "amount" in found:
        right = [name for name, rho in found["amount"].items() if rho > 1 - 1e-9]
        lines.append(f"  order of amount within a content perfect: {', '.join(right)}")
    return lines


def _rows(path: Path) -> "tuple[list[Row], str, Located]":
    """The rows of the table, how it was read, and where its files are."""
    from contrast_engine.store.spellings import Located
    from contrast_engine.store.tables import column, listed, open_table

    if not path.is_file():
        raise CollectionError(f"there is no {path.name} in {path.parent}; name a folder with one")
    table = open_table(path)
    at = {name: column(table, name) for name in COLUMNS}
    missing = [name for name, found in at.items() if found is None]
    if missing:
        raise CollectionError(
            f"{path.name} needs the column {missing[0]!r} and at least one row; its columns: "
            f"{listed(table.columns)}"
        )
    separator = getattr(table, "separator", ",")
    rows = []
    for row in table.rows([found for found in at.values() if found is not None]):
        where = f"{path.name}, row {row.number}"
        if row.problem is not None:
            raise CollectionError(f"{where}: {row.problem}")
        cells = dict(zip(COLUMNS, (cell.strip() for cell in row.cells), strict=True))
        rows.append(cells | {n: _number(cells[n], n, separator, where) for n in ("score", "level")})
    if not rows:
        raise CollectionError(f"{path.name} has a header and no row; add the scores")
    return rows, table.read_as, Located(path.parent, table.codec)


def _number(cell: str, name: str, separator: str, where: str) -> str:
    """A number as Python writes it; a level may be blank."""
    from math import isfinite

    from contrast_engine.store.tables.cells import number

    if name == "level" and not cell:
        return cell
    try:
        value = number(cell, separator)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or (name == "level" and value != int(value)):
        raise CollectionError(f"{where}: {cell!r} is no {name}; write a number there")
    return str(int(value)) if name == "level" else repr(value)


def _amount(text: str) -> tuple[str, tuple[float, ...]]:
    name, _, numbers = text.partition("=")
    try:
        return name, tuple(float(number) for number in numbers.split(","))
    except ValueError:
        raise WrongUsage(f"amounts are written DISTORTION=A,B,..., got {text!r}") from None
