"""Packages of others in the app: what they add, what is said of a broken one, what one leaves."""

from pathlib import Path

import pytest

from contrast_engine import steps
from tests.plugin_packages import HALVES, PLAIN, WARMTH, install, install_example, remove

MAP, CLUSTERS, FEATURES = "structure/map.py", "structure/clusters.py", "collection/features.py"


def words(app) -> str:
    """All that a page says below its menus."""
    assert not app.exception, [error.message for error in app.exception]
    return " ".join(str(one.value) for one in (*app.caption, *app.markdown))


def test_the_example_is_in_the_menu_of_the_map_and_has_a_card(
    site: Path, built_example: Path, at_stage, visit, finish
) -> None:
    workspace = at_stage("clustered")
    install_example(site, built_example)
    steps.measure(workspace)
    said = words(visit(FEATURES, family="added"))
    assert "Warmth (warmth)" in said
    assert "contrast-warmth 1.0" in said
    assert "30 of 30 images have a value" in said
    assert "once there are any" not in said, "no string of the script stands on the page"
    app = visit(MAP)
    assert "Plain: the first two columns" in app.selectbox(key="method").options
    assert "Warmth (warmth)" in app.selectbox(key="colour").options
    drawn = visit(MAP, method="plain")
    assert not drawn.exception


@pytest.mark.parametrize(
    ("page", "of"),
    [
        (MAP, "projections"), (CLUSTERS, "clusterings"), (FEATURES, "features"),
        ("encoders/encoders.py", "encoders"), ("output/export.py", "formats"),
        ("evidence/evidence.py", "checks"), ("models/model.py", "classifiers"),
    ],
)  # fmt: skip
def test_a_page_says_which_plugin_its_menu_leaves_out(
    page: str, of: str, site: Path, at_stage, visit
) -> None:
    at_stage("labelled")
    install(site, "raise RuntimeError('no *licence*')", {of: "lamp"})
    said = words(visit(page))
    assert "of contrast-lamp 1.0 is skipped: RuntimeError: no \\*licence\\*" in said


def test_what_a_package_that_is_gone_made_is_still_on_the_pages(
    site: Path, at_stage, visit
) -> None:
    workspace = at_stage("labelled")
    install(
        site, WARMTH + PLAIN + HALVES, {"features": "w", "projections": "p", "clusterings": "c"}
    )
    steps.measure(workspace)
    steps.project(workspace, "plain")
    steps.cluster(workspace, "halves")
    remove(site)
    gone = "of contrast-lamp 1.0, which is not installed"
    assert f"Made by plain {gone}: it is shown as it was made" in words(visit(MAP))
    assert f"Made by halves {gone}: it is shown as it was made" in words(visit(CLUSTERS))
    assert "The package is not installed" in words(visit(FEATURES, family="added"))
    for page in ("overview/overview.py", "collection/gallery.py", "output/export.py"):
        words(visit(page))
