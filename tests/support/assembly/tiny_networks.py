"""Tiny ONNX networks, built in code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from pathlib import Path


def _model(path: Path, nodes: list[Any], inputs: dict[str, list[Any]], constants: dict[str, Any]) -> Path:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def larger(path: Path, factor: int = 2, shape: tuple[Any, ...] = (1, 3, "height", "width")) -> Path:
    """A network that makes pictures larger with the cubic of ONNX, which looks four pixels around."""
    resize = helper.make_node(
        "Resize", ["in", "", "scales"], ["out"], mode="cubic", coordinate_transformation_mode="half_pixel"
    )
    scales = np.array([1, 1, factor, factor], np.float32)
    return _model(path, [resize], {"in": [*shape]}, {"scales": scales})


def brighter(path: Path, size: int = 1, shape: tuple[Any, ...] = (1, 3, "height", "width")) -> Path:
    """A network that leaves pictures as large as they are, or puts some on top of each other."""
    nodes = [helper.make_node("Mul", ["in", "gain"], ["out"])]
    if size > 1:
        nodes = [helper.make_node("Concat", ["in"] * size, ["out"], axis=2)]
    return _model(path, nodes, {"in": [*shape]}, {"gain": np.float32(1.2)})


def mean(path: Path, names: tuple[str, ...] = ("before", "after", "phase")) -> Path:
    """A network that blends two pictures by the phase."""
    before, after, phase = names
    nodes = [
        helper.make_node("Sub", [after, before], ["way"]),
        helper.make_node("Mul", ["way", phase], ["part"]),
        helper.make_node("Add", [before, "part"], ["out"]),
    ]
    picture = [1, 3, "height", "width"]
    return _model(path, nodes, {before: picture, after: picture, phase: [1, 1, 1, 1]}, {})
