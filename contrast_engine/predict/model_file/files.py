"""Reading and writing the model file."""

from pathlib import Path

from contrast_engine.errors import ModelError, OptionError
from contrast_engine.predict.card import card_lines
from contrast_engine.predict.model import PredictionModel
from contrast_engine.predict.model_file.reading import model_of
from contrast_engine.predict.model_file.safe_tensors import (
    MOST_BYTES,
    decode,
    encode,
    looks_like_model,
)
from contrast_engine.predict.model_file.writing import contents_of
from contrast_engine.store import is_workspace
from contrast_engine.store.atomic_files import reason, write_bytes
from contrast_engine.store.collection import shown


def write_model(model: PredictionModel, path: str | Path, *, overwrite: bool = False) -> int:
    """Bytes of the file that is written; the same model gives the same bytes.

    The file appears whole or not at all. It is read back before it is written, so that what is
    written can be read.

    Args:
        model: The model.
        path: Where to; its folder must be there.
        overwrite: Whether a model file of that name is replaced; another file never is.

    Raises:
        OptionError: The path is a folder, or holds a file that stays.
        ModelError: The model cannot be kept in a file.
        WorkspaceError: The file could not be written.
    """
    target = checked_model_path(path, overwrite=overwrite)
    data = model_bytes(model)
    write_bytes(target, data)
    return len(data)


def model_bytes(model: PredictionModel) -> bytes:
    """The bytes of its file.

    Raises:
        ModelError: The model cannot be kept in a file.
    """
    contents = contents_of(model)
    data = encode(contents.document, contents.arrays)
    if len(data) > MOST_BYTES:
        raise ModelError(
            f"this model takes {len(data) >> 20:,} MB, at most {MOST_BYTES >> 20:,} MB are kept in "
            "a file; train a smaller encoder"
        )
    model_of_bytes(data, "this model")
    return data


def read_model(path: str | Path) -> PredictionModel:
    """The model in a file; nothing of the file is executed, and nothing of it believed.

    Raises:
        ModelError: There is no such file, it is of another version, damaged, or no model file.
    """
    name = shown(path)
    try:
        with Path(path).expanduser().open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError, MemoryError) as error:
        raise ModelError(_unreadable(name, error)) from None
    if len(data) > MOST_BYTES:
        raise ModelError(f"{name} is larger than any model file; name the file that bundle wrote")
    return model_of_bytes(data, name)


def _unreadable(name: str, error: OSError | ValueError | MemoryError) -> str:
    if isinstance(error, FileNotFoundError):
        return (
            f"there is no file {name}; name a model file (`contrast bundle` writes one) or the "
            "folder of a workspace"
        )
    if isinstance(error, IsADirectoryError):
        return (
            f"{name} is a folder and no workspace; name a model file (`contrast bundle` writes "
            "one) or the folder of a workspace"
        )
    why = reason(error) if isinstance(error, OSError) else str(error)
    return f"{name} cannot be read: {why}"


def model_of_bytes(data: bytes, name: str) -> PredictionModel:
    """The model that the bytes of a file hold.

    Args:
        data: The bytes.
        name: What messages call them.

    Raises:
        ModelError: They are of another version, damaged, or no model file.
    """
    try:
        model = model_of(decode(data))
        card_lines(model.card)  # a card that cannot be shown is none
    except ModelError as error:
        raise ModelError(f"{name} {error}") from None
    return model


def is_model_file(path: str | Path) -> bool:
    """True if a file says at its beginning that it is a model file."""
    try:
        with Path(path).expanduser().open("rb") as file:
            return looks_like_model(file.read(4096))
    except (OSError, ValueError):
        return False


def checked_model_path(path: str | Path, *, overwrite: bool = False) -> Path:
    """The file to write to, as a full path.

    Raises:
        OptionError: It is a folder or another file, or a model file that is to stay.
    """
    target = Path(path).expanduser().absolute()
    name = shown(target)
    if is_workspace(target):
        raise OptionError(f"{name} is a workspace; name a file beside it, as in model.contrast")
    if target.is_dir():
        raise OptionError(f"{name} is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OptionError(
            f"there is no folder {shown(target.parent)}; make it first or name another"
        )
    if is_workspace(target.parent):
        raise OptionError(
            f"{name} lies inside a workspace, which keeps its own files; name another"
        )
    if target.exists() and not is_model_file(target):
        raise OptionError(f"{name} is there and is no model file, so it stays; name another file")
    if target.exists() and not overwrite:
        raise OptionError(
            f"{name} is there already; name another file, or replace it (--overwrite)"
        )
    return target
