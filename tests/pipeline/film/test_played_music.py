"""Music by a SoundFont through the command: refused in words if it cannot be played, made anew with it."""

from __future__ import annotations

import json
import shutil

import mido
import numpy as np
import pytest

from assembly.sound.lay_soundtrack import soundtrack
from assembly.sound.music import midi
from assembly.sound.soundtrack import STEMS
from pipeline.film.mixing import gain_of, mix_of
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.support import tiny_font
from tests.support.pipeline.slate_films import Shotfarm, assert_clear, six_slates, tree, write_film


def plays(**film):
    return six_slates() | film


MIDI_CUE = [{"id": "M1", "from": "1A", "to": "1B", "file": "cue.mid"}]


@pytest.fixture
def folder(tmp_path):
    """A project folder with a font, a piano, what is no font, and MIDI."""
    folder = tmp_path / "film"
    folder.mkdir()
    tiny_font.write(folder / "tiny.sf2")
    tiny_font.write(folder / "piano.sf2", [(0, 0)])
    (folder / "broken.sf2").write_bytes((folder / "tiny.sf2").read_bytes()[:9000])
    track = mido.MidiTrack(
        [mido.Message("note_on", note=69, velocity=90), mido.Message("note_off", note=69, time=480)]
    )
    mido.MidiFile(tracks=[track]).save(folder / "cue.mid")
    (folder / "broken.mid").write_bytes((folder / "cue.mid").read_bytes()[:30])
    return folder


@pytest.mark.parametrize(
    ("film", "message"),
    [
        (plays(soundfont="broken.sf2"), 'soundfont: "broken.sf2" cannot be used as a SoundFont'),
        (plays(soundfont="film.yaml"), 'soundfont: "film.yaml" cannot be used as a SoundFont'),
        (plays(soundfont="piano.sf2"), "no General MIDI program 32, 89"),
        (plays(soundfont="tini.sf2"), 'did you mean "tiny.sf2"'),
        (plays(soundfont="../tiny.sf2"), "outside the project folder"),
        (plays(music=MIDI_CUE), 'music[0].file: "cue.mid" is MIDI and needs a SoundFont'),
        (
            plays(soundfont="tiny.sf2", music=[{**MIDI_CUE[0], "file": "broken.mid"}]),
            'music[0].file: "broken.mid" cannot be played as MIDI: it ends too soon',
        ),
    ],
    ids=["broken", "no font", "a piano", "missing", "outside", "midi without", "broken midi"],
)
def test_music_that_cannot_be_played_is_refused_before_anything_starts(shotfarm, folder, film, message):
    write_film(folder, film)
    before = tree(folder)
    assert_clear(shotfarm.here("plan", folder), 2, message)
    assert tree(folder) == before
    assert not shotfarm.family()


@pytest.mark.parametrize("command", ["validate", "render"])
def test_every_command_that_reads_a_film_looks_at_its_font(shotfarm, folder, command):
    write_film(folder, plays(soundfont="broken.sf2"))
    assert_clear(
        shotfarm.here(command, folder), 2, "film.yaml:", '"broken.sf2" cannot be used as a SoundFont'
    )


@pytest.mark.parametrize("name", ["nowhere.sf2", "broken.sf2"])
def test_a_font_of_the_settings_that_cannot_be_played_is_named(tmp_path, folder, name):
    write_film(folder, six_slates())
    command = Shotfarm(tmp_path / "home", {"SHOTFARM_SOUNDFONT": str(folder / name)})
    assert_clear(command.here("plan", folder), 2, "SHOTFARM_SOUNDFONT", name)
    write_film(folder, plays(music=[]))
    assert command.here("plan", folder).returncode == 0, "without music, nobody looks at it"


def test_the_films_font_wins_over_that_of_the_settings_and_changes_no_picture(tmp_path, folder):
    command = Shotfarm(tmp_path / "home", {"SHOTFARM_SOUNDFONT": str(folder / "broken.sf2")})
    write_film(folder, plays(soundfont="tiny.sf2"))
    with_font = json.loads(command.here("plan", folder, "--json").stdout)
    write_film(folder, six_slates())
    without = json.loads(Shotfarm(tmp_path / "home").here("plan", folder, "--json").stdout)
    assert [shot["digest"] for shot in with_font["shots"]] == [shot["digest"] for shot in without["shots"]]


def test_a_font_makes_the_music_anew_and_edited_midi_comes_back_into_the_film(folder):
    def stems(**film):
        write_film(folder, plays(**film))
        opened = open_production(folder, load_settings(backend="slate"))
        track = soundtrack(opened.film, opened.digests, opened.folder, font=opened.font)
        gain_of(opened.store, track, -16.0, Nobody())
        heard = {stem: mix_of(opened.store, track, 0.0, (stem,)).read(0, track.samples) for stem in STEMS}
        return track.music[0].source, heard

    composed, built_in = stems()
    midi.write(composed, "M1", folder / "exported.mid")
    _, by_font = stems(soundfont="tiny.sf2")
    _, by_hand = stems(soundfont="tiny.sf2", music=[{**MIDI_CUE[0], "file": "exported.mid"}])
    different = {one["music"].tobytes() for one in (built_in, by_font, by_hand)}
    assert len(different) == 3
    assert built_in["dialogue"].any()
    assert np.array_equal(built_in["dialogue"], by_font["dialogue"])
    assert np.array_equal(built_in["dialogue"], by_hand["dialogue"])
    _, heard = stems(soundfont="tiny.sf2", music=MIDI_CUE)
    sound = heard["music"].mean(axis=1)[:24000]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert np.argmax(spectrum) * 2 == pytest.approx(440, abs=4)


@pytest.mark.slow
def test_the_film_is_made_anew_with_its_font_and_no_shot_is_rendered(standing, copy_of_finished, folder):
    shutil.copy(folder / "tiny.sf2", copy_of_finished)
    write_film(copy_of_finished, plays(soundfont="tiny.sf2"))
    for made in (True, False):
        summary = standing.json("render", copy_of_finished)
        assert (summary["rendered"], summary["film"]["made"]) == (0, made)
