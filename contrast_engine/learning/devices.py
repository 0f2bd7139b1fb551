"""Which device computes, how many threads it may use, and how results stay repeatable."""

import contextlib
import os
from collections.abc import Iterator

import torch
from torch import nn


def pick_device(name: str = "auto") -> torch.device:
    """The fastest device there is: CUDA, then MPS, then the CPU; or the one named."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def in_words(device: torch.device) -> str:
    """The name of a device as a person would say it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return {"cpu": "CPU", "mps": "Apple GPU"}.get(device.type, device.type)


@contextlib.contextmanager
def repeatable() -> Iterator[None]:
    """Use algorithms that give the same numbers again, and leave one core to the page.

    The number of threads is fixed, because sums depend on how they are split.
    """
    threads = torch.get_num_threads()
    backend = torch.backends.cudnn
    before = backend.deterministic, backend.benchmark
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) - 1)
                          if hasattr(os, "sched_getaffinity")
                          else max(1, (os.cpu_count() or 2) - 1))  # fmt: skip
    backend.deterministic, backend.benchmark = True, False
    try:
        yield
    finally:
        backend.deterministic, backend.benchmark = before
        torch.set_num_threads(threads)


@contextlib.contextmanager
def seeded_weights(seed: int) -> Iterator[None]:
    """Let layers start from this seed, and leave the process's own random numbers alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def place(network: nn.Module, device: torch.device) -> None:
    """Move a network to a device, its weights in the order that convolutions there like best."""
    network.to(device)
    if device.type != "mps":
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def synchronise(device: torch.device) -> None:
    """Wait until a device has done what it was asked, so that a clock tells the truth."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
