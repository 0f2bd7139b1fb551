"""One picture through the model: its prediction and its features, or the problem."""

from dataclasses import dataclass, replace

from contrast_engine.errors import ImageError
from contrast_engine.features import measure_image
from contrast_engine.images import content_id, read_image
from contrast_engine.monitor.thumbnail import small_jpeg
from contrast_engine.predict import Prediction, Predictor
from contrast_engine.service.uploads import Upload


@dataclass(frozen=True)
class Looked:
    """What was found in one picture; without features where it could not be measured.

    Args:
        prediction: What the model says, or the problem.
        features: Raw values by name.
        thumbnail: A small JPEG for the log.
    """

    prediction: Prediction
    features: dict[str, float] | None = None
    thumbnail: bytes | None = None


def predicted(predictor: Predictor, upload: Upload, tier: str, *, for_log: bool) -> Looked:
    """The prediction of one picture.

    Args:
        predictor: The model; threads may share it.
        upload: The picture.
        tier: Which way to the answer.
        for_log: Whether what the log keeps is wanted too: features, measured already where the
            model uses them, and a thumbnail.
    """
    if upload.problem is not None:
        return Looked(Prediction(upload.name, problem=upload.problem, tier=tier))
    image_id = content_id(upload.data)
    size = predictor.model.tier(tier).size
    try:
        image = read_image(upload.data, size, name=upload.name, options=predictor.options)
        found = predictor.judge(image, upload.name, tier=tier)
        features = measure_image(image) if for_log else None
        thumbnail = small_jpeg(image) if for_log else None
    except ImageError as error:
        return Looked(Prediction(upload.name, problem=str(error), id=image_id, tier=tier))
    return Looked(replace(found, id=image_id), features, thumbnail)


def measured(predictor: Predictor, upload: Upload, tier: str) -> Looked:
    """The features of one picture, measured as the model's tier does; no label is given."""
    if upload.problem is not None:
        return Looked(Prediction(upload.name, problem=upload.problem))
    image_id = content_id(upload.data)
    size = predictor.model.tier(tier).size
    try:
        image = read_image(upload.data, size, name=upload.name, options=predictor.options)
        features = measure_image(image)
    except ImageError as error:
        return Looked(Prediction(upload.name, problem=str(error), id=image_id))
    return Looked(Prediction(upload.name, id=image_id), features)
