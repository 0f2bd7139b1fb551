"""Measuring and predicting as pure functions of Arrow tables, for whatever runs them on a cluster.

Ray Data, Spark and Daft hand a function some rows and take some rows back. These functions read no
file, keep nothing between two calls and use one thread; how many run at a time is left to those.
"""

from contrast_engine.batches.measuring import measure_bytes, measure_schema
from contrast_engine.batches.predicting import predict_bytes, predict_schema

__all__ = ["measure_bytes", "measure_schema", "predict_bytes", "predict_schema"]
