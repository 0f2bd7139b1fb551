"""The endpoint of filters: what could be chosen next, counted while a person still chooses."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contrast_engine.errors import UnknownName
from contrast_engine.server import params
from contrast_engine.views.collection.filter_sources import offered
from contrast_engine.views.collection.filter_tables import filter_tables
from contrast_engine.views.collection.filters import Condition, read_address


def filtering(request: Request) -> Response:
    """The classes or numbers of one kind, counted under a filter; and how many pass that filter.

    The filter stands in the query as it does in the address of a page; `key` names the kind.
    Without one the kinds that there are come with their words.

    Raises:
        UnknownName: The collection cannot be filtered by that.
    """
    workspace = params.workspace(request)
    asked = dict(request.query_params)
    tables, (filter, problems) = filter_tables(workspace), read_address(asked)
    passing = tables.passing(filter)
    told = {
        "count": len(passing.images),
        "total": passing.total,
        "problems": [*problems.values(), *passing.problems],
    }
    key, known = asked.get("key", ""), offered(workspace)
    if not key:
        told["offered"] = known
    else:
        if key not in known:
            raise UnknownName(f"the images cannot be filtered by {key!r} here")
        spread = tables.spread(filter, key)
        numbers = tables.numbers(key) if spread else None
        told["set"] = asdict(filter.of(key) or Condition(key))
        told["unit"] = numbers.unit if numbers else ""
        told["spread"] = asdict(spread) if spread else None
        told["choices"] = [asdict(choice) for choice in tables.choices(filter, key)]
    return JSONResponse(told, headers={"Cache-Control": "no-store"})
