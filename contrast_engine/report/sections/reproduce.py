"""How to make these results again: commands, versions, seeds and the record of each result."""

from contrast_engine.report.document import Commands, Heading, Paragraph, Section, Table
from contrast_engine.report.material import Material
from contrast_engine.report.rebuild import commands, not_rebuilt, results_in_use, versions

NAME, TITLE = "reproduce", "How to make it again"
WORDS = "The same files, versions and seeds give the same numbers."


def reproduce(material: Material) -> Section:
    """Commands, versions, and the record of every result in use."""
    workspace = material.workspace
    made = results_in_use(workspace)
    columns = ("Result", "Key", "Step", "Rows", "Seed", "Made from", "Options")
    rows = tuple(
        (one.kind, one.key, one.step, f"{one.rows:,}", one.seed, one.inputs, one.recipe)
        for one in made
    )
    return Section(
        NAME,
        TITLE,
        WORDS,
        (
            Commands(commands(workspace)),
            Paragraph(
                "Labels, comparisons and selections are what people said: `record` is the folder "
                "that `contrast reproduce` with `--out record` writes them into; with `--check` "
                "it runs these lines and compares every result."
            ),
            *(Paragraph(f"Cannot be rebuilt by command: {one}.") for one in not_rebuilt(workspace)),
            Heading("Versions"),
            Table("Versions", ("Package", "Version"), tuple(versions().items())),
            Heading("Results in use"),
            Paragraph("A key names the question that a result answers: options, inputs and seed."),
            Table("Results in use", columns, rows, frozenset({3, 4})),
        ),
    )
