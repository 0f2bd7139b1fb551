"""Networks that may compute in bfloat16 where that is faster."""

import torch
from torch import nn


class MixedPrecision(nn.Module):
    """A network that can be told to convolve in bfloat16; what measures contrast never is."""

    is_mixed: bool = False

    def precision(self, device: torch.device) -> torch.autocast:
        """The context to run the convolutions in."""
        return torch.autocast(device.type, torch.bfloat16, enabled=self.is_mixed)


def set_precision(network: nn.Module, name: str) -> None:
    """Let every part that can compute in "bfloat16" do so, or all of it in "float32"."""
    for part in network.modules():
        if isinstance(part, MixedPrecision):
            part.is_mixed = name == "bfloat16"
