"""rank, agreement: what several people say, pair by pair and image by image."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.cli.answers import Answer, WrongUsage, count, first, plain, table
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.parser import Commands, add_command, add_seed, add_workspace

if TYPE_CHECKING:
    from contrast_engine.store import Workspace
    from contrast_engine.vectors import ImageId


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    rank = commands.add(
        "rank",
        "Compare images in pairs: which has more contrast?",
        None,
        examples="""
contrast rank next holiday.contrast --count 10
contrast rank say holiday.contrast --left a.jpg --right b.jpg --answer left
contrast rank show holiday.contrast --json""",
    )
    children = rank.add_subparsers(dest="action", metavar="ACTION", required=True)

    parser = add_command(children, "next", "Choose the pairs to compare next.", rank_next)
    add_workspace(parser)
    parser.add_argument("--count", type=int, default=10, metavar="N", help="pairs (default 10)")
    parser.add_argument(
        "--strategy", choices=("active", "random"), default="active",
        help="the pairs that teach most (default), or any",
    )  # fmt: skip
    parser.add_argument(
        "--among", type=int, default=60, metavar="N",
        help="images to compare in all, drawn at random (default 60)",
    )  # fmt: skip
    _add_who(parser)
    add_seed(parser)

    parser = add_command(children, "say", "Say which of two images has more contrast.", rank_say)
    add_workspace(parser)
    for side in ("left", "right"):
        parser.add_argument(
            f"--{side}", required=True, metavar="PATH_OR_ID", help=f"the image on the {side}"
        )
    parser.add_argument(
        "--answer", required=True, choices=("left", "right", "tie"), help="which has more"
    )
    _add_who(parser)

    parser = add_command(children, "undo", "Take back the last comparison.", rank_undo)
    add_workspace(parser)
    _add_who(parser)

    parser = add_command(
        children, "show", "Show the images from most to least contrast.", rank_show
    )
    add_workspace(parser)

    parser = commands.add(
        "agreement",
        "Say how far several people agree on the labels.",
        agreement,
        examples="""
