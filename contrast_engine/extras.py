"""What is installed only when asked for, and what to say where it is missing."""

EXTRAS = {
    "streamlit": ("Streamlit", "app"),
    "starlette": ("Starlette", "app"),
    "plotly": ("plotly", "app"),
    "umap": ("umap-learn", "app"),
    "openTSNE": ("openTSNE", "app"),
    "sklearn": ("scikit-learn", "app"),
    "pandas": ("pandas", "notebook"),
    "torch": ("torch", "train"),
    "fastapi": ("FastAPI", "serve"),
    "pydantic": ("pydantic", "serve"),
    "uvicorn": ("uvicorn", "serve"),
    "prometheus_client": ("prometheus-client", "serve"),
    "python_multipart": ("python-multipart", "serve"),
    "authlib": ("Authlib", "login"),
    "onnxruntime": ("onnxruntime", "onnx"),
    "ray": ("Ray", "ray"),
    "skimage": ("scikit-image", "samples"),
    "rawpy": ("rawpy", "raw"),
    "pydicom": ("pydicom", "dicom"),
}
"""Name of the package and of the extra that brings it, by the name it is imported under."""


def words(error: ModuleNotFoundError) -> str | None:
    """What to install, as a sentence; None where what is missing is no extra of ours."""
    name = (error.name or "").split(".")[0]
    if name not in EXTRAS:
        return None
    package, extra = EXTRAS[name]
    return (
        f"this needs {package}, which is not installed; run: pip install 'contrast-engine[{extra}]'"
    )
