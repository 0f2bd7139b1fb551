"""human-scores: features correlated with human scores (MOS)."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_seed
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import first, table
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.errors import CollectionError

if TYPE_CHECKING:
    from contrast_engine.arrays import Floats, Json
    from contrast_engine.store.spellings import Located
    from contrast_engine.validation.contents import Recognised

Row = dict[str, str]

RECOMMENDED = "amount"
"""The feature for how much contrast a picture has, as one number."""

MOST_FILL = 0.5
"""Share of references that fill the range of tones from which on it is said (own choice)."""

COLUMNS = ("file", "score", "score_kind", "reference", "distortion", "level")
CONTENT = ("content", "scene")
"""Columns that say what an image shows, where it is not its reference."""


def add_command(commands: Commands) -> None:
    """Add `human-scores`."""
    parser = commands.add(
        "human-scores",
        "Correlate the features with human scores (MOS).",
        human_scores,
        examples="""
contrast human-scores tid2013 --amount contrast_change=0.9,1.2,0.75,1.45,0.5 --json
contrast human-scores photographs --group scene""",
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
    parser.add_argument("--group", metavar="COLUMN",
                        help="the column that says what an image shows: such images are drawn"
                        " together (default: content, scene, or reference)")  # fmt: skip
    add_seed(parser)
    add_reading_options(parser)


def human_scores(arguments: argparse.Namespace) -> CommandResult:
    """Measure the images of a table of scores, and correlate."""
    from contrast_engine.features import feature_names, measure_image
    from contrast_engine.images import read_image
    from contrast_engine.validation.contents import recognised
    from contrast_engine.validation.counterexamples import tone_range

    options = reading_options(arguments)
    amounts = dict(_amount(text) for text in arguments.amount)
    home = Path(arguments.folder).expanduser()
    rows, read_as, located = _rows(home / "scores.csv", arguments.group)
    unnamed = {row["file"] for row in rows if not row["content"]}
    files = sorted({row["file"] for row in rows} | {row["reference"] for row in rows} - {""})
    measured: dict[str, dict[str, float]] = {}
    seen: dict[str, Recognised | None] = {}
    ranges: dict[str, float] = {}
    with progress_line("measuring") as progress:
        for done, file in enumerate(files):
            image = read_image(located(file), options=options)
            measured[file] = measure_image(image)
            ranges[file] = tone_range(image)
            if file in unnamed:
                seen[file] = recognised(image)
            progress.tick(done + 1, len(files), "images")
    found = [
        _group(
            [r for r in rows if (r["score_kind"], r["distortion"]) == group],
            measured, seen, ranges, feature_names(), amounts.get(group[1], ()), arguments.seed,
        )
        for group in sorted({(row["score_kind"], row["distortion"]) for row in rows})
    ]  # fmt: skip
    lines = [line for one in found for line in _lines(one)]
    document = {"images": len(files), "groups": jsonable(found), "read_as": read_as,
                "seed": arguments.seed}  # fmt: skip
    return CommandResult(document, lines)


def _group(
    rows: list[Row], measured: dict[str, dict[str, float]], seen: "dict[str, Recognised | None]",
    ranges: dict[str, float], names: tuple[str, ...], amounts: tuple[float, ...], seed: int,
) -> "Json":  # fmt: skip
    import numpy as np

    from contrast_engine.validation.best_of_many import best_of_many
    from contrast_engine.validation.contents import contents_of
    from contrast_engine.validation.human_scores import best_combination, score_correlations

    scores = np.array([float(r["score"]) for r in rows])
    values = {n: np.array([measured[r["file"]][n] for r in rows]) for n in names}
    contents = contents_of([r["file"] for r in rows], [r["content"] for r in rows], seen)
    best = best_of_many(values, scores, contents.of, seed)
    found: Json = {
        "scores": rows[0]["score_kind"],
        "distortion": rows[0]["distortion"],
        "n": len(rows),
        "contents": len(contents),
        "contents_words": contents.words,
        "measures": score_correlations(values, scores, contents.of, seed),
        "best": best and {**asdict(best), "words": best.words},
    }
    if len({r["content"] for r in rows} - {""}) >= 3:
        found["combination"], found["chosen"] = best_combination(values, scores, contents.of, seed)
    if len({r["reference"] for r in rows} - {""}) < 3:
        return found
    found |= _given_away(rows, ranges, scores)
    return found | _changes(rows, measured, values, amounts, seed)


def _given_away(rows: list[Row], ranges: dict[str, float], scores: "Floats") -> "Json":
    """Whether the range of tones alone tells how much a picture was changed."""
    import numpy as np

    from contrast_engine.validation.correlation import spearman
    from contrast_engine.validation.counterexamples import filled

    references = sorted({row["reference"] for row in rows} - {""})
    share = filled([ranges[reference] for reference in references])
    rho = spearman(np.array([ranges[row["file"]] for row in rows]), scores)
    words = "" if share < MOST_FILL else (
        f"{round(share * len(references))} of {len(references)} references fill the range of tones:"
        " lightest less darkest tone alone, which one stray pixel sets, follows the scores at "
        f"{0.0 if rho is None else rho:+.2f}, so a high correlation here proves little; look at "
        "the order within a content, and at pictures with ranges of their own."
    )  # fmt: skip
    return {"references_filled": share, "range_rho": rho, "range_words": words}


def _changes(
    rows: list[Row], measured: dict[str, dict[str, float]], values: "dict[str, Floats]",
    amounts: tuple[float, ...], seed: int,
) -> "Json":  # fmt: skip
    """How far the changes of known references move each feature, and in what order."""
    import numpy as np

    from contrast_engine.validation.human_scores import median_shift, order_of_amount, shift

    changed = [row for row, one in enumerate(rows) if one["reference"]]
    of = [rows[row]["reference"] for row in changed]
    found: Json = {"moved": {}}
    for name, column in values.items():
        own = np.array([measured[reference][name] for reference in of])
        population = np.array([measured[reference][name] for reference in sorted(set(of))])
        pairs = np.column_stack([column[changed], own])
        median, most = shift(pairs, population)
        around = median_shift(pairs, population, of, seed)
        ends = (around.low, around.high) if around.is_known else (None, None)
        found["moved"][name] = {"median": median, "most": most, "low": ends[0], "high": ends[1]}
    if amounts:
        known = np.array([amounts[int(rows[row]["level"]) - 1] for row in changed])
        order = {n: order_of_amount(v[changed], known, of, seed) for n, v in values.items()}
        found["amount"] = {name: one.value for name, one in order.items()}
        found["amount_interval"] = {name: [one.low, one.high] for name, one in order.items()}
    return found


def _lines(found: "Json") -> list[str]:
    lines = [f"{found['scores']}, {found['distortion'] or 'all'}: {found['n']} images of"
             f" {found['contents']} contents; Spearman with the scores:"]  # fmt: skip
    best = [(m.measure, f"{m.rho:+.2f} ({m.low:+.2f} to {m.high:+.2f})")
            for m in found["measures"] if m.rho is not None]  # fmt: skip
    lines += first(table(best), 8)
    lines += [f"  recommended for the amount of contrast: {name} {rho}"
              for name, rho in best if name == RECOMMENDED]  # fmt: skip
    lines += [f"  {found['range_words']}"] if found.get("range_words") else []
    lines += [f"  {found['best']['words']}"] if found["best"] else []
    lines += [f"  {found['contents_words']}"]
    if "combination" in found:
        rho, chosen = found["combination"].rho, sorted(found["chosen"].items(), key=lambda c: -c[1])
        words = ", ".join(f"{name} {times}x" for name, times in chosen)
        ends = f"{found['combination'].low:+.2f} to {found['combination'].high:+.2f}"
        lines.append(f"  best of three, chosen on the other contents: {rho:+.2f} ({ends}; {words})")
    if "amount" in found:
        right = [name for name, rho in found["amount"].items() if rho > 1 - 1e-9]
        lines.append(f"  order of amount within a content perfect: {', '.join(right)}")
    return lines


def _rows(path: Path, group: str | None) -> "tuple[list[Row], str, Located]":
    """The rows of the table, how it was read, and where its files are."""
    from contrast_engine.store.spellings import Located
    from contrast_engine.store.tables import column, listed, needed, open_table

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
    wanted = [found for found in at.values() if found is not None]
    content = column(table, *CONTENT) if group is None else needed(table, group, "what is shown")
    wanted += [] if content is None else [content]
    rows = []
    for row in table.rows(wanted):
        where = f"{path.name}, row {row.number}"
        if row.problem is not None:
            raise CollectionError(f"{where}: {row.problem}")
        cells = dict(zip((*COLUMNS, "content"), map(str.strip, row.cells), strict=False))
        cells["content"] = cells.get("content") or ("" if group else cells["reference"])
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
