"""A film of what a phone, a recorder, a scanner and other people's programs make: every kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support import tiny_font
from tests.support.films import device_files
from tests.support.films.device_files import SOUNDS, turn_by_matrix, write_video
from tests.support.films.given import RATE, every_kind, write_film

SHOT_FRAMES = 24
_BT2020, _HLG, _PQ = 9, 18, 16


def hertz(name: str) -> float:
    """The tone of a recording."""
    return 300.0 + 100 * SOUNDS.index(name)


def write(folder: Path, width: int = 256, height: int = 144) -> Path:
    """Write the film and all that it names into a folder."""
    pictures = device_files.write_pictures(folder / "pictures")
    device_files.write_sounds(folder / "sounds", hertz)
    device_files.write_songs(folder / "music")
    device_files.write_looks(folder / "looks")
    tiny_font.write(folder / "music" / "tiny.sf2")
    videos = folder / "videos"
    write_video(videos / "even.mp4")
    turn_by_matrix(write_video(videos / "phone.mp4"))
    wide = {"form": "yuv420p10le", "color_primaries": _BT2020, "colorspace": _BT2020}
    write_video(videos / "hlg.mp4", "libx265", **wide, color_trc=_HLG)
    write_video(videos / "pq.mkv", "libx265", **wide, color_trc=_PQ)
    write_video(videos / "variable.mkv", times=(0, 7, 30, 31, 60, 120, 200, 235))
    write_video(videos / "late.mkv", times=range(60, 250, 10))
    write_video(videos / "mask.mov", "qtrle", "argb")
    write_video(videos / "camera.mpg", "mpeg2video", options={"flags": "+ildct+ilme", "top": "1"})
    return write_film(folder, document(width, height, pictures))


def document(width: int, height: int, pictures: list[str]) -> dict[str, Any]:
    """The film's document: a shot a recording, first as an effect, from the sixth on as a line."""
    videos = ("phone.mp4", "hlg.mp4", "pq.mkv", "variable.mkv", "late.mkv", "camera.mpg", "even.mp4")
    shots: list[dict[str, Any]] = []
    for number, name in enumerate(SOUNDS):
        shot: dict[str, Any] = {"id": f"1{chr(ord('A') + number)}", "duration": SHOT_FRAMES}
        if number < len(SOUNDS) // 2:
            shot["effects"] = [{"sound": f"sounds/{name}"}]
        else:
            shot["lines"] = [{"character": "ada", "text": "Here.", "recording": f"sounds/{name}"}]
            shot["characters"] = [{"id": "ada"}]
        if number < len(videos):
            shot["performance"] = {"file": f"videos/{videos[number]}", "consent": "ours, for tests"}
        shots.append(shot)
    shots[0]["performance"] |= {"background": "videos/even.mp4", "mask": "videos/mask.mov"}
    shots[1]["first_frame"], shots[1]["last_frame"] = "pictures/phone.jpg", "pictures/iphone.heic"
    songs = {"song.mid": ("1K", "1K"), "song.rmi": ("1L", "1L"), "song.kar": ("1M", "1M")}
    shots += [{"id": start, "duration": SHOT_FRAMES} for start, _ in songs.values()]
    deliverables = every_kind(("en",), height, "every kind of file", "2026-11-29")
    deliverables["web"]["lut"] = "looks/latin1.cube"
    deliverables["master"]["lut"] = "looks/utf16.cube"
    return {
        "schema": 1,
        "title": "Every Kind of File",
        "format": {"width": width, "height": height, "rate": RATE},
        "look": {"references": ["pictures/scan.tif", "pictures/print.jpg"], "lut": "looks/curve.cube"},
        "soundfont": "music/tiny.sf2",
        "characters": {"ada": {"name": "Ada", "references": [f"pictures/{name}" for name in pictures]}},
        "locations": {"here": {"name": "Here", "references": ["pictures/scan.png"]}},
        "music": [
            {
                "id": f"M{number}",
                "from": start,
                "to": end,
                "file": f"music/{name}",
                "fade_in": 0,
                "fade_out": 0,
            }
            for number, (name, (start, end)) in enumerate(songs.items(), 1)
        ],
        "deliverables": deliverables,
        "scenes": [{"id": "1", "slug": "INT. HERE - DAY", "location": "here", "shots": shots}],
    }
