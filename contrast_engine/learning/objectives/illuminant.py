"""Illuminant: the same light near whatever it falls on, another light on the same scene far."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrast_engine.learning.losses.angular import angular
from contrast_engine.learning.losses.easy_and_hard import easy_and_hard
from contrast_engine.learning.losses.triplet_hinge import triplet_hinge
from contrast_engine.learning.networks.light_encoder import LightEncoder, LightHead
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.relighting import drawn_away, relit, usable
from contrast_engine.learning.views import cropped

FAR = 5.0
"""Degrees that a negative's light is away at least."""

SHARE_OF_CONTRASTIVE = 0.5
"""Part of the training in which the contrastive loss leads (own choice)."""

MINOR = 0.1
"""Weight of the loss that does not lead, as CLCC has it."""

CROP = 0.5
"""Smallest share of the area that a crop keeps."""


class Settings(NamedTuple):
    """How the network is trained.

    Args:
        is_log: Whether it sees log RGB.
        is_contrastive: Whether embeddings are learnt from pairs of lights first.
        is_frozen: Whether the head is learnt on an embedding that it does not change.
        loss: "triplet" or "clcc".
        margin: Of the triplets.
        temperature: Of CLCC's loss.
        n_negatives: Lights that each anchor is told from, of each kind; CLCC's loss only.
        moved: Share of anchors that are relit before anything is done with them.
    """

    is_log: bool = True
    is_contrastive: bool = True
    is_frozen: bool = False
    loss: str = "triplet"
    margin: float = 0.25
    temperature: float = 0.87
    n_negatives: int = 2
    moved: float = 1.0


