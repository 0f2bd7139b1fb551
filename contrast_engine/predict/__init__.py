"""A model in use: new images through it, with or without the workspace it was made in."""

from contrast_engine.images.in_memory import ImageArray
from contrast_engine.predict.inputs import Item
from contrast_engine.predict.model import (
    CASCADE,
    FAST,
    FULL,
    HYBRID,
    TIERS,
    Cascade,
    NearestCluster,
    PredictionModel,
    TierModel,
    rule_of,
)
from contrast_engine.predict.model_file import is_model_file, read_model, write_model
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor, image_files

__all__ = [
    "CASCADE",
    "FAST",
    "FULL",
    "HYBRID",
    "TIERS",
    "Cascade",
    "ImageArray",
    "Item",
    "NearestCluster",
    "Prediction",
    "PredictionModel",
    "Predictor",
    "TierModel",
    "image_files",
    "is_model_file",
    "read_model",
    "rule_of",
    "write_model",
]
