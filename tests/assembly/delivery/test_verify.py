"""What the checks of a deliverable find, and what they leave alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from assembly.cut.form import FrameForm
from assembly.delivery import verify
from assembly.delivery.expected import Expected, compare
from assembly.frames import mezzanine_encoder
from assembly.sound.signal import wav
from storyboard.errors import AssemblyError
from tests.support.assembly import pictures

PICTURE = FrameForm(64, 48, Fraction(24))
RIGHT = Expected(48, (64, 48), Fraction(24), "h264", Fraction(2), -20.0)
SEEN = verify.PictureFacts(
    "h264", "yuv420p", 64, 48, Fraction(24), 48, evenly=True, keyframes=(0,), tagged=True, black=()
)
HEARD = verify.SoundFacts("aac", 48000, 2, Fraction(2), (), -20.0, -3.0)


def changed(facts, **keys):
    from dataclasses import replace

    return replace(facts, **keys)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"frames": 47}, "frames: 47 where 48 is right"),
        ({"width": 62}, "width and height: (62, 48)"),
        ({"rate": Fraction(25)}, "frames a second: 25"),
        ({"codec": "hevc"}, "codec: hevc"),
        ({"evenly": False}, "one frame after the other"),
        ({"tagged": False}, "not tagged"),
    ],
)
def test_a_picture_that_is_not_what_it_must_be_is_a_problem(seen, words):
    problems, warnings = compare(RIGHT, changed(SEEN, **seen), HEARD)
    assert len(problems) == 1
    assert words in problems[0]
    assert warnings == []


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ({"true_peak_dbtp": -0.9}, "true peak is -0.9 dBTP"),
        ({"lufs": -19.0}, "loudness is -19.0 LUFS; the target is -20.0"),
        ({"duration_s": Fraction(19, 10)}, "1.900 s where 2.000 s is right"),
    ],
)
def test_sound_that_is_not_what_it_must_be_is_a_problem(heard, words):
    problems, warnings = compare(RIGHT, SEEN, changed(HEARD, **heard))
    assert len(problems) == 1
    assert words in problems[0]
    assert warnings == []


def test_a_file_without_its_sound_or_with_one_too_many_is_a_problem():
    assert compare(RIGHT, SEEN, None)[0] == ["it has no sound"]
    assert compare(changed(RIGHT, sound_s=None), SEEN, HEARD)[0] == ["it has sound that was not asked for"]


def test_black_and_silence_are_warned_of_unless_the_film_asks_for_them():
    black = changed(SEEN, black=((10, 20),))
    silent = changed(HEARD, silent=((0, 96000),))
    problems, warnings = compare(changed(RIGHT, heard=((4, 30),)), black, silent)
    assert problems == []
    assert warnings == [
        "black that no fade asks for: 00:00:00:10 to 00:00:00:20",
        "silence where something should sound: 00:00:00:00 to 00:00:02:00",
    ]
    assert compare(changed(RIGHT, dark=((8, 12),)), black, silent) == ([], [])


def test_black_frames_are_seen_and_dark_ones_are_not_black(tmp_path):
    def frames():
        for number in range(48):
            planes = np.full((72, 64), 128, np.uint8)
            planes[:48] = 16 if 12 <= number < 24 else 30
            yield planes

    path = tmp_path / "film.mp4"
    mezzanine_encoder.encode_planes(frames(), PICTURE, path)
    seen = verify.watch(path)
    assert seen.black == ((12, 24),)
    assert (seen.frames, seen.evenly, seen.tagged, seen.keyframes) == (48, True, True, (0, 12, 24, 36))


def test_silence_is_heard_where_it_is(tmp_path):
    wave = np.sin(np.arange(48000 * 6) * 0.05) * 0.2
    wave[48000:168000] = 0
    wav.write(tmp_path / "a.wav", wave, 48000)
    heard = verify.listen(tmp_path / "a.wav")
    assert heard.silent == ((48000, 168000),)
    assert heard.duration_s == 6
    assert heard.true_peak_dbtp == pytest.approx(-14, abs=0.2)


def test_a_damaged_file_is_refused(tmp_path):
    path = pictures.clip(tmp_path / "film.mp4", 1, 48)
    data = bytearray(path.read_bytes())
    middle = data.index(b"mdat") + 1500
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    with pytest.raises(AssemblyError, match="cannot be decoded at frame"):
        verify.watch(path)
