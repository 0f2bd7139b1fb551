"""The sample says on every page who labelled in it, and leads to one's own photographs."""

from contrast_engine.store.sample_mark import finish_part
from pages.frame.sample import OWN
from tests.pages.conftest import Open, Visit


def test_the_sample_says_who_labelled_and_leads_to_ones_own_photographs(
    at_stage: Open, visit: Visit
) -> None:
    workspace = at_stage("scanned")
    app = visit("collection/collection.py")
    assert OWN not in [one.label for one in app.button]
    finish_part(workspace, "measured")
    workspace.labels.add(list(workspace.images.paths)[:1], "low", "simulated A")
    app = visit("collection/collection.py")
    assert any("Labelled and compared by 1 simulated annotator" in one.value for one in app.caption)
    app = next(one for one in app.button if one.label == OWN).click().run()
    assert any("Where are your photographs?" in one.value for one in app.markdown)
    back = next(one for one in app.button if one.label.startswith("Back to "))
    app = back.click().run()
    assert not any("Where are your photographs?" in one.value for one in app.markdown)
