"""Make it again, on the Export page: the script can be downloaded, and its commands looked at."""

from contrast_engine.reproduce.record import script_of


def test_the_commands_are_shown_where_they_are_asked_for(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    page = visit("output/export.py")
    assert not page.exception
    assert not [code for code in page.code if "contrast gather" in code.value]
    page.toggle(key="reproduce.shown").set_value(True).run()
    assert not page.exception
    (shown,) = [code.value for code in page.code if "contrast gather" in code.value]
    assert "contrast cluster -o n_clusters=" in shown
    assert all(line in script_of(workspace).decode() for line in shown.splitlines())
