"""How far the work on a collection is: its steps, what is next, and what runs."""

from collections.abc import Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contrast_engine.arrays import Json
from contrast_engine.jobs import JobStatus
from contrast_engine.server import params
from contrast_engine.store import Workspace
from contrast_engine.views.collection.journey import next_step, stages
from contrast_engine.views.collection.progress import workflow_state
from contrast_engine.views.collection.running import Running, step_page, step_words
from contrast_engine.views.collection.whose_turn import as_told
from contrast_engine.views.input_checks import sentence

ENDED = 5
"""So many jobs that are over are told of, so that their end can be announced."""


def work(request: Request) -> Response:
    """The state of the work now; asked for again and again while a page is looked at."""
    answer = work_on(params.workspace(request))
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def work_on(workspace: Workspace) -> Json:
    """How each step stands, what is next, and the jobs that run or have ended last."""
    state = workflow_state(workspace)
    jobs = params.runner(workspace.id).jobs()
    running = [_running(job) for job in jobs if not job.is_over]
    ended = [job for job in jobs if job.is_over][:ENDED]
    shown = [job for job in jobs if not job.is_over] + ended
    return {
        "stages": [asdict(one) for one in stages(state, running)],
        "next": asdict(as_told(next_step(state, running))),
        "jobs": _told(shown),
    }


def _told(jobs: Sequence[JobStatus]) -> list[Json]:
    return [
        {
            "id": job.id,
            "page": step_page(job.step),
            "doing": step_words(job.step),
            "words": _running(job).words,
            "state": job.state,
            "share": job.done / job.total if job.total else None,
            "problem": sentence(job.error) if job.error else "",
        }
        for job in jobs
    ]


def _running(job: JobStatus) -> Running:
    return Running(job.step, job.done, job.total, job.note)
