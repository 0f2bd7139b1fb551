"""Who decided what about retraining, and when."""

from contrast_engine.steps.monitoring import candidates as kept
from contrast_engine.store import Workspace

WORDS = {
    kept.MADE: "retrained", kept.ACCEPTED: "accepted", kept.ROLLED_BACK: "rolled back",
    kept.SET_ASIDE: "set aside",
}  # fmt: skip


def decision_rows(workspace: Workspace) -> list[dict[str, str]]:
    """Every decision, newest first, as rows of a table."""
    return [
        {
            "When (UTC)": f"{event.at[:10]} {event.at[11:16]}",
            "Who": event.who,
            "What": WORDS.get(str(event.body["what"]), str(event.body["what"])),
            "New images": f"{event.body['images']['new']:,}" if "images" in event.body else "",
            "Candidate": str(event.body["id"]),
        }
        for event in reversed(kept.decisions(workspace))
    ]
