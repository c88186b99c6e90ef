"""Pictures as models take and give them, and as takes hold them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from farm.backend.protocol import Frame
from farm.backends.diffusion.families.call import Size
from farm.media import pictures
from farm.takes.clip import fitted
from farm.takes.quality import QualityError
from storyboard.errors import FarmError
from storyboard.planning.spec import ResolvedFile


def as_pictures(frames: torch.Tensor, maker: str) -> NDArray[np.uint8]:
    """Frames (float [time, 3, height, width], 0 to 1) as pictures: uint8 [time, height, width, 3].

    Raises:
        QualityError: there are numbers among them that are none.
    """
    values = frames.detach().float()
    if not bool(torch.isfinite(values).all()):
        broken = int((~torch.isfinite(values).flatten(1).all(1)).sum())
        raise QualityError(f"{maker} gave no numbers (NaN or infinity) in {broken} of {len(values)} frames")
    pictures: NDArray[np.uint8] = (
        (values.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    )
    return pictures


def open_picture(files: Mapping[str, Path], picture: ResolvedFile) -> Image.Image:
    """A user's picture, as it is meant to be seen.

    Raises:
        FarmError: it is no picture.
    """
    path = files[picture.sha256]
    try:
        return pictures.open_picture(path).image
    except pictures.PictureError as error:
        raise FarmError(f"the reference {path.name} cannot be read as a picture: {error.message}") from error


def image_of(frame: Frame, size: Size) -> Image.Image:
    """A frame as a picture of exactly this size."""
    return Image.fromarray(fitted(frame, size.width, size.height))
