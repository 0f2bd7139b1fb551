"""validate, export: how far to believe it, and the table to take away."""

import argparse

from contrast_engine.cli.answers import Answer, count, working
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
        "Write one row per image: features, cluster, labels, map.",
        export,
        examples="""
contrast export holiday.contrast table.csv
contrast export holiday.contrast table.parquet --issues""",
    )
    add_workspace(parser)
    parser.add_argument(
        "--issues",
        action="store_true",
        help="add is_<issue>_issue and <issue>_score for every contrast issue",
    )
    parser.add_argument("file", metavar="OUT", help="the file to write, .csv or .parquet")


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
    """Write the table."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
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
