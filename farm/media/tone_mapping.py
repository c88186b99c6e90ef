"""HLG and PQ pictures as BT.709 shows them: light of BT.2100, highlights rolled off, in BT.709's colours.

Up to half of reference white (203 nits, ITU-R BT.2408) light stays as it is; above, it bends towards the
peak, which becomes white. Hue is kept, as the brightest channel is bent and the others follow it.
"""

from __future__ import annotations

from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

WHITE_NITS = 203.0
PEAK_NITS = 1000.0
"""of the display that the picture was made for"""

_KNEE = 0.5
_GAMMA = 2.4
_HLG_SYSTEM_GAMMA = 1.2
_LUMA_2020 = (0.2627, 0.6780, 0.0593)
_TO_709 = (
    (1.660491, -0.587641, -0.072850),
    (-0.124550, 1.132900, -0.008349),
    (-0.018151, -0.100579, 1.118730),
)
"""linear BT.2020 → linear BT.709 (ITU-R BT.2087)"""


class Transfer(Enum):
    """How light was written as numbers; the value is ITU-T H.273's."""

    PQ = 16
    HLG = 18


def tone_mapped(picture: NDArray[np.uint16], transfer: Transfer, *, wide: bool = True) -> NDArray[np.uint8]:
    """A picture of 16 bits a channel, full range, as one of BT.709 in eight.

    Args:
        picture: uint16 [height, width, 3].
        transfer: how its light is written.
        wide: whether its colours are those of BT.2020.
    """
    light = _light(transfer)[picture]
    if transfer is Transfer.HLG:
        luma = light @ np.array(_LUMA_2020, np.float32)
        light *= np.power(np.maximum(luma, 1e-6), _HLG_SYSTEM_GAMMA - 1)[..., None] * np.float32(
            PEAK_NITS / WHITE_NITS
        )
    brightest = light.max(-1, keepdims=True)
    light *= _rolled_off(brightest) / np.maximum(brightest, 1e-6)
    if wide:
        light = light @ np.array(_TO_709, np.float32).T
    shown: NDArray[np.uint8] = np.rint(np.power(np.clip(light, 0, 1), 1 / _GAMMA) * 255).astype(np.uint8)
    return shown


def _rolled_off(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Below the knee as it is; from there towards 1, which the peak reaches."""
    room = 1 - _KNEE
    over = np.maximum(light - _KNEE, 0)
    most = PEAK_NITS / WHITE_NITS - _KNEE
    bent = over / (over + room) * ((most + room) / most) * room
    return np.where(light <= _KNEE, light, np.minimum(_KNEE + bent, 1)).astype(np.float32)


@cache
def _light(transfer: Transfer) -> NDArray[np.float32]:
    """Light of each of 65,536 values: of the scene from 0 to 1 for HLG, in reference whites for PQ."""
    signal = np.arange(65536) / 65535
    if transfer is Transfer.HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    else:
        m1, m2 = 2610 / 16384, 2523 / 4096 * 128
        c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
        power = signal ** (1 / m2)
        light = (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * (10_000 / WHITE_NITS)
    return light.astype(np.float32)
