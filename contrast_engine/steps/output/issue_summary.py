"""How many images have which issue, and below which score it counts."""

from contrast_engine.arrays import Json
from contrast_engine.steps.collection.issues import issues, why_no_issues
from contrast_engine.store import Workspace


def issue_summary(workspace: Workspace) -> tuple[Json, ...]:
    """One entry per issue, the most frequent first, as CleanVision's `issue_summary` has them.

    `issue_type` and `num_images` are its columns. Beside them stand `of`, how many images were
    looked at, the `threshold`, `whose` it is, and the same `threshold_in_words`. Empty where
    nothing is measured, or by a version that lacks a feature of today.
    """
    if why_no_issues(workspace):
        return ()
    entries = [
        {
            "issue_type": one.issue.name,
            "num_images": len(one.images),
            "of": len(one.ids),
            "threshold": one.threshold,
            "whose": one.whose,
            "threshold_in_words": one.issue.limit_said(one.threshold),
        }
        for one in issues(workspace)
    ]
    return tuple(sorted(entries, key=lambda entry: -int(str(entry["num_images"]))))
