"""Cuts clips with MoviePy, in an environment of its own: MoviePy 2.2.1 cannot stand beside Pillow 12.

    .venv/moviepy/bin/python moviepy_cut.py < order.json

The order has `shots` with `path`, `first_s`, `frames_s` and `dissolve_s` (of its beginning; 0 is a cut), all
in seconds of the clip; `sound`, `out`, `fps` and the encoder's `preset` and `crf`. Prints the seconds that it
took, imports left out. Shots are chained and only dissolves composited: compositing every frame takes longer.
"""

from __future__ import annotations

import json
import sys
import time

from moviepy import AudioFileClip, CompositeVideoClip, VideoFileClip, concatenate_videoclips, vfx


def main() -> None:
    order = json.load(sys.stdin)
    began = time.perf_counter()
    parts = []
    shots = order["shots"]
    clips = [VideoFileClip(shot["path"], audio=False) for shot in shots]
    for number, (shot, clip) in enumerate(zip(shots, clips, strict=True)):
        before = shot["dissolve_s"]
        after = shots[number + 1]["dissolve_s"] if number + 1 < len(shots) else 0
        begin, end = shot["first_s"], shot["first_s"] + shot["frames_s"]
        if before:
            last = shots[number - 1]
            out_from = last["first_s"] + last["frames_s"] - before / 2
            out_going = clips[number - 1].subclipped(out_from, out_from + before)
            in_coming = clip.subclipped(begin - before / 2, begin + before / 2)
            parts.append(CompositeVideoClip([out_going, in_coming.with_effects([vfx.CrossFadeIn(before)])]))
        parts.append(clip.subclipped(begin + before / 2, end - after / 2))
    film = concatenate_videoclips(parts, method="chain").with_audio(AudioFileClip(order["sound"]))
    film.write_videofile(
        order["out"],
        fps=order["fps"],
        codec="libx264",
        audio_codec="aac",
        audio_bitrate="256k",
        preset=order["preset"],
        ffmpeg_params=["-crf", str(order["crf"]), "-pix_fmt", "yuv420p"],
        logger=None,
    )
    print(json.dumps({"seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
