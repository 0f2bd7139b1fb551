"""train, embed, sensitivity, shortcuts, views: encoders, and proof that they see contrast."""

import argparse

from contrast_engine.cli.answers import Answer, count, plain, table, working
from contrast_engine.cli.exploring import checked_options, methods_help
from contrast_engine.cli.parser import Commands, add_seed, add_workspace
from contrast_engine.options import Recipe
from contrast_engine.registry import Registry

PRESETS = ("quick", "full")


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "train",
        "Train an encoder on the images; stopped, it goes on when asked again.",
        train,
        examples="""
contrast train holiday.contrast rank
contrast train holiday.contrast contrastive --preset full -o temperature=0.1""",
    )
    add_workspace(parser)
    parser.add_argument("encoder", metavar="ENCODER", nargs="?", default="rank",
                        help="what to train (default rank)")  # fmt: skip
    parser.add_argument("--preset", choices=PRESETS, default="quick",
                        help="quick: a first look; full: several times longer")  # fmt: skip
    parser.add_argument("-o", dest="option", action="append", default=[], metavar="NAME=VALUE",
                        help="an option of the encoder; may be given several times")  # fmt: skip
    add_seed(parser)
    parser.late_epilog = lambda: methods_help(_encoders())

    parser = commands.add(
        "embed",
        "Put every image through a trained encoder, or take in vectors of yours.",
        embed,
        examples="""
contrast embed holiday.contrast 0123456789abcdef
contrast embed holiday.contrast clip.parquet""",
    )
    add_workspace(parser)
    parser.add_argument("key", metavar="KEY|FILE", help="an encoder's key, or a .parquet with a "
                        "column id or path, or an .npy with its names in a .txt")  # fmt: skip

    for name, summary, run in (
        ("sensitivity", "Test whether an embedding sees contrast, and little else.", sensitivity),
        ("shortcuts", "Test whether a score follows brightness or the like instead.", shortcuts),
    ):
        parser = commands.add(
            name, summary, run, examples=f"contrast {name} holiday.contrast features --json"
        )
        add_workspace(parser)
        parser.add_argument("on", metavar="KEY|features", nargs="?", default="features",
                            help="an embedding's or encoder's key (default features)")  # fmt: skip
        add_seed(parser)

    parser = commands.add(
        "views",
        "Measure the views that encoders learn from: what keeps contrast, what changes it.",
        views,
        examples="contrast views holiday.contrast --json",
    )
    add_workspace(parser)
    add_seed(parser)


def train(arguments: argparse.Namespace) -> Answer:
    """Train an encoder, unless it is trained already."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    options = checked_options(_encoders(), arguments.encoder, arguments.option)
    workspace = Workspace.open(arguments.workspace)
    with working(f"training {arguments.encoder}") as progress:
        report = steps.train(
            workspace, arguments.encoder, preset=arguments.preset, options=options,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    lines = [
        f"{report.encoder} trained on {count(report.images, 'image')}, {report.key}",
        f"  {count(report.epochs, 'epoch')} in {report.seconds:.0f} s on {report.device}"
        f" ({report.precision}), {report.images_per_second:,.0f} images a second",
    ]
    if report.collapsed:
        lines.append("  it has collapsed: all images look alike to it; do not use it")
    return Answer({**plain(report), "seed": arguments.seed}, lines)


def embed(arguments: argparse.Namespace) -> Answer:
    """Embed every image, or take in vectors."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    with working("embedding") as progress:
        report = steps.embed(workspace, arguments.key, progress=progress)
    lines = [
        f"{count(report.images, 'image')} in {count(report.dimensions, 'dimension')}, {report.key}"
    ]
    if report.ignored:
        lines.append(f"  {count(report.ignored, 'row')} of the file are no image here: ignored")
    return Answer(plain(report), lines)


def sensitivity(arguments: argparse.Namespace) -> Answer:
    """Test what an embedding sees."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    with working("testing") as progress:
        key = steps.sensitivity(workspace, arguments.on, seed=arguments.seed, progress=progress)
    found = workspace.manifest(key).details
    rows = [("ladder", name, f"{value:.2f}") for name, value in (found["ladders"] or {}).items()]
    rows += [("moved by", name, f"{value:.2f}") for name, value in
             (found["invariance"] or {}).items()]  # fmt: skip
    rows += [("reads", name, f"R² {value['r2']:.2f} (chance {value['null']:.2f})")
             for name, value in found["probe"].items()]  # fmt: skip
    said = "passes" if found["passes"] else "does not pass"
    why = f": {found['why_not']}" if found["why_not"] else ""
    lines = [f"{arguments.on} {said} the ladders{why}", *table(rows)]
    return Answer({"key": key, "seed": arguments.seed, **found}, lines)


def shortcuts(arguments: argparse.Namespace) -> Answer:
    """Audit what a score follows."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    with working("auditing") as progress:
        key = steps.shortcuts(workspace, arguments.on, seed=arguments.seed, progress=progress)
    found = workspace.manifest(key).details
    rows = [(name, "does not vary" if value is None else f"{value:+.2f}")
            for name, value in found["partial"].items()]  # fmt: skip
    lines = [f"{found['verdict']}: {found['note']}", *table(rows)]
    return Answer({"key": key, "seed": arguments.seed, **found}, lines)


def views(arguments: argparse.Namespace) -> Answer:
    """Measure the views encoders learn from."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    with working("measuring views") as progress:
        key = steps.views(workspace, seed=arguments.seed, progress=progress)
    found = workspace.manifest(key).details
    lines = [f"views of {count(found['images'], 'image')} of {found['collection']:,}, measured"]
    for kind, said in (("positive", "keep contrast"), ("negative", "change it")):
        of = found[kind]
        lines.append(f"  {said}: {of['used']:,} of {of['images']:,} can be used, "
                     f"{of['against_rule']:,} of those against the rule")  # fmt: skip
        lines += table([(name, f"|change of ln| median {change['median']:.3f}",
                         f"{change['smallest']:.3f} to {change['largest']:.3f}")
                        for name, change in of["change"].items()])  # fmt: skip
    return Answer({"key": key, "seed": arguments.seed, **found}, lines)


def _encoders() -> Registry[type[Recipe]]:
    from contrast_engine.encoders import encoders

    return encoders  # type: ignore[return-value]
