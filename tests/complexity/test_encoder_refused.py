from pathlib import Path

import pytest

from contrast_engine.encoders import encoders
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.steps.encoders.embed import embed
from contrast_engine.store import Workspace
from contrast_engine.views.encoders.encoder_card import comparison, trained_encoders
from contrast_engine.views.encoders.training_run import curves_of

KEY = "0" * 16


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "w.contrast")
    report = {
        "images": 30, "epochs": 1, "seconds": 1.0, "device": "CPU", "ended": "planned",
        "collapsed": False, "refused": "its neighbours know as much",
    }  # fmt: skip
    recipe = encoders["complexity"]().as_json()
    made.models.save(KEY, {}, {"encoder": "complexity", "options": recipe, "report": report})
    return made


def test_a_refused_encoder_embeds_nothing_unless_it_is_asked_for_anyway(
    workspace: Workspace,
) -> None:
    with pytest.raises(ModelError, match=r"refused: its neighbours know as much; .* anyway"):
        embed(workspace, KEY)
    with pytest.raises(NotEnoughData):  # it would, but there is nothing in this workspace
        embed(workspace, KEY, anyway=True)


def test_a_refused_encoder_says_so_among_the_others(workspace: Workspace) -> None:
    (run,) = trained_encoders(workspace)
    assert run.refused == "its neighbours know as much"
    assert comparison([run], {})[0]["State"] == "refused"


def test_the_live_page_draws_masked_entropy_beside_its_reference() -> None:
    assert {"masked_r2", "neighbours_r2"} <= {curve.name for curve in curves_of("complexity")}
