"""A detector and a recogniser of faces, built in code from ONNX operators, as OpenCV reads them.

A face, to this detector, is a red square; to the recogniser, two are of one person when their patterns of
green and blue are alike. What OpenCV does around its models is real: boxes, overlaps, aligning, cropping.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx import save as save_model

SIDE = 640
STRIDES = (8, 16, 32)
RED = (0.12, -0.06, -0.06)
"""how much each channel (red, green, blue) makes a face of a place"""


def build_faces(folder: Path) -> Path:
    """The folder with `detector.onnx` and `recognizer.onnx` in it."""
    folder.mkdir(parents=True, exist_ok=True)
    _detector(folder / "detector.onnx")
    _recognizer(folder / "recognizer.onnx")
    return folder


def face(person: int, side: int = 96) -> NDArray[np.uint8]:
    """A person's face: uint8 [side, side, 3]."""
    pattern = np.random.default_rng(person).integers(0, 130, (4, 4, 3))
    pattern[..., 0] = 255
    return np.kron(pattern, np.ones((side // 4, side // 4, 1))).astype(np.uint8)


def _constant(name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> TensorProto:
    return numpy_helper.from_array(values, name)


def _save(path: Path, nodes: list, given: tuple, outputs: list, constants: list) -> None:
    name, shape = given
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, size) for output, size in outputs],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    save_model(model, path)


def _detector(path: Path) -> None:
    """Only the coarsest of the three grids finds something: boxes of 64 pixels around its cells' middles."""
    weights = np.array(RED[::-1], np.float32).reshape(1, 3, 1, 1)  # OpenCV hands over blue, green, red
    constants = [_constant("weights", weights), _constant("bias", np.array([-12.0], np.float32))]
    nodes, outputs = [], []
    for stride in STRIDES:
        count = (SIDE // stride) ** 2
        nodes += [
            helper.make_node(
                "AveragePool",
                ["input"],
                [f"pool{stride}"],
                kernel_shape=[stride, stride],
                strides=[stride, stride],
            ),
            helper.make_node("Conv", [f"pool{stride}", "weights", "bias"], [f"red{stride}"]),
            helper.make_node("Sigmoid", [f"red{stride}"], [f"score{stride}"]),
            helper.make_node("Mul", [f"score{stride}", f"seen{stride}"], [f"found{stride}"]),
            helper.make_node("Reshape", [f"found{stride}", f"rows{stride}"], [f"cls_{stride}"]),
            helper.make_node("Reshape", [f"found{stride}", f"rows{stride}"], [f"obj_{stride}"]),
        ]
        constants += [
            _constant(f"seen{stride}", np.array([stride == STRIDES[-1]], np.float32)),
            _constant(f"rows{stride}", np.array([1, count, 1], np.int64)),
        ]
        half = np.log(64 / stride)
        eyes_nose_mouth = np.array([0.1, 0.2, 0.9, 0.2, 0.5, 0.5, 0.2, 0.8, 0.8, 0.8])
        for name, row in (("bbox", [0.5, 0.5, half, half]), ("kps", eyes_nose_mouth)):
            constants.append(_constant(f"{name}_row{stride}", np.array(row, np.float32)))
            nodes.append(
                helper.make_node("Mul", [f"cls_{stride}", f"none{stride}"], [f"{name}_zero{stride}"])
            )
            nodes.append(
                helper.make_node("Add", [f"{name}_zero{stride}", f"{name}_row{stride}"], [f"{name}_{stride}"])
            )
        constants.append(_constant(f"none{stride}", np.zeros(1, np.float32)))
    for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
        outputs += [(f"{kind}_{stride}", [1, (SIDE // stride) ** 2, width]) for stride in STRIDES]
    _save(path, nodes, ("input", [1, 3, SIDE, SIDE]), outputs, constants)


def _recognizer(path: Path) -> None:
    nodes = [
        helper.make_node("Sub", ["data", "middle"], ["centred"]),
        helper.make_node("AveragePool", ["centred"], ["pooled"], kernel_shape=[28, 28], strides=[28, 28]),
        helper.make_node("Flatten", ["pooled"], ["fc1"]),
    ]
    middle = np.array([255, 65, 65], np.float32).reshape(1, 3, 1, 1)
    _save(path, nodes, ("data", [1, 3, 112, 112]), [("fc1", [1, 48])], [_constant("middle", middle)])
