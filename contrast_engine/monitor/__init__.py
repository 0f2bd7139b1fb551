"""What was scored, kept on disk: a log of batches, the latest images, and a sample of all."""

from contrast_engine.monitor.batch import Scored, ScoredBatch
from contrast_engine.monitor.log import LATEST, RESERVOIR, MonitorLog
from contrast_engine.monitor.rows import LoggedBatch, LoggedRow, LoggedRun, feature_table
from contrast_engine.monitor.watching import Monitored, monitored

__all__ = [
    "LATEST",
    "RESERVOIR",
    "LoggedBatch",
    "LoggedRow",
    "LoggedRun",
    "MonitorLog",
    "Monitored",
    "Scored",
    "ScoredBatch",
    "feature_table",
    "monitored",
]
