"""A feature of another package has a table of its own: nothing else is measured for it, or changes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.cli import main
from contrast_engine.errors import PluginError, UnknownName
from contrast_engine.map_file import colour_choices
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection import measure as home
from contrast_engine.store import Workspace
from contrast_engine.views.collection.added_features import added_cards, added_tables
from contrast_engine.views.in_use import answering, result_name
from contrast_engine.views.outdated import outdated
from tests.plugin_packages import HALVES, PLAIN, WARMTH, install, remove

N = 6
COOL = WARMTH.replace("warmth", "coolness").replace("Warmth", "Coolness")
POINTS = {"features": "warm"}


@pytest.fixture
def workspace(
    photographs: Callable[..., list[Path]], made_once: Callable[..., Path], tmp_path: Path
) -> Workspace:
    """Six pictures, measured before anything is installed, which a map was drawn of."""

    def fill(folder: Path) -> None:
        photographs(folder / "photos", N)
        made = Workspace(folder / "w.contrast")
        steps.scan(made, [folder / "photos"])
        steps.measure(made)
        steps.project(made)
        made.close()

    kept = made_once("measured-without-plugins", fill)
    return Workspace(Path(shutil.copytree(kept / "w.contrast", tmp_path / "w.contrast")))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Counts what is measured: pictures read, and whole rows of features."""
    counted = {"read": 0, "rows": 0}

    def counting(name: str, real: Callable) -> Callable:
        def call(*given, **named):
            counted[name] += 1
            return real(*given, **named)

        return call

    monkeypatch.setattr(home, "read_image", counting("read", home.read_image))
    monkeypatch.setattr(home, "measured", counting("rows", home.measured))
    return counted


def test_a_new_feature_measures_its_own_column_and_changes_no_key(workspace, site, read) -> None:
    before = {kind: workspace.current(kind) for kind in ("features", "maps")}
    install(site, WARMTH, POINTS)
    (found,) = steps.measure(workspace).added
    assert (found.name, found.package) == ("warmth", "contrast-lamp 1.0")
    assert (found.images, found.computed, found.failed) == (N, N, 0)
    assert read == {"read": N, "rows": 0}, "each file once, and none of our features"
    assert {kind: workspace.current(kind) for kind in before} == before
    assert outdated(workspace) == {}
    (again,) = steps.measure(workspace).added
    assert again.computed == 0
    assert read["read"] == N


def test_only_what_is_new_of_it_is_measured(workspace, site, read) -> None:
    install(site, WARMTH, POINTS)
    steps.measure(workspace)
    key = attribute_tables(workspace)["warmth"]
    install(site, COOL, {"features": "cool"}, name="ice")
    both = steps.measure(workspace).added
    assert [(one.name, one.computed) for one in both] == [("coolness", N), ("warmth", 0)]
    assert attribute_tables(workspace)["warmth"] == key
    install(site, "", {"features": "cool"}, name="ice", version="1.1")
    newer = steps.measure(workspace).added
    assert [(one.package, one.computed) for one in newer] == [
        ("contrast-ice 1.1", N), ("contrast-lamp 1.0", 0),
    ]  # fmt: skip
    assert read["rows"] == 0


def test_a_version_of_its_own_outlives_releases_of_its_package(workspace, site) -> None:
    own = WARMTH.replace("@feature(", '@feature(version="7", ')
    install(site, own, POINTS)
    steps.measure(workspace)
    install(site, "", POINTS, version="2.0")
    (found,) = steps.measure(workspace).added
    assert (found.package, found.computed) == ("contrast-lamp 2.0", 0)


def test_new_images_get_both_from_one_reading(workspace, site, read, photographs, tmp_path) -> None:
    install(site, WARMTH, POINTS)
    steps.measure(workspace)
    photographs(tmp_path / "more", 2, seed=9)
    steps.scan(workspace, [tmp_path / "more"])
    (found,) = steps.measure(workspace).added
    assert (found.images, found.computed) == (N + 2, 2)
    assert read == {"read": N + 2, "rows": 2}


def test_one_image_on_which_it_fails_has_no_value_and_the_others_have(
    workspace, site, read
) -> None:
    picky = WARMTH.replace(
        "    red, _", "    assert image.rgb.mean() < LIMIT, 'too light'\n    red, _"
    )
    means = _means(workspace)
    install(site, f"LIMIT = {(means[-1] + means[-2]) / 2}\n{picky}", POINTS)
    (found,) = steps.measure(workspace).added
    assert (found.images, found.failed) == (N - 1, 1)
    assert found.why == "warmth of contrast-lamp 1.0 failed: AssertionError: too light"
    table = steps.table(workspace)
    column = [row[table.columns.index("warmth")] for row in table.rows]
    assert column.count(None) == 1
    assert len(workspace.images.ids) == N
    (again,) = steps.measure(workspace).added
    assert (again.computed, again.failed) == (0, 1), "not tried again under the same version"


def _means(workspace: Workspace) -> list[float]:
    from contrast_engine.images import read_image

    ids = workspace.images.ids
    return sorted(float(read_image(workspace.original_bytes(i)).rgb.mean()) for i in ids)


