"""validate, export: how far to believe it, and the table or the map to take away."""

import argparse
from pathlib import Path

from contrast_engine.cli.answers import Answer, WrongUsage, count, working
from contrast_engine.cli.parser import Commands, add_seed, add_workspace
from contrast_engine.results import Finding


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "validate",
        "Gather the evidence for and against the clusters and labels.",
        validate,
        examples="contrast validate holiday.contrast --json",
    )
    add_workspace(parser)
    add_seed(parser)

    parser = commands.add(
        "export",
        "Write one row per image: features, cluster, labels, map; or the map as a page.",
        export,
        examples="""
contrast export holiday.contrast table.csv
contrast export holiday.contrast table.parquet --issues
contrast export holiday.contrast map.html --colour cluster""",
    )
    add_workspace(parser)
    parser.add_argument(
        "--issues",
        action="store_true",
        help="add is_<issue>_issue and <issue>_score for every contrast issue",
    )
    parser.add_argument(
        "--colour",
        metavar="NAME",
        help="with .html: cluster, label, predicted, confidence or a feature (default: the first"
        " of these that is there)",
    )
    parser.add_argument(
        "file",
        metavar="OUT",
        help="the file to write: .csv or .parquet for the table, .html for the map that was drawn"
        " last, with its pictures, to open in any browser",
    )


def validate(arguments: argparse.Namespace) -> Answer:
    """Run every check."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    with working("validating") as progress:
        key = steps.validate(workspace, seed=arguments.seed, progress=progress)
    findings = workspace.load(key).findings
    lines = [line for finding in findings for line in _lines(finding)]
    return Answer({"key": key, "findings": findings}, lines)


def export(arguments: argparse.Namespace) -> Answer:
    """Write the table, or the map."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    is_map = Path(arguments.file).suffix.lower() == ".html"
    if (arguments.colour and not is_map) or (arguments.issues and is_map):
        raise WrongUsage("--colour is for a map (.html), --issues for a table (.csv, .parquet)")
    if is_map:
        from contrast_engine.map_file import write_map

        done = write_map(workspace, arguments.file, arguments.colour or "")
        line = f"map of {count(done['images'], 'image')} by {done['colour']}, {done['path']}"
        return Answer(done, [line])
    report = steps.export(workspace, arguments.file, with_issues=arguments.issues)
    document = {"rows": report.rows, "columns": report.columns, "path": report.path}
    width = count(len(report.columns), "column")
    return Answer(document, [f"{count(report.rows, 'row')} of {width} written to {report.path}"])


def _lines(finding: Finding) -> list[str]:
    if finding.value is None:
        number = "not measured"
    else:
        number = f"{finding.value:.3f}"
        if finding.low is not None and finding.high is not None:
            number += f" ({finding.low:.3f} to {finding.high:.3f})"
        if finding.null is not None:
            number += f", chance {finding.null:.3f}"
        number += f", n = {finding.n:,}"
    return [
        f"{finding.verdict.upper():<8}{finding.check}: {number}",
        f"        {finding.note}",
        f"        in {finding.space}",
    ]
