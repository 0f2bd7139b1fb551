"""Where the app lies: its pages, its parts for the browser, its samples."""

from pathlib import Path


def app_folder() -> Path:
    """The folder with app.py, pages/ and sample_data/.

    An installed wheel carries them beside the engine; a checkout has them at its root.
    """
    package = Path(__file__).parent
    inside = package / "_app"
    return inside if inside.is_dir() else package.parent
