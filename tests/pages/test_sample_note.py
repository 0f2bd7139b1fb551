"""The sample says on every page who labelled in it, and leads to one's own photographs."""

import pytest

from contrast_engine import access
from contrast_engine.access import Person, Role
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


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR, Role.OWNER])
def test_who_may_not_open_another_collection_is_not_led_to_one(
    at_stage: Open, visit: Visit, role: Role
) -> None:
    finish_part(at_stage("scanned"), "measured")
    access.judge(lambda: Person("Vera", role, is_known=True))
    try:
        app = visit("collection/collection.py", who="")
    finally:
        access.judge(None)
    assert (OWN in [one.label for one in app.button]) == (role is Role.OWNER)
