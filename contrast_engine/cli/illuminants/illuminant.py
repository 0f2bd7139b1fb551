"""illuminant: the colour of the light, estimated and judged; each action is a file beside this."""

from contrast_engine.cli.illuminants import estimate, evaluate, grid
from contrast_engine.cli.parser import Commands

ACTIONS = (evaluate, estimate, grid)


def add_command(commands: Commands) -> None:
    """Add `illuminant` and its actions."""
    group = commands.add_group(
        "illuminant",
        "Estimate the colour of the light, and judge estimates by known illuminants.",
        examples="""
contrast illuminant evaluate raw --truth raw/gt.csv --train others --json
contrast illuminant estimate holiday.contrast
contrast illuminant estimate photo.jpg --method grey-edge""",
    )
    for action in ACTIONS:
        action.add_action(group)
