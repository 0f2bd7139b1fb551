"""Two large images side by side, judged by keyboard; no answer is ever lost."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from contrast_engine.imageset import ImageId
from contrast_engine.ranking import Pair
from contrast_engine.store.comparisons import ANSWERS
from pages.components import events, register

Action = Literal["answer", "undo"]


@dataclass(frozen=True)
class Answer:
    """One decision of the annotator.

    Args:
        seq: Its number within `token`, from 1 without gaps.
        token: Names this mount of the component; `f"{token}:{seq}"` is unique for ever.
        action: What was decided.
        left, right: The images as they were shown; empty for an undo.
        answer: "left", "right" or "tie"; empty for an undo.
    """

    seq: int
    token: str
    action: Action
    left: ImageId
    right: ImageId
    answer: str


def show(
    *,
    key: str,
    queue: Sequence[Pair],
    image: str,
    thumb: str,
    answered: int,
    height: int = 560,
    on_answers: Callable[[list[Answer]], None],
) -> None:
    """Show the first pair of the queue and hand every decision about it to `on_answers`.

    Keys: left and right say which image has more contrast, down that there is no difference, U
    takes the last answer back. The next pair of the queue shows with the key, its pictures fetched
    ahead, while the answer is written: every key counts for the pair that was on the screen. Keys
    pressed before both pictures are drawn are not answers, and that is said. If `on_answers`
    raises one of our errors, the component shows why it is not saved, keeps the decisions and
    sends them again.

    Args:
        key: Names this component.
        queue: The pairs; `on_answers` takes the answered ones away.
        image: URL of the large picture with `{id}` in it.
        thumb: URL of the small one.
        answered: How many pairs this person has answered so far.
        height: In pixels.
        on_answers: Writes the decisions to disk; may get one a second time after a failure, so
            it must know them by `f"{token}:{seq}"`.
    """

    def save(entries: list[events.Entry]) -> None:
        on_answers(events.read(entries, _answer))

    data = {
        "queue": [asdict(pair) for pair in queue],
        "image": image,
        "thumb": thumb,
        "answered": answered,
        "height": height,
    }
    events.draw_until_saved(_pair, key, data, save)


def _answer(entry: events.Entry) -> Answer:
    action = events.offered(entry["action"], get_args(Action))
    if action == "answer":
        events.offered(entry["answer"], ANSWERS)
    return Answer(
        int(entry["seq"]),
        entry["token"],
        action,
        ImageId(events.text(entry["left"])),
        ImageId(events.text(entry["right"])),
        entry["answer"],
    )


_pair = register("pair", '<div class="pair"></div>', styles=("shared/keys.css",))
