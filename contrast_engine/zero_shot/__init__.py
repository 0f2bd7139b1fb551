"""Networks that people bring along: an image tower as ONNX, and text vectors to score it by."""

from contrast_engine.zero_shot.own_network import OwnNetwork
from contrast_engine.zero_shot.recipe import TowerRecipe
from contrast_engine.zero_shot.score import TextPair, TextPairs, zero_shot_score
from contrast_engine.zero_shot.tower import Tower

__all__ = ["OwnNetwork", "TextPair", "TextPairs", "Tower", "TowerRecipe", "zero_shot_score"]
