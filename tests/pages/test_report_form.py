"""The report on the Export page: its words are kept, a job writes it, and it can be downloaded."""

import pytest

from contrast_engine.jobs import JobRunner
from contrast_engine.report.kept import kept, kept_bytes
from contrast_engine.store.report_text import report_text

pytestmark = pytest.mark.slow


def test_the_form_keeps_its_words_and_a_job_writes_the_report(at_stage, visit, finish) -> None:
    workspace = at_stage("clustered")
    page = visit("output/export.py")
    page.text_input(key="report.title").set_value("Mine <b>")
    page.text_area(key="report.map").set_value("About the map.")
    page.pills(key="report.sections").set_value(["map", "clusters"])
    next(b for b in page.button if b.label == "Make the report").click()
    page.run()
    assert not page.exception
    finish(workspace)
    found = report_text(workspace.root)
    assert (found.title, found.sections) == ("Mine <b>", ("map", "clusters"))
    assert found.captions["map"] == "About the map."
    job = next(job for job in JobRunner(workspace).jobs() if job.step == "report")
    assert (job.state, job.error) == ("done", None)
    assert kept(workspace, "html").bytes == job.result["bytes"]
    assert b"About the map." in kept_bytes(workspace, "html")
    again = visit("output/export.py")
    assert again.text_input(key="report.title").value == "Mine <b>"
    assert again.text_area(key="report.clusters.sizes").placeholder.startswith("Images in each")
