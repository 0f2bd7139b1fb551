"""validate: the evidence for and against the clusters and labels."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line

if TYPE_CHECKING:
    from contrast_engine.results import Finding
    from contrast_engine.validation.questions import Question


def add_command(commands: Commands) -> None:
    """Add `validate`."""
    parser = commands.add(
        "validate",
        "Gather the evidence for and against the clusters and labels.",
        validate,
        examples="contrast validate holiday.contrast --json",
    )
    add_workspace(parser)
    add_seed(parser)


def validate(arguments: argparse.Namespace) -> CommandResult:
    """Run every check."""
    from contrast_engine import steps
    from contrast_engine.validation.questions import questions

    workspace = open_workspace(arguments)
    with progress_line("validating") as progress:
        key = steps.validate(workspace, seed=arguments.seed, progress=progress)
    findings = workspace.load(key).findings
    asked = questions(findings)
    lines = [line for question in asked for line in _answer(question)]
    lines += ["", *(line for finding in findings for line in _lines(finding))]
    return CommandResult({"key": key, "questions": asked, "findings": findings}, lines)


def _answer(question: "Question") -> list[str]:
    from contrast_engine.views.evidence.answers import answer

    because = [f"        {question.because}"]
    if question.next:
        because.append(f"        To change this: {question.next}")
    return [f"{question.question} {answer(question)}.", *because]


def _lines(finding: "Finding") -> list[str]:
    if finding.value is None:
        number = "not measured"
    else:
        number = f"{finding.value:.3f}"
        if finding.low is not None and finding.high is not None:
            number += f" ({finding.low:.3f} to {finding.high:.3f})"
        if finding.null is not None:
            number += f", null reference {finding.null:.3f}"
        number += f", n = {finding.n:,}"
    return [
        f"{finding.verdict.upper():<8}{finding.check}: {number}",
        f"        {finding.note}",
        f"        in {finding.space}",
    ]
