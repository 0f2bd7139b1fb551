"""The library that runs ONNX networks: one thread, bounded memory, bounded time, no plug-ins."""

import functools
import threading
from typing import TYPE_CHECKING, Any

from contrast_engine.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_MEMORY = 4 << 30
"""Bytes that all networks of this process may take at once."""

MOST_SECONDS = 60.0
"""What one picture may take before it is given up, looked at between two operators."""


@functools.cache
def runtime() -> Any:
    """The library, with its memory bounded once for this process.

    Raises:
        ModelError: It is not installed.
    """
    try:
        import onnxruntime
    except ImportError:
        raise ModelError(
            "a network of your own needs onnxruntime; install it with: "
            "pip install 'contrast-engine[onnx]'"
        ) from None
    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0,
        onnxruntime.OrtMemType.DEFAULT,
    )  # fmt: skip
    bounded = onnxruntime.OrtArenaCfg(MOST_MEMORY, -1, -1, -1)
    onnxruntime.create_and_register_allocator(memory, bounded)
    return onnxruntime


def session(data: bytes, name: str) -> Any:
    """A session of a network that `check_network` let through.

    Raises:
        ModelError: The library is missing, or refuses the network.
    """
    library = runtime()
    options = library.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.use_deterministic_compute = True
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        return library.InferenceSession(
            data, options, providers=["CPUExecutionProvider"],
            disabled_optimizers=["ConstantFolding"],  # it computes with no limit of time
        )  # fmt: skip
    except _faults() as error:
        raise ModelError(f"{name} cannot be opened as a network: {_said(error)}") from None


def run(opened: Any, output: str, given: "Mapping[str, Any]", name: str) -> Any:
    """One output of a session for named inputs, given up after `MOST_SECONDS`.

    Raises:
        ModelError: The network fails, or takes too long.
    """
    options = runtime().RunOptions()
    options.log_severity_level = 4
    late = threading.Event()

    def stop() -> None:
        late.set()
        options.terminate = True

    timer = threading.Timer(MOST_SECONDS, stop)
    timer.daemon = True
    timer.start()
    try:
        return opened.run([output], given, options)[0]
    except _faults() as error:
        if late.is_set():
            raise ModelError(
                f"{name} took more than {MOST_SECONDS:g} s for one picture and was stopped"
            ) from None
        raise ModelError(f"{name} failed on a picture: {_said(error)}") from None
    finally:
        timer.cancel()


@functools.cache
def _faults() -> tuple[type[Exception], ...]:
    """What the library raises; it has no common base but `Exception`."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (one for one in vars(state).values() if isinstance(one, type))
    raised = {one for one in own if issubclass(one, Exception)}
    return (*sorted(raised, key=str), RuntimeError, ValueError, TypeError, MemoryError)


def _said(error: Exception) -> str:
    """The last sentence of the library's words, without places in its source."""
    words = str(error).replace("\n", " ").split(" : ")[-1].split("Status Message: ")[-1]
    return (words.split(".cc:")[-1].strip() or type(error).__name__)[:200]
