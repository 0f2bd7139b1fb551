"""What withdrawing a person's labels does, in words, before it and after."""

from datetime import datetime

from contrast_engine.steps.labels.withdraw_labels import PlannedWithdrawal, Withdrawal
from contrast_engine.store.label_withdrawals import LabelWithdrawal


def planned_words(plan: PlannedWithdrawal) -> tuple[str, ...]:
    """What would be withdrawn, then what follows from it, one sentence each."""
    if plan.is_nothing:
        return (f"Nothing that {plan.person} said counts now.",)
    said = []
    if plan.annotations:
        imported = f" ({plan.imported:,} of them imported)" if plan.imported else ""
        said.append(
            f"{_count(plan.annotations, 'annotation')} of {_count(plan.images, 'image')}{imported}"
        )
    if plan.comparisons:
        said.append(f"{_count(plan.comparisons, 'comparison')} of pairs")
    follows = [f"All that {plan.person} said is withdrawn: {' and '.join(said)}."]
    if plan.left:
        follows.append(f"Without a label then: {_count(plan.left, 'image')}.")
    if plan.changed:
        follows.append(f"The consensus label of {_count(plan.changed, 'image')} changes.")
    if plan.learnt:
        follows.append("The model in use may then be out of date: train it again.")
    follows.append("Nothing is deleted: all of it can be given back as it was.")
    return tuple(follows)


def withdrawn_words(done: Withdrawal) -> str:
    """What was withdrawn."""
    if done.labels is None and not done.comparisons:
        return f"nothing that {done.person} said counted, so nothing changed"
    images = _count(done.labels.images, "image") if done.labels else "no image"
    annotations = done.labels.annotations if done.labels else 0
    pairs = f", and {_count(done.comparisons, 'comparison')}" if done.comparisons else ""
    return f"{_count(annotations, 'annotation')} by {done.person} of {images} withdrawn{pairs}"


def given_back_words(done: Withdrawal) -> str:
    """What counts again."""
    pairs = f", and {_count(done.comparisons, 'comparison')}" if done.comparisons else ""
    return f"{_count(done.counting, 'annotation')} by {done.person} count again{pairs}"


def standing_words(one: LabelWithdrawal) -> str:
    """A withdrawal that holds: whose labels, how many, by whom and when."""
    when = f"{datetime.fromisoformat(one.at):%d %B %Y, %H:%M} UTC".lstrip("0")
    return (
        f"{_count(one.annotations, 'annotation')} by {one.person} of {_count(one.images, 'image')},"
        f" withdrawn by {one.who} on {when}"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
