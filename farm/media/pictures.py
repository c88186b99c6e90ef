"""The one door for a user's picture: upright, eight bits of sRGB, nothing transparent; or one clear error.

What is changed on the way is said, so that a plan can tell it before anything renders. A picture comes from
anywhere: it is opened by the readers named here alone, and is never larger than `MOST_PIXELS`.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageCms, ImageOps, UnidentifiedImageError

from farm.media.tone_mapping import Transfer, tone_mapped
from storyboard.errors import FarmError
from storyboard.wording import first_line

FORMATS = ("AVIF", "BMP", "GIF", "HEIF", "JPEG", "JPEG2000", "PNG", "PPM", "TGA", "TIFF", "WEBP")
"""what is read, by Pillow's names; a reader that starts other programs (EPS) is not among them"""
MOST_PIXELS = 178_956_970
BACKGROUND = (255, 255, 255)
"""what transparent pictures are laid on: the white of a studio's cutouts"""

_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}
_WHOLE = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_ROUNDING = 3
_BITS_TAG = 258
_ORIENTATION_TAG = 0x0112
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "LAB": "LAB"}
"""modes of Pillow by the colours that an ICC profile is of"""
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_BT2020 = 9


class PictureError(FarmError):
    """A file that cannot be read as a picture; the message does not name the file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is meant to be seen.

    Attributes:
        image: RGB, upright.
        alpha: how opaque it was, as L; None where all of it was.
        changes: what was done to what the file holds, in words.
    """

    image: Image.Image
    alpha: Image.Image | None
    changes: tuple[str, ...]


def open_picture(
    path: Path, *, formats: tuple[str, ...] = FORMATS, most_pixels: int = MOST_PIXELS
) -> Picture:
    """A user's picture.

    Args:
        path: its file.
        formats: what it may be, by Pillow's names, of those that are read.
        most_pixels: how large it may be; nothing larger is decoded.

    Raises:
        PictureError: it cannot be read, whatever the reason.
    """
    _prepare()
    try:
        # Pillow warns of large pictures on standard error; what is too large is refused here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=formats) as opened:
                if opened.format == "HEIF":
                    _look_for_the_end(path)
                return _read(opened, most_pixels)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(most_pixels) from error
    except UnidentifiedImageError as error:
        raise PictureError(_unknown(path)) from error
    except Exception as error:  # a file from anywhere, read by somebody else's code
        raise PictureError(f"it is broken: {first_line(error)}") from error


@cache
def _prepare() -> None:
    """Teach Pillow to read HEIC, and to say in errors alone what is broken."""
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    logging.getLogger("PIL").addHandler(logging.NullHandler())


def _look_for_the_end(path: Path) -> None:
    """Refuse a file whose boxes (ISO/IEC 14496-12, 4.2) end beyond it: libheif draws it black."""
    with path.open("rb") as file:
        end, at = file.seek(0, 2), 0
        while at < end:
            file.seek(at)
            head = file.read(16)
            size = int.from_bytes(head[:4], "big")
            if size == 1:
                size = int.from_bytes(head[8:], "big")
            at += max(size, 8) if size else end - at
    if at > end:
        raise PictureError("it is broken: it ends too soon")


def _read(opened: Image.Image, most_pixels: int) -> Picture:
    changes: list[str] = []
    if opened.width * opened.height > most_pixels:
        raise _too_large(most_pixels)
    if opened.format != "MPO" and (count := getattr(opened, "n_frames", 1)) > 1:
        first = "its main picture of" if opened.format == "HEIF" else "the first of its"
        changes.append(f"{first} {count} pictures is used")
    opened.load()
    upright = _upright(opened)
    if upright is not opened:
        changes.append("turned upright, as its EXIF data says")
    eight = _as_bt709(_eight_bits(upright, opened, changes), opened, changes)
    alpha = None
    if eight.mode in _ALPHA or "transparency" in eight.info:
        whole = eight.convert("RGBA")
        alpha = whole.getchannel("A")
        profile = eight.info.get("icc_profile")
        eight = whole.convert("RGB")
        eight.info["icc_profile"] = profile
        if alpha.getextrema() == (255, 255):
            alpha = None
    image = _in_srgb(eight, changes)
    if alpha is not None:
        image = Image.composite(image, Image.new("RGB", image.size, BACKGROUND), alpha)
        changes.append("what is transparent is laid on white")
    if all(low == high for low, high in image.getextrema()):  # type: ignore[misc]
        changes.append("it is one plain colour all over")
    return Picture(image, alpha, tuple(changes))


def _upright(opened: Image.Image) -> Image.Image:
    """Turned as EXIF says; a picture whose EXIF data is broken stays as it is."""
    try:
        if opened.getexif().get(_ORIENTATION_TAG, 1) in range(2, 9):
            return ImageOps.exif_transpose(opened)
    except Exception:  # noqa: BLE001  (what readers of broken EXIF data raise is anything)
        return opened
    return opened