contrast label add holiday.contrast --image a.jpg --label low --who ann
contrast label add holiday.contrast --image a.jpg --label high --who bob
contrast agreement holiday.contrast --json""",
    )
    add_workspace(parser)
    add_seed(parser)


def rank_next(arguments: argparse.Namespace) -> Answer:
    """Choose pairs."""
    from contrast_engine.steps.labels.rank import rank_next

    workspace = _open(arguments)
    if arguments.count < 1:
        raise WrongUsage(f"--count takes a number of at least 1, got {arguments.count}")
    pairs = rank_next(
        workspace, arguments.count, who=arguments.who, strategy=arguments.strategy,
        among=arguments.among, seed=arguments.seed,
    )  # fmt: skip
    paths = workspace.images.paths
    rows = [
        {
            "left": _image(pair.left, paths),
            "right": _image(pair.right, paths),
            "reason": pair.reason,
            "is_repeat": pair.is_repeat,
        }
        for pair in pairs
    ]
    lines = table([(_name(pair.left, paths), _name(pair.right, paths), pair.reason)
                   for pair in pairs])  # fmt: skip
    return Answer({"pairs": rows}, lines)


def rank_say(arguments: argparse.Namespace) -> Answer:
    """Keep one answer."""
    workspace = _open(arguments)
    left, right = (find_image(workspace, text) for text in (arguments.left, arguments.right))
    seq = workspace.comparisons.say(left, right, arguments.answer, arguments.who)
    judged = len(workspace.comparisons.all())
    document = {"seq": seq, "left": left, "right": right, "answer": arguments.answer,
                "judgements": judged}  # fmt: skip
    return Answer(document, [f"kept; {count(judged, 'comparison')} in all"])


def rank_undo(arguments: argparse.Namespace) -> Answer:
    """Take back the last thing this person said about a pair."""
    pair = _open(arguments).comparisons.undo(arguments.who)
    line = "taken back" if pair else "nothing to take back"
    return Answer({"undone": list(pair or ())}, [line])


def rank_show(arguments: argparse.Namespace) -> Answer:
    """Show the ladder, the people and the features."""
    from contrast_engine.steps.labels.rank import rank_show

    workspace = _open(arguments)
    ladder, paths = rank_show(workspace), workspace.images.paths
    ranking = ladder.ranking
    row = {image: position for position, image in enumerate(ranking.ids)}
    scores = []
    for image in ranking.ladder:
        score, half = (float(v[row[image]]) for v in (ranking.score, ranking.half_width))
        scores.append({**_image(image, paths), "score": score, "low": score - half,
                       "high": score + half})  # fmt: skip
    document = {
        "judgements": ranking.judgements,
        "scores": scores,
        "people": ladder.people,
        "features": ladder.measures,
        "refused": ladder.refused,
    }
    lines = [f"{count(len(scores), 'image')} from {count(ranking.judgements, 'comparison')},"
             " most contrast first (score, 95 % interval):"]  # fmt: skip
    lines += first(table([_score_row(s) for s in scores]), 20)
    lines += [_person(p) for p in plain(ladder.people)]
    lines += [ladder.refused] if ladder.refused else ["features and models in the order of people:"]
    lines += first(table([_feature_row(f) for f in plain(ladder.measures)]), 5)
    return Answer(plain(document), lines)


def agreement(arguments: argparse.Namespace) -> Answer:
    """Hold what people said against each other."""
    from contrast_engine.steps.labels.annotator_agreement import annotator_agreement

    workspace = _open(arguments)
    found, agreed = annotator_agreement(workspace, seed=arguments.seed)
    paths = workspace.images.paths
    disagreements = [
        {**_image(one.image, paths), "said": one.said, "cost": one.cost}
        for one in found.disagreements
    ]
    consensus = [
        {**_image(one.image, paths), "label": one.label, "probability": one.probability,
         "people": one.people}
        for one in agreed
    ]  # fmt: skip
    document = {**plain(found), "disagreements": disagreements, "consensus": consensus}
    kappa = (
        ""
        if found.kappa is None
        else (
            f"; kappa {found.kappa:.2f} ({found.kappa_low:.2f} to {found.kappa_high:.2f},"
            f" {found.kappa_name})"
        )
    )
    lines = [
        found.verdict,
        f"  alpha {found.alpha:.2f} ({found.low:.2f} to {found.high:.2f}){kappa}; n ="
        f" {count(found.n, 'image')} labelled by two or more of {', '.join(found.people)}",
    ]
    lines += [f"  {who} was unsure about {count(n, 'image')}" for who, n in found.unsure.items()]
    if disagreements:
        rows = [
            (", ".join(f"{who}: {label}" for who, label in one.said.items()),
             _name(one.image, paths))
            for one in found.disagreements
        ]  # fmt: skip
        lines += [f"{count(len(rows), 'disagreement')}, the largest first:", *first(table(rows))]
    return Answer(document, lines)


def _score_row(score: Json) -> tuple[str, str, str]:
    interval = f"{score['low']:+.2f} to {score['high']:+.2f}"
    return (f"{score['score']:+.2f}", interval, str(score["path"] or score["id"]))


def _person(person: Json) -> str:
    if person["same"] is None:
        return f"{person['who']}: {count(person['judgements'], 'comparison')}, none asked twice yet"
    return (
        f"{person['who']}: {count(person['judgements'], 'comparison')}, the same answer in"
        f" {person['same']:.0%} ({person['same_low']:.0%} to {person['same_high']:.0%}) of"
        f" {count(person['repeats'], 'repeat')}"
    )


def _feature_row(feature: Json) -> tuple[str, str, str]:
    if feature["rho"] is None:
        return (feature["measure"], "does not vary", "")
    interval = f"{feature['low']:+.2f} to {feature['high']:+.2f}"
    return (feature["measure"], f"{feature['rho']:+.2f}", f"{interval}, n = {feature['n']}")


def _image(image: "ImageId", paths: "dict[ImageId, str]") -> Json:
    return {"id": image, "path": paths.get(image)}


def _name(image: "ImageId", paths: "dict[ImageId, str]") -> str:
    return paths.get(image) or image


def _open(arguments: argparse.Namespace) -> "Workspace":
    from contrast_engine.store import Workspace

    return Workspace.open(arguments.workspace)


def _add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", default="me", metavar="W", help="who says so (default me)")
