"""What became of files that were dropped onto the page, in words."""

from contrast_engine.steps.collection.keep_dropped import KeptReport


def dropped_words(kept: KeptReport) -> str:
    """Where dropped files are now, what was passed over and what to do with the rest."""
    size = kept.bytes / 1e6
    files = "1 file" if kept.files == 1 else f"{kept.files:,} files"
    said = [f"{files} ({size:,.1f} MB) kept in {kept.folder}."]
    if kept.passed_over:
        over = len(kept.passed_over)
        named = ", ".join(kept.passed_over[:3]) + (" …" if over > 3 else "")
        said.append(f"{over:,} passed over as no {'image' if over == 1 else 'images'}: {named}.")
    return " ".join([*said, *kept.advice])
