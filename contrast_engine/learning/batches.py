"""The pictures of a collection as the training loop reads them: no decoding, no workers."""

import numpy as np
import torch
from torch import Tensor

from contrast_engine.arrays import Bytes, Floats, Floats32, Ints
from contrast_engine.learning.luminance import linear_light
from contrast_engine.learning.objective import Objective

SHARE_OF_MEMORY = 0.5
"""How much of a GPU's free memory the collection may fill; a larger one stays on the host."""


class Pictures:
    """A collection on a device, or beside it where it does not fit.

    Args:
        codes: (n, s, s, 3) uint8 sRGB, or float32 linear light; perhaps memory-mapped.
        device: Where batches are wanted.
    """

    def __init__(self, codes: Bytes | Floats32, device: torch.device) -> None:
        self._codes = codes
        self.device = device
        self._resident: Tensor | None = None
        if device.type != "cpu" and codes.nbytes <= SHARE_OF_MEMORY * _free(device):
            self._resident = torch.from_numpy(np.array(codes)).to(device)

    def __len__(self) -> int:
        return len(self._codes)

    def light(self, rows: Ints | Tensor) -> Tensor:
        """Some pictures as linear light (n, 3, s, s) on the device.

        Args:
            rows: Which ones; a tensor on the device costs no copy where the collection is there.
        """
        if self._resident is not None:
            index = rows if isinstance(rows, Tensor) else torch.from_numpy(rows).to(self.device)
            return _light(self._resident.index_select(0, index))
        numbers = rows.cpu().numpy() if isinstance(rows, Tensor) else rows
        return _light(torch.from_numpy(self._codes[numbers]).to(self.device))


@torch.no_grad()
def embed_all(objective: Objective, pictures: Pictures, batch: int = 256) -> Floats:
    """The embedding of every picture, (n, d) float64, in the order of the collection.

    Where the objective has a score, it is the first column.
    """
    objective.eval()
    found = []
    for start in range(0, len(pictures), batch):
        light = pictures.light(np.arange(start, min(start + batch, len(pictures))))
        embedding = objective.embed(light).float()
        score = objective.score(embedding)
        if score is not None:
            embedding = torch.cat([score.float()[:, None], embedding], dim=1)
        found.append(embedding)
    return torch.cat(found).cpu().numpy().astype(np.float64)  # one wait, at the end


def _light(pictures: Tensor) -> Tensor:
    """Linear light (n, 3, h, w) of pictures (n, h, w, 3): decoded, or at full precision."""
    if pictures.dtype == torch.uint8:
        return linear_light(pictures)
    return pictures.permute(0, 3, 1, 2)  # channels last in memory


def _free(device: torch.device) -> float:
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0])
    return 8e9  # unified memory: what a small machine can spare
