"""What is asked and answered, as types: they check requests and write the OpenAPI description."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

NAME = "What the picture is called in the answer."
IMAGE_ID = "Name of the content: the same bytes have the same id everywhere."
PROBLEM = "Why this picture could not be used; null where it could."


class ImageSent(BaseModel):
    """One picture: its bytes in base64, or its web address where the service allows them."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=1000, description=NAME, examples=["a.jpg"])] = ""
    base64: Annotated[str | None, Field(description="The whole file, in base64.")] = None
    url: Annotated[
        str | None, Field(max_length=4000, description="http or https; only with --allow-urls.")
    ] = None


class ImagesSent(BaseModel):
    """Pictures as JSON."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"images": [{"name": "a.jpg", "base64": "/9j/4AAQ..."}]}]},
    )

    images: Annotated[list[ImageSent], Field(min_length=1, description="One or several.")]
    tier: Annotated[
        str | None, Field(max_length=100, description="Which way to the answer.", examples=["full"])
    ] = None


class Answered(BaseModel):
    """What every answer says about where it comes from."""

    model: Annotated[str, Field(description="Key of the model.", examples=["3f9a0c21d4e5b678"])]
    feature_version: Annotated[int, Field(description="Version of the features.", examples=[4])]
    version: Annotated[str, Field(description="Version of the product.", examples=["0.1.0"])]


class PredictedImage(BaseModel):
    """What the model says about one picture, or the problem that kept it from saying anything."""

    path: Annotated[str, Field(description=NAME, examples=["a.jpg"])]
    id: Annotated[str | None, Field(description=IMAGE_ID, examples=["9c1185a5c5e9fc54"])]
    label: Annotated[
        str | None, Field(description="The most probable label, also where the model abstains.")
    ]
    probability: Annotated[float | None, Field(ge=0, le=1, description="Of that label.")]
    probabilities: Annotated[
        dict[str, float] | None,
        Field(description="Of every label.", examples=[{"low": 0.1, "high": 0.9}]),
    ]
    abstains: Annotated[
        bool | None, Field(description="The model does not know enough to be believed.")
    ]
    cluster: Annotated[int | None, Field(description="The nearest cluster.")]
    cluster_name: Annotated[str | None, Field(description="What people call it.")]
    tier: Annotated[str | None, Field(description="Which way gave this answer.")]
    problem: Annotated[str | None, Field(description=PROBLEM)]


class PredictAnswer(Answered):
    """Predictions in the order in which the pictures were sent."""

    tier: Annotated[str, Field(description="Which way was asked for.", examples=["full"])]
    predictions: list[PredictedImage]


class MeasuredImage(BaseModel):
    """The features of one picture, or the problem that kept it from being measured."""

    path: Annotated[str, Field(description=NAME, examples=["a.jpg"])]
    id: Annotated[str | None, Field(description=IMAGE_ID, examples=["9c1185a5c5e9fc54"])]
    features: Annotated[
        dict[str, float] | None,
        Field(description="Raw values by name.", examples=[{"c_rms": 0.41}]),
    ]
    problem: Annotated[str | None, Field(description=PROBLEM)]


class FeaturesAnswer(Answered):
    """Features in the order in which the pictures were sent."""

    tier: Annotated[str, Field(description="It says at which size is measured.")]
    size: Annotated[int, Field(description="Longest side measured at, in pixels.", examples=[512])]
    images: list[MeasuredImage]


class ModelAnswer(Answered):
    """What the model is: labels, tiers, its card."""

    labels: Annotated[list[str], Field(description="From least to most where they are ordered.")]
    is_ordered: bool
    tiers: Annotated[list[str], Field(description="Ways to an answer, the cheapest first.")]
    promise: Annotated[str, Field(description="How often its answers are wrong, in words.")]
    reading: Annotated[str, Field(description="How files are read.")]
    card: Annotated[
        dict[str, Any], Field(description="What it was trained on, its scores and limits.")
    ]


class HealthAnswer(BaseModel):
    """The service is there."""

    status: Annotated[str, Field(examples=["ok"])]
    version: Annotated[str, Field(examples=["0.1.0"])]


class ErrorSaid(BaseModel):
    """What went wrong."""

    code: Annotated[str, Field(description="For programs.", examples=["too_large"])]
    message: Annotated[str, Field(description="For people: what was given, what is needed.")]


class ErrorAnswer(BaseModel):
    """The shape of every answer that is no result."""

    error: ErrorSaid
