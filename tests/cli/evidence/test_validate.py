from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_validate_keeps_the_contract(contrast: Contrast, labelled: Path) -> None:
    contrast("pseudo-label", labelled, "--order", "low,medium,high")
    findings = contrast("validate", labelled, "--json").json["findings"]
    assert len(findings) > 5
    for finding in findings:
        assert {"check", "value", "low", "high", "n", "space", "verdict", "note"} <= set(finding)
    assert {"unknown"} < {finding["verdict"] for finding in findings}
    text = contrast("validate", labelled).out
    assert all(finding["note"] in text for finding in findings)
