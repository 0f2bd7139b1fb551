"""The model file: one safetensors file that needs neither workspace nor originals."""

from contrast_engine.predict.model_file.files import (
    checked_model_path,
    is_model_file,
    model_bytes,
    model_of_bytes,
    read_model,
    write_model,
)

__all__ = [
    "checked_model_path",
    "is_model_file",
    "model_bytes",
    "model_of_bytes",
    "read_model",
    "write_model",
]
