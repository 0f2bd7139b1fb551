"""overview: every card in a sentence, and all of it as JSON."""

from contrast_engine import steps
from contrast_engine.store import Workspace


def test_a_collection_is_summed_up_in_sentences_and_as_json(contrast, photos, tmp_path) -> None:
    root = tmp_path / "one.contrast"
    steps.gather(Workspace(root), [photos])
    said = contrast("overview", root)
    assert said.code == 0
    for title in ("Images:", "Contrast profile:", "Issues:", "Not known:", "Next: Cluster"):
        assert f"\n{title}" in said.out
    assert "\nClusters: The images are not clustered yet." in said.out
    document = contrast("overview", root, "--json").json
    assert len(document["contact_sheet"]["images"]) == 24
    assert document["clusters"] is None
    assert document["absent"]["clusters"]["page"] == "clusters"
    assert len(document["profile"]["features"]) == 20


def test_an_empty_workspace_says_what_is_missing(contrast, tmp_path) -> None:
    root = tmp_path / "none.contrast"
    Workspace(root)
    said = contrast("overview", root)
    assert said.code == 0
    assert "There are no photographs in this collection yet." in said.out
    assert "Next: Add photographs." in said.out
