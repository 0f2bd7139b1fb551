"""VAE: paint the picture again from a few numbers, without losing its contrast."""

import torch
from torch import Tensor

from contrast_engine.learning.losses.beta_vae import (
    gradient_error,
    kl_divergence,
    squared_error,
    warmed_up,
)
from contrast_engine.learning.losses.soft_histogram import histogram_distance
from contrast_engine.learning.losses.structure import contrast_term
from contrast_engine.learning.luminance import decode_srgb, encode_srgb, luminance
from contrast_engine.learning.networks.conv_vae import ConvVAE, shrunk
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.views import cropped, scaled


class VAE(Objective):
    """A beta-VAE whose loss also compares gradients, tones and local contrast.

    loss = squared error + 0.5 gradient error + tones * histogram distance
    + structure * (1 - contrast term) + beta * KL term, each per picture, with the first two
    and the last as sums over a picture brought to 64 x 64 pixels.

    Args:
        dimensions: Length of the latent vector.
        beta: Weight of the KL term once warmed up.
        tones: Weight of the histogram distance.
        structure: Weight of the contrast term.
        edges: Weight of the gradient error.
        carries_tones: The network carries brightness and contrast by construction (`ConvVAE`).
        is_varied: Each picture is seen, and has to be reconstructed, in random versions.

    Source: Higgins 2017; docs/methods.md#vae-encoder.
    """

    def __init__(
        self,
        dimensions: int,
        beta: float,
        tones: float,
        structure: float,
        edges: float,
        *,
        carries_tones: bool = False,
        is_varied: bool = False,
    ) -> None:
        super().__init__()
        self.network = ConvVAE(dimensions, carries_tones=carries_tones)
        self.beta, self.tones, self.structure, self.edges = beta, tones, structure, edges
        self.is_varied = is_varied

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The loss, its parts, and the slope of reconstructed on original contrast."""
        light = shrunk(light)  # the loss is that of what the network can paint
        if self.is_varied and self.training:
            light = varied(light, draw)
        coded = encode_srgb(light)
        mean, log_variance = self.network.encode(coded)
        noise = torch.randn(mean.shape, generator=draw, device=mean.device)
        latent = mean + torch.exp(0.5 * log_variance) * noise
        rebuilt = self.network.decode(latent, *coded.shape[-2:])
        area = 64 * 64 / (coded.shape[-2] * coded.shape[-1])  # sums would grow with the size
        squared = area * squared_error(rebuilt, coded).mean()
        divergence = kl_divergence(mean, log_variance).mean()
        loss = squared + warmed_up(self.beta, share) * divergence
        if self.edges:
            loss = loss + self.edges * area * gradient_error(rebuilt, coded).mean()
        before, after = _grey(coded), _grey(rebuilt)
        if self.tones:
            loss = (
                loss + self.tones * histogram_distance(after.flatten(1), before.flatten(1)).mean()
            )
        if self.structure:
            loss = loss + self.structure * (1 - contrast_term(after, before)).mean()
        slope = contrast_slope(rebuilt.detach(), light)
        return {"loss": loss, "error": squared, "divergence": divergence, "contrast_slope": slope}

    def embed(self, light: Tensor) -> Tensor:
        """The mean of the latent vector."""
        return self.network.encode(encode_srgb(light))[0]

    def reconstruction(self, light: Tensor) -> Tensor:
        """The pictures as the network paints them from the mean of the latent vector."""
        mean, _ = self.network.encode(encode_srgb(light))
        return self.network.decode(mean, *light.shape[-2:])


def contrast_slope(rebuilt: Tensor, light: Tensor) -> Tensor:
    """Slope of reconstructed on original c_rms over a batch; 1 keeps contrast, below 1 loses it."""
    old, new = (_c_rms(luminance(pixels)) for pixels in (light, decode_srgb(rebuilt)))
    centred = old - old.mean()
    return (centred * (new - new.mean())).sum() / centred.square().sum().clamp(min=1e-6)


@torch.no_grad()
def varied(light: Tensor, draw: torch.Generator) -> Tensor:
    """One version of each picture, cropped, flipped, brighter or darker, harsher or softer.

    A version is both what is seen and what has to be reconstructed, so its contrast is known.
    """
    n = len(light)
    change = torch.rand(2, n, generator=draw, device=light.device)
    view = scaled(cropped(light, draw, 0.7), torch.exp(1.4 * change[0] - 0.9))  # 0.4 to 1.6
    return (view * torch.exp(change[1] - 0.5)[:, None, None, None]).clamp(0, 1)


def _c_rms(y: Tensor) -> Tensor:
    return y.std(dim=(1, 2), correction=0) / y.mean(dim=(1, 2)).clamp(min=1e-4)


def _grey(coded: Tensor) -> Tensor:
    # squares and roots for the sRGB curve, as in `tones`: nearly the same, at a fifth of the time
    return luminance(coded.square()).clamp(min=1e-6).sqrt()
