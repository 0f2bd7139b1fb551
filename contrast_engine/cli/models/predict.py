"""predict: the label of new image files."""

import argparse

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workers, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import table


def add_command(commands: Commands) -> None:
    """Add `predict`."""
    parser = commands.add(
        "predict",
        "Predict the label of new image files.",
        predict,
        examples="contrast predict holiday.contrast new.jpg newer.jpg --json",
    )
    add_workspace(parser)
    parser.add_argument("files", nargs="+", metavar="FILE", help="image files")
    add_reading_options(parser, "by default as the model learnt")
    add_workers(parser)


def predict(arguments: argparse.Namespace) -> CommandResult:
    """Label files that need not be in the workspace."""
    from contrast_engine.predict import Predictor

    predictor = Predictor(open_workspace(arguments))
    predictor.options = reading_options(arguments, predictor.options)
    with progress_line("predicting") as progress:
        predictions = predictor.predict(arguments.files, progress, workers=arguments.workers)
    rows = []
    for prediction in predictions:
        if prediction.problem:
            rows.append(("problem", "", f"{prediction.path}: {prediction.problem}"))
        else:
            abstains = "  (abstains)" if prediction.abstains else ""
            rows.append(
                (
                    str(prediction.label),
                    f"{prediction.probability:.2f}",
                    f"{prediction.path}{abstains}",
                )
            )
    could_not = all(prediction.problem for prediction in predictions)
    return CommandResult(
        {"predictions": predictions, "promise": predictor.promise},
        [*table(rows), predictor.promise],
        exit_code=int(could_not),
    )
