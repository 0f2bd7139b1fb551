"""Feature differences of a selection: a sentence, and effect sizes with their intervals."""

from pages.components import register


def show(at: str, *, key: str) -> None:
    """Draw which features set a selection apart from the rest, once the engine has found out.

    The browser asks for it after the pictures of the page: it takes long for very many images.

    Args:
        at: Address of a `selection_summary.Chosen` as JSON.
        key: Names this part of the page.
    """
    _feature_differences(key=key, data={"at": at})


_feature_differences = register(
    "feature_differences",
    '<div class="feature_differences"></div>',
    styles=("shared/saving.css",),
)
