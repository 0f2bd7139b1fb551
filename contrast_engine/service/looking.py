"""One picture through the model: its prediction and its features, or the problem."""

from dataclasses import dataclass, replace

from contrast_engine.errors import ImageError
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage, content_id, read_image
from contrast_engine.predict import CASCADE, Prediction, PredictionModel, Predictor
from contrast_engine.predict.scoring.batch_log import Logged, is_chosen, kept_of, one_in
from contrast_engine.service.uploads import Upload


@dataclass(frozen=True)
class Looked:
    """What was found in one picture; without features where it could not be measured.

    Args:
        prediction: What the model says, or the problem.
        features: Raw values by name.
        logged: What the log keeps of it; None where it keeps nothing.
    """

    prediction: Prediction
    features: dict[str, float] | None = None
    logged: Logged | None = None


def predicted(predictor: Predictor, upload: Upload, tier: str, *, for_log: bool) -> Looked:
    """The prediction of one picture.

    Args:
        predictor: The model; threads may share it.
        upload: The picture.
        tier: Which way to the answer.
        for_log: Whether what the log keeps is wanted too: features, measured already where the
            tier uses them at the usual size, and a small picture.
    """
    found, image = _judged(predictor, upload, tier)
    if not for_log or not is_chosen(found, one_in(predictor.model, tier)):
        return Looked(found)
    logged = kept_of(predictor, (upload.name, upload.data), found, image)
    return Looked(found, logged=None if image is not None and logged.features is None else logged)


def _judged(
    predictor: Predictor, upload: Upload, tier: str
) -> tuple[Prediction, LinearImage | None]:
    if upload.problem is not None:
        return Prediction(upload.name, problem=upload.problem, tier=tier), None
    image_id = content_id(upload.data)
    pictures: list[LinearImage] = []

    def read(size: int) -> LinearImage:
        pictures.append(read_image(upload.data, size, name=upload.name, options=predictor.options))
        return pictures[-1]

    try:
        found = predictor.judge_at(read, upload.name, tier=tier)
    except ImageError as error:
        return Prediction(upload.name, problem=str(error), id=image_id, tier=tier), None
    return replace(found, id=image_id), pictures[-1]


def size_of(model: PredictionModel, tier: str) -> int:
    """The longer side in pixels at which a tier measures; of a cascade, its last."""
    rule = model.cascade
    return model.tier(rule.then if tier == CASCADE and rule else tier).size


def measured(predictor: Predictor, upload: Upload, tier: str) -> Looked:
    """The features of one picture, measured as the model's tier does; no label is given."""
    if upload.problem is not None:
        return Looked(Prediction(upload.name, problem=upload.problem))
    image_id = content_id(upload.data)
    size = size_of(predictor.model, tier)
    try:
        image = read_image(upload.data, size, name=upload.name, options=predictor.options)
        features = measure_image(image)
    except ImageError as error:
        return Looked(Prediction(upload.name, problem=str(error), id=image_id))
    return Looked(Prediction(upload.name, id=image_id), features)
