"""Networks in ONNX files, run by onnxruntime on pictures.

A file is read whole and must have the digest that the film was planned with, so that it can name no other
files, and no other network can take its place. The number of threads is fixed; processors of another kind
may still round a value otherwise, which is a level of a colour at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from storyboard.document.given_files import read_given
from storyboard.errors import AssemblyError
from storyboard.media.mezzanine import PIXEL_FORMAT

if TYPE_CHECKING:
    from pathlib import Path

    from assembly.frames.clips import Planes

THREADS = 4
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
"""where networks run, the first that is there; the first comes with onnxruntime-gpu"""
LARGEST_BYTES = 2 * 2**30
"""the most that one ONNX file can hold"""
QUIET = 4
"""onnxruntime's own messages: only what is fatal, the rest is in its errors"""

Rgb = NDArray[np.uint8]
"""uint8 [height, width, 3], full range"""
Tensor = NDArray[np.float32]
"""float32 [1, 3, height, width], 0 to 1"""


class Network:
    """A network whose file was checked; its inputs are float32."""

    def __init__(self, path: Path, sha256: str | None, extra: str) -> None:
        """Load it.

        Args:
            path: the ONNX file.
            sha256: the digest that it must have; None for any.
            extra: the extra of shotfarm that brings onnxruntime, for the hint.

        Raises:
            AssemblyError: onnxruntime is not installed, or the file is none that it can run.
            FileChangedError: it has other bytes than those of the digest.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise AssemblyError(
                f"{path.name} needs onnxruntime: {error}", f"install shotfarm[{extra}]"
            ) from error
        self.path = path
        try:
            content = path.read_bytes() if sha256 is None else read_given(path, sha256, LARGEST_BYTES)
        except OSError as error:
            raise self.unusable(str(error.strerror)) from error
        except ValueError as error:
            raise self.unusable(str(error)) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        # Threads that spin while they wait take the time of the encoder's.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = QUIET
        here = onnxruntime.get_available_providers()
        providers = [name for name in PROVIDERS if name in here]
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=providers)
        except Exception as error:  # onnxruntime's errors have no class of their own in common
            raise self.unusable(str(error).strip()) from error
        self.inputs: list[tuple[str, list[object]]] = [
            (one.name, list(one.shape)) for one in self._session.get_inputs()
        ]
        wrong = [one.name for one in self._session.get_inputs() if one.type != "tensor(float)"]
        if wrong:
            raise self.unusable(f"its input {wrong[0]} is not of float32")

    def run(self, *values: NDArray[np.float32]) -> Tensor:
        """Its first output.

        Raises:
            AssemblyError: it cannot be run with these.
        """
        feeds = {name: value for (name, _), value in zip(self.inputs, values, strict=True)}
        try:
            outputs: list[Any] = self._session.run(None, feeds)
        except Exception as error:  # onnxruntime's errors have no class of their own in common
            raise self.unusable(str(error).strip()) from error
        return np.asarray(outputs[0], np.float32)

    def unusable(self, why: str) -> AssemblyError:
        """The error for a file that is not what it should be."""
        return AssemblyError(f"{str(self.path)!r} cannot be used: {why}")


class Colours:
    """Between the planes of clips (BT.709, limited range) and RGB."""

    def __init__(self) -> None:
        self._there, self._back = VideoReformatter(), VideoReformatter()

    def rgb(self, planes: Planes) -> Rgb:
        """A picture's RGB."""
        picture = self._there.reformat(
            VideoFrame.from_ndarray(planes, format=PIXEL_FORMAT),
            format="rgb24",
            src_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
        return np.asarray(picture.to_ndarray(), np.uint8)

    def planes(self, rgb: Rgb) -> Planes:
        """A picture's planes."""
        picture = self._back.reformat(
            VideoFrame.from_ndarray(rgb, format="rgb24"),
            format=PIXEL_FORMAT,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
        )
        return np.asarray(picture.to_ndarray(), np.uint8)


def tensor(rgb: Rgb) -> Tensor:
    """A picture as networks take it."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None], np.float32) / np.float32(255)


def picture(values: Tensor) -> Rgb:
    """A picture as networks give it, clipped and rounded."""
    levels = np.clip(values[0], 0, 1) * np.float32(255) + np.float32(0.5)
    return np.ascontiguousarray(levels.astype(np.uint8).transpose(1, 2, 0))
