"""The Encoders page's part for a network that somebody brings along."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.store import Workspace
from tests.pages.conftest import wait_for_jobs
from tests.zero_shot import networks

PAGE = "encoders/encoders.py"


def written(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.error, *app.success, *app.warning)
    return "\n".join(str(part.value) for part in parts)


def test_a_network_is_brought_on_the_page_and_stands_there_with_its_verdict(
    at_stage: Callable[[str], Workspace], visit: Callable[..., AppTest], tmp_path: Path
) -> None:
    workspace = at_stage("measured")
    app = visit(PAGE)
    assert "Bring three files" in written(app)
    files = networks.files(tmp_path / "net", networks.brightness(), (1, 0), (0, 1))
    ask = next(b for b in app.button if b.label == "Embed all images and test it")
    app = ask.click().run()
    assert "A network and its recipe are needed" in written(app)
    report = steps.zero_shot(workspace, str(files[0]), recipe=str(files[1]), text=str(files[2]))
    wait_for_jobs(workspace)
    app = visit(PAGE)
    assert not app.exception
    said = written(app)
    assert "**Refused.**" in said or "**At the limit.**" in said
    assert "Shortcut audit" in said
    assert app.selectbox(key="zero_shot.chosen").options == [
        f"tower.onnx (own network) ({report.key[:6]})"
    ]
