"""Steps in the background: started once, watched from anywhere, stopped on request.

A job is a process of its own with four files in the workspace's `jobs` folder: its status, its
log, its metrics and, once someone wants it stopped, a cancel flag. It holds a lock that the
system frees when it ends, however it ends; that, and never a remembered process id, says whether
it lives. So a job outlives the page, the tab and the server that started it.
"""

from contrast_engine.jobs.files import LOCK_HANDLE, JobFiles
from contrast_engine.jobs.runner import JobRunner
from contrast_engine.jobs.status import FINAL, JobStatus

__all__ = ["FINAL", "LOCK_HANDLE", "JobFiles", "JobRunner", "JobStatus"]
