"""Names that would be markup, requests or control codes if anything took them for more than text."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine import Workspace, steps
from contrast_engine.steps.structure.name_clustering import name_clustering
from contrast_engine.steps.structure.taxonomy import keep_fine_cut, name_group
from tests.few_draws import draw_few

OF_MARKDOWN = (
    "![a](http://example.org/x.png)", "[l](http://example.org)", "[x]: http://example.org",
    "<http://example.org>", "<img src=http://example.org/y.png>", "<b>x</b>", "<!-- c -->",
    "http://example.org/x", "HTTPS://example.org", "www.example.org", "x WWW.example.org",
    "http://www.example.org", "a@example.org", "mailto:a@example.org",
    "_x_", "__x__", "_a b_", "*x*", "**b**", "a*b*c", "x**y**", "~~x~~", "~x~", "`x`", "$a$",
    "$$a$$", "$5 and $6", r"\$a$", "# h", "- x", "+ x", "> q", "1. x", "12) x", "- [ ] x", "---",
    "===", "|a|b|", "[^1]", "::x", ":::note", "::leaf[x]",
    ":smile:", ":+1:", ":red[x]", ":blue-badge[x]", ":small[x]", ":abc[x]{color=red}", ":a", "a:b",
    ":gray[]", ":material/home:", ":material_home:", ":streamlit:", "1) :smile:",
    "a -> b", "->", "a <-> b", "<->", "a -- b", "--", "a >= b <= c ~= d",
    "&amp;", "&copy;", "&lt;b&gt; &#42;", "a&copy", "\\", "a\\", r"\*x", r"C:\new\table",
    "a  b", "a   b", "*", "**", "_", ":", "snake_case_name", "12:30:45", "100%", "(c)", "!x",
    "\u05d0\u05d1 x", "'quoted' \"x\"",
)  # fmt: skip
"""Texts of what Streamlit's Markdown gives a meaning, with some of what it gives none."""

OF_CONTROL: dict[str, str] = {
    "a\nb": r"a\nb", "a\r\nb": r"a\r\nb", "a\tb": r"a\tb", "\x1b[31mred": r"\x1b[31mred",
    "\x00": r"\x00", "\x7f": r"\x7f", "\x9b2J": r"\x9b2J", "a\u2028b": r"a\u2028b",
    "a\u202egpj.exe": r"a\u202egpj.exe", "\u2066x\u2069": r"\u2066x\u2069",
    os.fsdecode(b"caf\xe9"): r"caf\xe9", "\ud800": r"\ud800",
}  # fmt: skip
"""Texts with something in them that cannot be seen or turns others round, and how they are shown."""

LABELS = ("![low](http://example.org/low.png)", "_high_ $a$ :smile: <b>")
PEOPLE = ("**ann**\n# a [l](http://example.org/ann)", "bob<img src=http://example.org/bob.png>")
SAID = " ".join(PEOPLE[0].split())
"""The first of them as the app takes it: a name that is typed there has one line."""

CLUSTERS = ("`c0` ![c](http://example.org/c0.png)", "# www.example.org/c1", "<i>c2</i> &amp; $x$")
GROUPS = ("**g0** :red[x]", "![g](http://example.org/g1.png)")
CLUSTERING = "[run](http://example.org/run) <u>"
SELECTION = "*sel* ![s](http://example.org/sel.png) &lt;"
COLLECTION = "**w** ![a](w) <b> $x$.contrast"
FOLDERS = ("_d_ ![d](x)", os.fsdecode(b"caf\xe9 :smile:"))
FILES = (
    "![a](x.png) **b**.png", "<img src=x onerror=alert(1)> &amp;.png", "a\nb # h.png",
    "\x1b[31mred :smile:.png", "www.example.org _x_.png", "a\u202egnp $a$ `c`.png",
)  # fmt: skip
BROKEN = "[broken](x) <b>.jpg"

NAMES = (
    *LABELS, *PEOPLE, SAID, *CLUSTERS, *GROUPS, CLUSTERING, SELECTION, *FOLDERS, *FILES, BROKEN,
    COLLECTION.removesuffix(".contrast"),
)  # fmt: skip
"""Every name in the workspace that `filled` gives."""


def photographs(folder: Path, count: int) -> None:
    """Write so many different pictures, in folders and under names that are no better."""
    random = np.random.default_rng(5)
    for row in range(count):
        name = FILES[row] if row < len(FILES) else f"photo {row:02d}.png"
        path = folder / FOLDERS[row % len(FOLDERS)] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = 128 + (random.random((5, 6, 3)) - 0.5) * (40, 110, 250)[row % 3]
        picture = Image.fromarray(coarse.astype(np.uint8)).resize(
            (96, 80), Image.Resampling.BICUBIC
        )
        picture.save(path)
    twin = folder / FOLDERS[0] / FILES[0]
    (folder / FOLDERS[1] / FILES[0]).write_bytes(twin.read_bytes())
    (folder / FOLDERS[0] / BROKEN).write_bytes(b"not a picture")


def filled(home: Path, count: int = 24, *, is_trained: bool = True) -> Workspace:
    """A workspace in which everything that a person names has a name that is no good.

    Args:
        home: The folder that it is made in, with its photographs.
        count: How many photographs.
        is_trained: Whether a model is trained and the checks are run, which takes a while.
    """
    photographs(home / "photographs", count)
    workspace = Workspace(home / COLLECTION)
    steps.scan(workspace, [home / "photographs"])
    steps.measure(workspace)
    steps.project(workspace, "pca")
    name_clustering(workspace, steps.cluster(workspace, "kmeans"), CLUSTERING, PEOPLE[0])
    key = steps.cluster(workspace, "hierarchical")
    for cluster, name in enumerate(CLUSTERS):
        workspace.labels.name_cluster(key, cluster, name, PEOPLE[0])
    keep_fine_cut(workspace, 6, PEOPLE[0])
    for place, name in zip(("0.0", "0.1"), GROUPS, strict=True):
        name_group(workspace, place, name, PEOPLE[0])
    ids = list(workspace.images.ids)
    workspace.labels.define(LABELS, is_ordered=True, who=PEOPLE[0])
    for row, image in enumerate(ids[: count * 2 // 3]):
        workspace.labels.add([image], LABELS[row % 2], PEOPLE[0], f"as {PEOPLE[1]} said")
        workspace.labels.add([image], LABELS[row % 2 if row % 5 else 0], PEOPLE[1])
    workspace.labels.unsure(ids[-1:], PEOPLE[1])
    for left, right in pairwise(ids[:9]):
        workspace.comparisons.add(left, right, "left", PEOPLE[0])
    workspace.selections.save(SELECTION, ids[:5], PEOPLE[1])
    if is_trained:
        steps.pseudo_label(workspace, order=LABELS)
        with pytest.MonkeyPatch.context() as patch:
            draw_few(patch)
            steps.validate(workspace)
    return workspace
