"""A map with the images that came after it was made: the map of before, and their places on it."""

from contrast_engine.among_known import places_among, straight_places
from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.neighbours import search
from contrast_engine.projections import Projection, projections
from contrast_engine.steps.attributes import beside
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.structure.growing import Growth, NewRows
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store import Artifact
from contrast_engine.vectors import Vectors

EXACT = "by the axes of the map, exactly"
AMONG = "among its {k} nearest of {n} images in the space: its region is kept, exact neighbours not"


def place_on_map(growth: Growth, new: NewRows) -> str:
    """Key of a map with the new images on it.

    Args:
        growth: The map.
        new: The images that it lacks.

    Raises:
        NotEnoughData: Its axes are no longer measured of all of them.
    """
    fitted = growth.fitted
    recipe = projections.of_result(fitted.recipe).of(fitted.recipe["options"])
    drawn: Vectors = growth.workspace.load(fitted.key)
    if recipe.reads_features:
        points, how = _read_off(growth, recipe), EXACT
    else:
        points, how = _among(new, drawn)
    ids = ImageIds(growth.new)
    more = Vectors(ids, points, drawn.columns)
    artifact = Artifact("maps", PLACED, fitted.recipe, (growth.space, fitted.key), fitted.seed)
    if growth.workspace.has(artifact):
        return artifact.key
    return growth.save(artifact, more, growth.details(new, how))


def _among(new: NewRows, drawn: Vectors) -> tuple[Floats, str]:
    """Places of the new images on a map, and how they were found."""
    known = new.known
    rows = drawn.places(ImageSet(known.images))  # images of a set are in the order of their ids
    on_map = rows >= 0
    points = drawn.values[rows]
    straight = straight_places(known.values[on_map], points[on_map], new.vectors.values)
    if straight is not None:
        return straight, EXACT
    near, distances = new.near, new.distances
    if not on_map.all():  # a neighbour that is not on the map says nothing
        k = min(near.shape[1], int(on_map.sum()))
        near, distances = search(known.values[on_map], new.vectors.values, k)
    placed = places_among(near, distances, points[on_map])
    return placed, AMONG.format(k=near.shape[1], n=f"{int(on_map.sum()):,}")


def _read_off(growth: Growth, recipe: Projection) -> Floats:
    """The features that are the axes, of the new images."""
    workspace = growth.workspace
    table: Vectors = workspace.load(str(workspace.current(FEATURES)))
    rows = table.places(ImageSet(growth.new))
    ids = ImageIds(growth.new)
    own = Vectors(ids, table.values[rows], table.columns)
    own = beside(own, workspace, tuple(map(str, recipe.as_json().values())))
    if len(own) < len(ids):
        raise NotEnoughData(
            f"{len(ids) - len(own):,} new images lack what an axis of the map shows; run what "
            "measures it for them, too, or make the map again"
        )
    return recipe.project(own).values
