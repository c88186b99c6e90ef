"""Whether the faces in a take are those of its characters' references.

OpenCV finds faces with YuNet and tells them apart with SFace, from files that the user gives: ONNX, which is
plain data. Two faces are as alike as the cosine of the angle between what SFace makes of them.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from farm.backends.diffusion.conditioning.pictures import open_picture
from farm.backends.diffusion.job import Shot, body_sample
from farm.backends.diffusion.models.file_digests import digest_of_file
from farm.backends.diffusion.models.folders import file_in, find_folder
from farm.backends.diffusion.options import FaceOptions, OnnxOptions
from storyboard.errors import FarmError, UsageError
from storyboard.planning.spec import ResolvedFile

SIDE = 640
"""pixels; YuNet's files are made for squares of this size, so a picture is fitted into one"""
SURE = 0.6
"""how sure YuNet must be of a face: half-way between OpenCV's example for pictures and that for crowds"""
_OVERLAP, _MOST = 0.3, 50
"""boxes that share more are one face; so many are looked at in a picture"""
_NUMBERS = 14
"""of a found face that are pixels: its box, then both eyes, the nose and the corners of the mouth"""

Embedding = NDArray[np.float32]
"""of length 1: [channels]"""


class Faces:
    """The face models of a worker, and the faces that it knows."""

    def __init__(self) -> None:
        self._eyes: dict[bytes, _Eyes] = {}
        self._known: dict[tuple[bytes, str], list[Embedding]] = {}
        self._lock = threading.Lock()
        """shots that overlap look from two threads, and OpenCV's models are not made for that"""

    def forget(self) -> None:
        """Give their memory back."""
        self._eyes.clear()
        self._known.clear()

    def meet(self, shot: Shot) -> None:
        """Look at the references, before anything is rendered.

        Raises:
            UsageError: OpenCV or a model is not here, or no reference of a character shows a face.
            FarmError: a model is none for faces.
        """
        if shot.options.faces is not None:
            with self._lock:
                self._references(shot, shot.options.faces)

    def likeness(self, shot: Shot, pictures: NDArray[np.uint8]) -> dict[str, float | None]:
        """How much each character with references is like them, by id; None when no frame shows a face.

        Of each frame with faces the best match counts, and of all those the middle.

        Args:
            shot: with the option `faces`.
            pictures: all rendered frames, uint8 [time, height, width, 3].

        Raises:
            UsageError: as `meet` does.
            FarmError: as `meet` does.
        """
        if shot.options.faces is None:
            return {}
        with self._lock:
            eyes, known = self._references(shot, shot.options.faces)
            if not known:
                return {}
            seen = [faces for index in body_sample(shot) if (faces := eyes.faces(pictures[index]))]
        return {
            name: round(float(np.median([_best(faces, own) for faces in seen])), 4) if seen else None
            for name, own in known.items()
        }

    def _references(self, shot: Shot, options: FaceOptions) -> tuple[_Eyes, dict[str, list[Embedding]]]:
        paths = [_file(options.detector), _file(options.recognizer)]
        key = b"".join(digest_of_file(path) for path in paths)
        if key not in self._eyes:
            self.forget()
            self._eyes[key] = _Eyes(*paths)
        eyes = self._eyes[key]
        known = {}
        for one in shot.spec.characters:
            if one.references:
                known[one.id] = [face for file in one.references for face in self._face(shot, key, file)]
                if not known[one.id]:
                    raise UsageError(
                        f"no reference of {one.id} shows a face that {options.detector.file} finds",
                        "add a picture of the face, or leave out the option faces",
                    )
        return eyes, known

    def _face(self, shot: Shot, key: bytes, file: ResolvedFile) -> list[Embedding]:
        """The largest face of a reference, if it has one."""
        name = (key, file.sha256)
        if name not in self._known:
            picture = np.asarray(open_picture(shot.conditioning.files, file))
            self._known[name] = self._eyes[key].faces(picture)[:1]
        return self._known[name]


def _best(faces: Sequence[Embedding], own: Sequence[Embedding]) -> float:
    return max(float(face @ one) for face in faces for one in own)


def _file(options: OnnxOptions) -> Path:
    return file_in(find_folder(options.model, options.revision, parts=(options.file,)), options.file)


class _Eyes:
    """A detector and a recogniser."""

    def __init__(self, detector: Path, recognizer: Path) -> None:
        self._cv2 = _opencv()
        self._detector = self._load(
            detector, self._cv2.FaceDetectorYN.create, (SIDE, SIDE), SURE, _OVERLAP, _MOST
        )
        self._recognizer = self._load(recognizer, self._cv2.FaceRecognizerSF.create)
        black = np.zeros((SIDE, SIDE, 3), np.uint8)
        self._try(detector, lambda: self._detector.detect(black))
        self._try(recognizer, lambda: self._recognizer.feature(black[:112, :112]))

    def _load(self, path: Path, create: Any, *more: Any) -> Any:
        # From memory, so that a model cannot name other files to read.
        content = np.frombuffer(path.read_bytes(), np.uint8)
        return self._try(path, lambda: create("onnx", content, np.empty(0, np.uint8), *more))

    def _try(self, path: Path, call: Any) -> Any:
        try:
            return call()
        except self._cv2.error as error:
            raise FarmError(
                f"the face model {path} cannot be used: {str(error).strip()}",
                "give YuNet as detector and SFace as recognizer, as ONNX files of OpenCV's model zoo",
            ) from error

    def faces(self, picture: NDArray[np.uint8]) -> list[Embedding]:
        """The faces of a picture (uint8 [height, width, 3], sRGB), the largest first."""
        picture = np.ascontiguousarray(picture[..., ::-1])  # OpenCV reads blue, green, red
        high, wide = picture.shape[:2]
        scale = SIDE / max(high, wide)
        how = self._cv2.INTER_AREA if scale < 1 else self._cv2.INTER_LINEAR
        small = self._cv2.resize(
            picture, (max(1, round(wide * scale)), max(1, round(high * scale))), interpolation=how
        )
        square = np.zeros((SIDE, SIDE, 3), np.uint8)
        square[: small.shape[0], : small.shape[1]] = small
        _, found = self._detector.detect(square)
        rows = [] if found is None else sorted(found, key=lambda row: -row[2] * row[3])
        embeddings = []
        for row in rows:
            place = row.copy()
            place[:_NUMBERS] /= scale
            face = self._recognizer.feature(self._recognizer.alignCrop(picture, place)).ravel()
            embeddings.append(face / max(float(np.linalg.norm(face)), 1e-9))
        return embeddings


def _opencv() -> ModuleType:
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    # Another number of threads rounds otherwise.
    cv2.setNumThreads(1)
    return cv2
