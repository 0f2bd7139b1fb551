"""Whether a zero-shot score may be shown: by its ladders and its shortcut audit."""

from contrast_engine.arrays import Json

PASSES, AT_THE_LIMIT, REFUSED, NOT_TESTED = "passes", "at the limit", "refused", "not tested"


def verdict(sensitivity: Json | None, shortcuts: Json | None) -> tuple[str, str]:
    """The verdict and its reason in one sentence: the worse of the two audits counts.

    Where both are open, neither speaks for the score, and it is refused.

    Args:
        sensitivity: Details of the sensitivity test; None where it was not run.
        shortcuts: Those of the shortcut audit.
    """
    if sensitivity is None or sensitivity["ladders"] is None or shortcuts is None:
        return NOT_TESTED, "It is shown only once ladders and the shortcut audit have run."
    ladders, audit = sensitivity["verdict"], shortcuts["verdict"]
    if ladders == "does not pass":
        return REFUSED, _of_ladders(sensitivity)
    if audit == "fail":
        return REFUSED, str(shortcuts["note"])
    if ladders == "at the limit" and audit != "pass":
        return REFUSED, f"These images are too few to tell by the ladders, and: {shortcuts['note']}"
    if ladders == "at the limit":
        return AT_THE_LIMIT, "These images are too few to tell whether it follows every ladder."
    if audit in ("warn", "unknown"):
        return AT_THE_LIMIT, str(shortcuts["note"])
    return PASSES, "It follows every ladder and no shortcut strongly."


def _of_ladders(details: Json) -> str:
    """Which ladders a score does not follow, or that it follows brightness."""
    reached = ", ".join(
        f"{name.replace('_', '-')} {value:.2f}"
        for name, value in sorted(details["ladders"].items())
    )
    light = details.get("by_brightness")
    if light and light["verdict"] == "does not pass":
        return f"It follows brightness, or less contrast does not lower it (ladders: {reached})."
    return f"It does not follow the ladders of contrast ({reached}; .95, .95 and .90 are needed)."
