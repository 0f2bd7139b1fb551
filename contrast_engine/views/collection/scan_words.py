"""What a scan found, in words: what is new, what changed, what is gone, or that nothing is."""

from collections.abc import Sequence

from contrast_engine.arrays import Json

_COUNTED = (
    ("added", "{n} new"),
    ("changed", "{n} changed"),
    ("moved", "{n} moved to another place"),
    ("returned", "{n} there again"),
    ("vanished", "{n} missing since"),
)


def scan_words(scanned: Json, measured: Json | None = None) -> str:
    """One or two sentences on what a scan of known sources, or of new ones, came upon.

    Args:
        scanned: A `ScanReport` as JSON, by a program of before too.
        measured: A `MeasureReport` as JSON, where images were measured as well.
    """
    found = [words.format(n=f"{scanned[n]:,}") for n, words in _COUNTED if scanned.get(n)]
    images = _images(scanned["images"])
    if found:
        said = f"Found {_listed(found)}; {images} in the collection now."
    elif scanned.get("read_again"):
        said = (
            f"No file has changed; {scanned['read_again']:,} were read again. {images} as before."
        )
    else:
        said = f"Nothing has changed: {images} as before."
    if measured is not None and measured.get("computed"):
        said += f" {_images(measured['computed'])} measured."
    problems = len(scanned.get("problems", ()))
    if problems:
        said += f" {problems:,} {'file' if problems == 1 else 'files'} cannot be used."
    return said


def job_words(step: str, result: Json) -> str:
    """What a job of one of the steps scan, gather and measure has found or done.

    Args:
        step: Which of them.
        result: What it gave, as JSON.
    """
    if step == "measure":
        return f"{_images(result['computed'])} measured; {_images(result['images'])} are now."
    if step == "scan":
        return scan_words(result)
    return scan_words(result["scanned"], result["measured"]) + placed_words(result.get("placed"))


def placed_words(result: Json | None) -> str:
    """What was placed after gathering, as a sentence behind others; empty for nothing."""
    grown = [one for one in (result or {}).get("placed", ()) if one["new"]]
    if not grown:
        return ""
    named = _listed([{"maps": "map", "clusterings": "clusters"}.get(one["kind"], one["kind"])
                     for one in grown])  # fmt: skip
    return f" {_images(max(one['new'] for one in grown))} placed in the {named} in use."


def _images(count: int) -> str:
    return f"{count:,} {'image' if count == 1 else 'images'}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
