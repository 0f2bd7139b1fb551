"""From a few labelled images to a label, a probability and a doubt for every image.

Every classifier is one file: a frozen recipe whose `fit` yields snapshots of a model that gets
better, together with what models trained without each label say about it. `train` turns those
snapshots into predictions and live, held-out scores; the classifiers never judge themselves.
"""

from contrast_engine.options import recipe_fault
from contrast_engine.pseudo_labels.abstaining import Abstaining
from contrast_engine.pseudo_labels.classifier import Classifier, Model, Snapshot
from contrast_engine.pseudo_labels.folds import Folds, stratified
from contrast_engine.pseudo_labels.labelled import Labelled, gather
from contrast_engine.pseudo_labels.policy import VERY_ROUGH_UP_TO, badge, recommended
from contrast_engine.pseudo_labels.scores import Scores
from contrast_engine.pseudo_labels.training import TrainedModel, train
from contrast_engine.registry import Registry

classifiers: Registry[type[Classifier]] = Registry(
    __name__, "classifier", recipe_fault(Classifier, "fit", "load"), Classifier
)

__all__ = [
    "VERY_ROUGH_UP_TO",
    "Abstaining",
    "Classifier",
    "Folds",
    "Labelled",
    "Model",
    "Scores",
    "Snapshot",
    "TrainedModel",
    "badge",
    "classifiers",
    "gather",
    "recommended",
    "stratified",
    "train",
]
