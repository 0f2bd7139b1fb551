"""What sets some images apart from the rest: a sentence, and effect sizes with their intervals."""

from pages.components import register


def show(at: str, *, key: str) -> None:
    """Draw what the engine has found, once it has.

    The browser asks for it after the pictures of the page: it takes long for very many images.

    Args:
        at: Address of a `selection_summary.Chosen` as JSON.
        key: Names this part of the page.
    """
    _apart(key=key, data={"at": at})


_apart = register("apart", ("../shared/page.js", "apart.js"), '<div class="apart"></div>')
