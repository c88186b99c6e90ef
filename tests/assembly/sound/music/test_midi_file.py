"""MIDI files and SoundFonts as people have them: played as players play them, or refused with a reason."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import mido
import numpy as np
import pytest

from assembly.sound.music import arrangement, soundfonts
from assembly.sound.music.midi_file import standard
from assembly.sound.sources import SoundFont
from storyboard.document.named_files import is_midi
from tests.support import tiny_font
from tests.support.files import sha256_of

CASES = Path(__file__).parent / "cases"
RATE = 24_000


def sound_of(font, music, seconds=2):
    return np.concatenate(
        [*soundfonts.play(SoundFont(font, sha256_of(font), ""), music, seconds * RATE, RATE, 8192)]
    )


@pytest.mark.parametrize(("name", "program"), [("gsbank.mid", (8, 48)), ("drumkit16.mid", (128, 16))])
def test_a_bank_or_a_kit_that_a_font_has_not_falls_back(name, program):
    music = of_midi(CASES / name)
    assert music.programs == {program}
    assert soundfonts.look_at(CASES / "gm.sf2", music.programs).missing == []
    assert np.abs(sound_of(CASES / "gm.sf2", music)).max() > 0.01


def of_midi(path):
    return arrangement.of_midi(path, sha256_of(path), RATE)


def song(*messages):
    file = mido.MidiFile(type=1)
    file.tracks.append(mido.MidiTrack([*messages]))
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def note(channel=0, key=60):
    return [
        mido.Message("note_on", channel=channel, note=key, velocity=90),
        mido.Message("note_off", channel=channel, note=key, time=480),
    ]


def played(tmp_path, data):
    (tmp_path / "a.mid").write_bytes(data)
    return of_midi(tmp_path / "a.mid")


@pytest.mark.parametrize(
    ("bank", "channel", "program"),
    [
        (0, 0, (0, 5)),
        (8, 0, (8, 5)),
        (121, 0, (0, 5)),
        (120, 0, (128, 5)),
        (127, 3, (128, 5)),
        (8, 9, (128, 5)),
        (121, 9, (0, 5)),
    ],
)
def test_bank_selects_mean_what_gm2_gs_and_xg_say(tmp_path, bank, channel, program):
    select = mido.Message("control_change", channel=channel, control=0, value=bank)
    change = mido.Message("program_change", channel=channel, program=5)
    assert played(tmp_path, song(select, change, *note(channel))).programs == {program}


def test_gs_can_make_any_part_one_of_drums(tmp_path):
    rhythm = mido.Message("sysex", data=(0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 1, 0))
    assert played(tmp_path, song(rhythm, *note(0))).programs == {(128, 0)}


def test_kits_and_variations_fall_back_step_by_step(tmp_path):
    font = tiny_font.write(tmp_path / "a.sf2", [(0, 1), (128, 0), (128, 8)])
    asked = [(8, 1), (0, 1), (128, 9), (128, 25), (8, 2), (0, 2)]
    assert soundfonts.look_at(font, asked).missing == [(0, 2), (8, 2)]


def riff(data):
    body = b"RMIDdata" + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def with_track_length(data, length):
    at = data.index(b"MTrk") + 4
    return data[:at] + length.to_bytes(4, "big") + data[at + 4 :]


PLAIN = song(*note(), *note(key=64))


@pytest.mark.parametrize(
    "data",
    [
        riff(PLAIN),
        b"\0" * 128 + PLAIN,
        with_track_length(PLAIN, 2**31),
        with_track_length(PLAIN, 0),
        with_track_length(PLAIN, len(PLAIN) - 24),
        PLAIN + b"\0junk after the end",
        PLAIN.replace(b"MTrk", b"XFIH\0\0\0\2hiMTrk", 1),
        PLAIN[:-4],
        PLAIN[:10] + (40).to_bytes(2, "big") + PLAIN[12:],
    ],
    ids=["RMID", "MacBinary", "too long", "nothing", "too short", "junk", "chunk", "no end", "tracks"],
)
def test_what_wraps_a_song_or_lies_about_it_changes_nothing(tmp_path, data):
    assert played(tmp_path, data) == played(tmp_path, PLAIN)


def test_two_tracks_of_which_the_first_says_too_much_are_both_read(tmp_path):
    file = mido.MidiFile(type=1)
    file.tracks += [mido.MidiTrack(note()), mido.MidiTrack(note(1, 64))]
    written = BytesIO()
    file.save(file=written)
    assert played(tmp_path, with_track_length(written.getvalue(), 999)) == played(
        tmp_path, written.getvalue()
    )


@pytest.mark.parametrize("cut", [6, 16, 24, 28])
def test_a_song_cut_in_an_event_is_refused(cut):
    with pytest.raises(ValueError, match="ends too soon"):
        standard(PLAIN[:cut])


def test_karaoke_and_riff_are_midi():
    assert [is_midi(name) for name in ("a.mid", "A.MIDI", "a.kar", "a.RMI", "a.wav")] == [True] * 4 + [False]