class Illuminant(Objective):
    """An embedding of the light in a picture, and a head that names its colour.

    Args:
        dimensions: Length of an embedding.
        lights: (pictures, 3) the illuminant of each picture; empty where all are neutral.
        pool: (m, 3) lights that there are, to draw from; empty to embed only.
        settings: How it is trained.
    """

    must_spread = False

    def __init__(self, dimensions: int, lights: Tensor, pool: Tensor, settings: Settings) -> None:
        super().__init__()
        self.encoder = LightEncoder(dimensions, is_log=settings.is_log)
        self.head: nn.Module = LightHead(dimensions)
        self.settings = settings
        self.lights: Tensor
        self.pool: Tensor
        self.register_buffer("lights", lights, persistent=False)
        self.register_buffer("pool", pool, persistent=False)

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The loss, the mean angle in degrees, and the share of lights told apart."""
        if self.training:
            light = cropped(light, draw, CROP)
        own = self._own(rows, light)
        wanted = self._wanted(own, draw)
        valid = usable(light)
        anchor = relit(light, valid, own, wanted)
        s = self.settings
        if not s.is_contrastive:
            z = self._embedded(anchor, is_fixed=s.is_frozen)
            return self._angle(z, wanted, 1.0)
        leads = share < SHARE_OF_CONTRASTIVE
        is_fixed = s.is_frozen and not leads
        z, contrast, apart = self._contrast(anchor, light, valid, own, wanted, draw, is_fixed)
        if s.is_frozen:
            terms = self._angle(z.detach(), wanted, 1.0)
            weight = 1.0 if leads else 0.0
        else:
            terms = self._angle(z, wanted, MINOR if leads else 1.0)
            weight = 1.0 if leads else MINOR
        return {**terms, "loss": terms["loss"] + weight * contrast, "told_apart": apart}

    def _contrast(
        self, anchor: Tensor, light: Tensor, valid: Tensor, own: Tensor, wanted: Tensor,
        draw: torch.Generator, is_fixed: bool,
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """The anchor's embedding, the contrastive loss, and the share of lights told apart."""
        other, other_valid, others_own = (each.roll(1, dims=0) for each in (light, valid, own))
        n, s = len(light), self.settings
        positive = relit(other, other_valid, others_own, wanted)
        if s.loss == "triplet":
            negative = relit(light, valid, own, drawn_away(wanted, self.pool, draw, FAR))
            z = self._embedded(torch.cat([anchor, positive, negative]), is_fixed=is_fixed)
            a, p, far = z.chunk(3)
            loss = triplet_hinge(a, p, far, margin=s.margin)
            return a, loss, _told_apart(a, p, far)
        pictures = [anchor, perturbed(anchor, draw), positive]
        for scene, seen, of in ((other, other_valid, others_own), (light, valid, own)):
            for _ in range(s.n_negatives):
                away = drawn_away(wanted, self.pool, draw, FAR)
                pictures.append(perturbed(relit(scene, seen, of, away), draw))
        z = self._embedded(torch.cat(pictures), is_fixed=is_fixed)
        a, easy, hard = z[: 3 * n].chunk(3)
        negatives = z[3 * n :].view(2, s.n_negatives, n, -1)
        loss = easy_and_hard(a, torch.stack([easy, hard]), negatives, temperature=s.temperature)
        return a, loss, _told_apart(a, hard, negatives[1, 0])

    def _angle(self, z: Tensor, wanted: Tensor, weight: float) -> Terms:
        loss = angular(self.head(z), wanted)
        return {"loss": weight * loss, "angle": torch.rad2deg(loss.detach())}

    def _embedded(self, pictures: Tensor, *, is_fixed: bool) -> Tensor:
        if not is_fixed:
            embedding: Tensor = self.encoder(pictures)
            return embedding
        was = self.encoder.training
        self.encoder.eval()  # so that not even its batch statistics change
        with torch.no_grad():
            fixed: Tensor = self.encoder(pictures)
        self.encoder.train(was)
        return fixed

    def _own(self, rows: Tensor, light: Tensor) -> Tensor:
        if len(self.lights):
            return self.lights[rows]
        return light.new_full((len(light), 3), 3**-0.5)

    def _wanted(self, own: Tensor, draw: torch.Generator) -> Tensor:
        """The light of each anchor: its own, or one of the pool."""
        index = torch.randint(len(self.pool), (len(own),), generator=draw, device=own.device)
        moves = torch.rand(len(own), generator=draw, device=own.device) < self.settings.moved
        return torch.where(moves[:, None], self.pool[index], own)

    def embed(self, light: Tensor) -> Tensor:
        """What the light is told from."""
        embedding: Tensor = self.encoder(light)
        return embedding

    def estimate(self, light: Tensor) -> Tensor:
        """The light of each picture, (n, 3) unit vectors."""
        found: Tensor = self.head(self.encoder(light))
        return found

    def view(self, light: Tensor, draw: torch.Generator) -> Tensor:
        """A crop of each picture: the light in it stays."""
        return cropped(light, draw, CROP)


@torch.no_grad()
def perturbed(light: Tensor, draw: torch.Generator) -> Tensor:
    """Pictures with a gain of 0.8 to 1.2, shot noise and Gaussian noise, clipped.

    Source: Lo 2021 (CLCC): shot noise 0.02 to 0.06, Gaussian noise 0 to 0.04.
    Deviates: black and saturated pixels stay as they are, so that they stay masked; nothing that
    was usable is clipped to black or white.
    """
    n, device = len(light), light.device
    gain, shot, plain = (
        (low + (high - low) * torch.rand(n, generator=draw, device=device))[:, None, None, None]
        for low, high in ((0.8, 1.2), (0.02, 0.06), (0.0, 0.04))
    )
    noise = torch.randn(2, *light.shape, generator=draw, device=device)
    made = gain * (light + noise[0] * shot * light.sqrt() + noise[1] * plain * light.mean())
    return torch.where(usable(light)[:, None], made.clamp(1e-4, 0.975), light)


def _told_apart(anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    near = functional.cosine_similarity(anchor, positive, dim=1)
    far = functional.cosine_similarity(anchor, negative, dim=1)
    return (near > far).float().mean().detach()