def _eight_bits(picture: Image.Image, opened: Image.Image, changes: list[str]) -> Image.Image:
    """With eight bits a channel: whole numbers from their own full scale, fractions from 0 to 1."""
    if picture.mode in _WHOLE:
        values = np.asarray(picture).astype(np.int64)
        bits = _bits_of(opened)
        if bits == 32 and values.min(initial=0) < 0:
            values %= 2**32
        full = 2**bits - 1 if bits else (65535 if values.max(initial=0) <= 65535 else 2**32 - 1)
        if full > 255:
            changes.append(f"its {full.bit_length()} bits a channel become eight")
        scaled = np.clip(values / full * 255, 0, 255)
    elif picture.mode == "F":
        floats = np.asarray(picture, np.float64)
        if not np.isfinite(floats).all():
            changes.append("numbers in it that are none become black")
        floats = np.nan_to_num(floats, nan=0.0, posinf=0.0, neginf=0.0)
        top = float(floats.max(initial=0))
        full = next((scale for scale in (1, 255, 65535) if top <= scale * 1.001), 0)
        if not full:
            raise PictureError(
                f"its fractions go up to {top:g}, and at most 65535 is read: save it as PNG or JPEG"
            )
        changes.append(f"its fractions, taken as 0 to {full}, become eight bits")
        scaled = np.clip(floats / full * 255, 0, 255)
    else:
        return picture
    made = Image.fromarray(np.rint(scaled).astype(np.uint8))
    made.info = {key: value for key, value in picture.info.items() if key == "icc_profile"}
    return made


def _as_bt709(picture: Image.Image, opened: Image.Image, changes: list[str]) -> Image.Image:
    """With its light as BT.709 shows it, where a HEIC picture says that it is written as HLG or PQ."""
    said = opened.info.get("nclx_profile") or {}
    bits = opened.info.get("bit_depth") or 8
    if bits > 8:  # pi-heif has made eight of them
        changes.append(f"its {bits} bits a channel become eight")
    known = {each.value: each for each in Transfer}
    transfer = known.get(said.get("transfer_characteristics", 0))
    if transfer is None or picture.info.get("icc_profile"):
        return picture
    changes.append(f"HDR ({transfer.name}) is mapped to sRGB")
    wide = said.get("color_primaries") == _BT2020
    values = np.asarray(picture.convert("RGB")).astype(np.uint16) * 257
    return Image.fromarray(tone_mapped(values, transfer, wide=wide))


def _bits_of(opened: Image.Image) -> int:
    """The bits of a channel, where the file says so; 0 where it does not."""
    tags = getattr(opened, "tag_v2", None)
    if tags is not None:
        said = tags.get(_BITS_TAG, (0,))
        return int(said[0] if isinstance(said, tuple) else said)
    return 16 if opened.mode.startswith("I;16") or opened.format in {"PNG", "PPM"} else 0


def _in_srgb(picture: Image.Image, changes: list[str]) -> Image.Image:
    """In the colours of sRGB: by the picture's profile, or as its mode says where that is none."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            space = str(own.profile.xcolor_space).strip().upper()
            name = str(own.profile.profile_description or "a profile of its own").strip()
            given = picture if picture.mode == _SPACES[space] else picture.convert(_SPACES[space])
            made = ImageCms.profileToProfile(given, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, KeyError, ValueError, TypeError, AttributeError):
            changes.append("its colour profile cannot be read and is left out")
        else:
            if made is not None:
                if given.mode != "RGB" or _differ(given, made):
                    changes.append(f"its colours ({name}) become sRGB")
                return made
    elif picture.mode == "CMYK":
        changes.append("its printing colours (CMYK without a profile) become sRGB")
    return picture.convert("RGB")


def _differ(before: Image.Image, after: Image.Image) -> bool:
    """Whether two pictures differ by more than what rounding does."""
    return any(most > _ROUNDING for _, most in ImageChops.difference(before, after).getextrema())  # type: ignore[misc]


def _too_large(most_pixels: int) -> PictureError:
    return PictureError(
        f"it has more than {most_pixels // 10**6} million pixels, the most that are read: make it smaller"
    )


def _unknown(path: Path) -> str:
    """What to say of a file that no reader knows."""
    with path.open("rb") as file:
        head = file.read(32)
    if not head:
        return "it is empty"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "it is HEIC, broken or in a form that is not read: export it as JPEG or PNG"
    if head.startswith(b"version https://git-lfs"):
        return "it is a pointer of git-lfs, not the picture: run git lfs pull"
    return "it is no picture that is read (JPEG, PNG, HEIC, TIFF, WebP, AVIF, GIF, BMP, JPEG 2000, PPM, TGA)"