def test_it_stands_where_attributes_stand(workspace, site, tmp_path) -> None:
    install(site, WARMTH, POINTS)
    steps.measure(workspace)
    key = workspace.current("maps")
    assert colour_choices(workspace, key)["feature.warmth"][0] == "Warmth (warmth)"
    (card,) = added_cards(workspace)
    assert card.overview.n == N
    assert card.feature.unit == "share"
    assert card.unchanged_by == "", "only what it claims itself"
    assert card.source == "no publication; defined by contrast-lamp 1.0"
    assert "never part of the space" in card.used_for
    drawn = steps.project(workspace, "two-features", options={"across": "warmth"})
    assert workspace.manifest(drawn).details["measures"][0] == ["warmth", "share"]


def test_what_a_package_that_is_gone_made_is_shown_and_not_made_again(
    workspace, site, capsys
) -> None:
    install(site, WARMTH + PLAIN + HALVES, {**POINTS, "projections": "p", "clusterings": "c"})
    steps.measure(workspace)
    drawn, cut = steps.project(workspace, "plain"), steps.cluster(workspace, "halves")
    steps.project(workspace, "plain", use=True)
    assert answering(workspace, "maps", "plain", {}, "features") == drawn
    remove(site)
    where = "of contrast-lamp 1.0, which is not installed"
    assert result_name(workspace, drawn).startswith(f"plain {where}")
    assert result_name(workspace, cut).startswith(f"halves {where}")
    (table,) = added_tables(workspace)
    assert (table.package, table.is_installed) == ("contrast-lamp 1.0", False)
    assert "The package is not installed" in table.words
    assert added_cards(workspace) == ()
    rows = steps.table(workspace)
    assert all(isinstance(row[rows.columns.index("warmth")], float) for row in rows.rows)
    assert outdated(workspace) == {}
    assert steps.measure(workspace).added == ()
    with pytest.raises(UnknownName, match="no projection 'plain'"):
        steps.project(workspace, "plain")
    assert main(["overview", str(workspace.root)]) == 0
    assert main(["export", str(workspace.root), str(site / "out.csv")]) == 0
    assert "warmth" in (site / "out.csv").read_text().splitlines()[0]


def test_a_new_version_of_a_map_is_another_map(workspace, site) -> None:
    install(site, PLAIN, {"projections": "p"})
    first = steps.project(workspace, "plain")
    assert workspace.manifest(first).recipe["plugin"] == "contrast-lamp 1.0"
    install(site, "", {"projections": "p"}, version="1.1")
    assert steps.project(workspace, "plain") != first


WRONG = {
    "raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "no vectors": ("return vectors.values", "gave ndarray, not Vectors"),
    "columns": ("return vectors", "gave the columns c_rms"),
    "other images": (
        "return Vectors(('0' * 16,), vectors.values[:1, :2], ('map_x', 'map_y'))", "placed 1 images"
    ),
    "not finite": (
        "return Vectors(vectors.ids, vectors.values[:, :2] * float('nan'), ('map_x', 'map_y'))",
        "must be finite",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_map_that_is_none_is_one_sentence_and_stores_nothing(what, workspace, site) -> None:
    body, said = WRONG[what]
    install(site, PLAIN.partition("        return")[0] + f"        {body}\n", {"projections": "p"})
    before = workspace.artifacts("maps")
    with pytest.raises(
        PluginError, match=r"projection 'plain' of contrast-lamp .* failed"
    ) as error:
        steps.project(workspace, "plain")
    assert said in str(error.value)
    assert workspace.artifacts("maps") == before


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return values", "gave ndarray, not an Assignment"),
        ("return Assignment(values[:, 0])", "whole numbers"),
        ("return Assignment(values[:3, 0].astype(int))", "whole numbers"),
    ],
)
def test_clusters_that_are_none_are_one_sentence(body, said, workspace, site) -> None:
    source = HALVES.partition("        return")[0] + f"        {body}\n"
    install(site, source, {"clusterings": "c"})
    with pytest.raises(PluginError, match=said):
        steps.cluster(workspace, "halves")


def test_a_check_that_fails_is_a_finding_that_says_so(
    workspace, site, few_draws, monkeypatch
) -> None:
    from contrast_engine.steps.evidence import validate

    checks = "@checks.add('odd')\ndef odd(context):\n    'Odd.'\n    return BODY\n"
    for body in ("1 / 0", "[3]"):
        install(site, checks.replace("BODY", body), {"checks": "odd"})
        monkeypatch.setattr(validate, "_in_order", lambda: ("odd",))
        report = workspace.load(steps.validate(workspace, seed=len(body)))
        (finding,) = report.findings
        assert finding.verdict == "unknown"
        assert finding.note.startswith("check 'odd' of contrast-lamp 1.0 failed")


def test_a_format_that_fails_writes_nothing(workspace, site, tmp_path) -> None:
    source = (
        "@formats.add('odd')\nclass Odd(Format):\n    'Writes odd things.'\n    title = 'Odd'\n"
        "    ending = '.odd'\n    def write(self, known, to):\n        raise KeyError('x')\n"
    )
    install(site, source, {"formats": "odd"})
    with pytest.raises(PluginError, match="format 'odd' of contrast-lamp"):
        steps.export(workspace, tmp_path / "out.odd", format="odd")
    assert not (tmp_path / "out.odd").exists()


def test_values_are_those_of_the_function(workspace, site) -> None:
    install(site, WARMTH, POINTS)
    steps.measure(workspace)
    table = workspace.load(attribute_tables(workspace)["warmth"])
    from contrast_engine.images import read_image

    image = table.ids[0]
    red, _, blue = read_image(workspace.original_bytes(image)).rgb.reshape(-1, 3).mean(axis=0)
    assert np.isclose(table.column("warmth")[0], red / (red + blue))
