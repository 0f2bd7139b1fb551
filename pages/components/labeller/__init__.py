"""One large image after the other, labelled by keyboard; no keystroke is ever lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from contrast_engine.imageset import ImageId
from pages.components import events, register

Action = Literal["label", "unsure", "undo", "redo", "skip", "look"]


@dataclass(frozen=True)
class Card:
    """One image to label.

    Args:
        id: The image.
        why: Why it is asked for, in words ("nearest to the middle of cluster 2").
        label: Its label so far, empty for none.
        is_unsure: The annotator abstains: they cannot tell.
        by: Who else gave that label; empty for the annotator themselves, and for no label.
        is_taken: Somebody else labelled it, which is not to be seen; it is passed over.
    """

    id: ImageId
    why: str = ""
    label: str = ""
    is_unsure: bool = False
    by: str = ""
    is_taken: bool = False


@dataclass(frozen=True)
class Keystroke:
    """One decision of the annotator.

    Args:
        seq: Its number within `token`, from 1 without gaps.
        token: Names this mount of the component; `f"{token}:{seq}"` is unique for ever.
        id: The image it is about; empty for an undo or redo of something given earlier.
        action: What was decided; "look" where the annotator waits for an image that is nobody's.
        label: The label given; empty for everything else.
    """

    seq: int
    token: str
    id: ImageId
    action: Action
    label: str = ""


def show(
    *,
    key: str,
    queue: Sequence[Card],
    image: str,
    thumb: str,
    labels: Sequence[str],
    position: int = 0,
    held: Mapping[ImageId, str] | None = None,
    own: Sequence[ImageId] | None = None,
    others: int = 0,
    names: str = "",
    height: int = 620,
    on_keys: Callable[[list[Keystroke]], None],
) -> None:
    """Show the queue one by one, and hand every decision to `on_keys`.

    Keys: 1 to 9, then letters, label and go on to the next image without a label; a slash finds
    a label by its name, 0 says unsure, arrows move, U undoes, shift-U redoes, Space skips. What
    an image had before is told when it changes; where it was another's, or the annotator's own
    from before this mount, the key is asked for twice. The queue ends, it does not go round. The
    next image shows only after `on_keys` has returned for the last, so a label is on disk before
    it; faster keys wait in line and are meant for the images in their order. If
    `on_keys` raises one of our errors, the component shows why it is not saved, keeps the
    decisions and sends them again.

    Args:
        key: Names this labeller.
        queue: The images; keep it stable while the annotator is working.
        image: URL of the large picture with `{id}` in it.
        thumb: URL of the small one.
        labels: The names, in the order of their keys.
        position: Where in the queue to start; a new value later moves the annotator there.
        held: Images in the hands of others, with the name of each; keys lead past them.
        own: Open images that nobody else is given; keys for another wait until it is among them.
            None where everything may be labelled at once.
        others: How many others label here; while there are any, only the annotator moves.
        names: URL with `{id}` that gives JSON with the file name; empty to show none.
        height: In pixels.
        on_keys: Writes the decisions to disk; may get one a second time after a failure, so it
            must know them by `f"{token}:{seq}"`.
    """

    def save(entries: list[events.Entry]) -> None:
        on_keys(events.read(entries, lambda entry: _keystroke(entry, labels)))

    data = {
        "queue": [asdict(card) for card in queue],
        "image": image,
        "thumb": thumb,
        "labels": list(labels),
        "position": position,
        "held": dict(held or {}),
        "own": None if own is None else list(own),
        "others": others,
        "names": names,
        "height": height,
    }
    events.draw_until_saved(_labeller, key, data, save)


def _keystroke(entry: events.Entry, labels: Sequence[str]) -> Keystroke:
    found = Keystroke(
        int(entry["seq"]),
        entry["token"],
        ImageId(events.text(entry["id"])),
        events.offered(entry["action"], get_args(Action)),
        str(entry["label"]),
    )
    if found.action == "label":
        events.offered(found.label, labels)
    return found


_labeller = register("labeller", '<div class="labeller"></div>', styles=("shared/keys.css",))
