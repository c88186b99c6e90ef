from dataclasses import replace

import numpy as np
import pytest

from assembly.sound import lay_soundtrack
from assembly.sound.mix import mix
from assembly.sound.mix.stems import Stems, lengths_of
from assembly.sound.signal import tracks, wav
from assembly.sound.signal.loudness import integrated, ratio
from assembly.sound.soundtrack import STEMS
from assembly.sound.sources import FileSource, SpokenSource
from storyboard.errors import AssemblyError
from storyboard.schema.vocabulary import LineDelivery
from tests.support.assembly.sound_films import film, line, made, mix_of, score_for
from tests.support.files import sha256_of


def on_target(report):
    return abs(report.integrated_lufs - report.target_lufs) <= mix.TOLERANCE_LU


def mixed(folder, film_, **options):
    track, files = made(film_, folder)
    out = folder / "mix.wav"
    return track, mix_of(track, files, out, **options), wav.inspect(out).read()


def tone(path, seconds, hertz=440.0, level=0.3, rate=48000):
    path.parent.mkdir(parents=True, exist_ok=True)
    wav.write(path, level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate), rate)


SPEECH = [line("Who goes there, at this time of night?", "1s"), line("Nobody but the tide.", "5s", "ben")]
CUE = {"id": "M1", "from": "a", "to": "a", "mood": "hopeful"}
PROGRAMMES = {
    "everything": film(
        [{"id": "a", "duration": "9s", "lines": SPEECH, "effects": [{"sound": "door"}]}],
        music=[CUE],
        tone="sea",
    ),
    "speech only": film([{"id": "a", "duration": "9s", "lines": SPEECH}]),
    "music only": film([{"id": "a", "duration": "9s"}], music=[CUE]),
    "quiet": film([{"id": "a", "duration": "9s"}], tone="wind"),
    "a loud moment": film(
        [{"id": "a", "duration": "9s", "effects": [{"sound": "knock", "gain_db": 20}]}], tone="sea"
    ),
    "two seconds": film([{"id": "a", "duration": "2s", "lines": [line("Go!", delivery="shouted")]}]),
}


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
def test_a_mix_meets_its_loudness_under_its_ceiling(tmp_path, name):
    track, report, sound = mixed(tmp_path, PROGRAMMES[name])
    assert report.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert on_target(report)
    assert report.true_peak_dbtp <= -1.0
    assert report.samples == len(sound) == track.samples


@pytest.mark.parametrize(("target", "ceiling"), [(-14.0, -1.0), (-23.0, -1.0), (-27.0, -2.0)])
def test_other_targets_are_met_too(tmp_path, target, ceiling):
    _, report, _ = mixed(tmp_path, PROGRAMMES["everything"], target_lufs=target, ceiling_dbtp=ceiling)
    assert report.integrated_lufs == pytest.approx(target, abs=0.5)
    assert report.true_peak_dbtp <= ceiling


def test_a_silent_film_is_silence_of_its_length(tmp_path):
    _, report, sound = mixed(tmp_path, film([{"id": "a", "duration": "49"}], rate="24000/1001"))
    assert sound.shape == (49 * 2002, 2)
    assert not sound.any()
    assert (report.integrated_lufs, report.true_peak_dbtp) == (-70.0, -120.0)


def test_the_same_film_is_the_same_file(tmp_path):
    track, files = made(PROGRAMMES["everything"], tmp_path)
    for name in ("one.wav", "two.wav"):
        mix_of(track, files, tmp_path / name)
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()


def test_lines_keep_their_place_to_the_sample(tmp_path):
    shots = [
        {"id": "a", "duration": "101", "lines": [line("First of two lines.", "31")]},
        {"id": "b", "duration": "103", "lines": [line("And the second one.", "7", "ben")]},
    ]
    track, _, sound = mixed(tmp_path, film(shots, rate="24000/1001", tone="sea"))
    for event, frame in zip(track.speech, (31, 108), strict=True):
        source = wav.inspect(tmp_path / f"{event.source.digest()}.wav").read()[:, 0]
        likeness = np.correlate(
            sound[:, 0][frame * 2002 - 500 : frame * 2002 + 500 + len(source)], source, "valid"
        )
        assert int(np.argmax(likeness)) - 500 == 0


def test_music_is_10_db_down_under_speech_and_itself_between(tmp_path):
    shots = [
        {"id": "a", "duration": "14s", "lines": [line("Now is the time to say something at last.", "3s")]}
    ]
    track, files = made(film(shots, music=[{**CUE, "fade_in": "0", "fade_out": "0"}]), tmp_path)
    mix_of(track, files, tmp_path / "mix.wav")
    stem = wav.inspect(tmp_path / "music.wav").read()
    alone = wav.inspect(files[track.music[0].source.digest()]).read()
    spoken = wav.inspect(files[track.speech[0].source.digest()]).samples
    rms = [np.sqrt(np.mean(part**2)) for part in (stem, alone) for part in (part[144000 : 144000 + spoken],)]
    assert 20 * np.log10(rms[0] / rms[1]) == pytest.approx(-10, abs=0.2)
    assert np.abs(stem[: 2 * 48000] - alone[: 2 * 48000]).max() < 1e-5
    assert np.abs(stem[-4 * 48000 :] - alone[-4 * 48000 :]).max() < 1e-5


def test_a_short_pause_between_lines_does_not_bring_the_music_up():
    duck = tracks.Duck([(48000, 96000), (120000, 150000)], -10, 48000)
    assert duck.gain(96000, 120000) == pytest.approx(np.full((24000, 1), ratio(-10)))
    assert duck.gain(0, 1000) == pytest.approx(np.ones((1000, 1)))


def test_the_stems_add_up_to_the_mix_before_its_gain(tmp_path):
    track, files = made(PROGRAMMES["everything"], tmp_path)
    report = mix_of(track, files, tmp_path / "mix.wav", target_lufs=-30)
    stems = sum(wav.inspect(tmp_path / f"{name}.wav").read() for name in STEMS)
    whole = wav.inspect(tmp_path / "mix.wav").read()
    # no peak is near the ceiling, so rounding to 24 bits is all that lies between: less than a step
    assert np.abs(stems * ratio(report.gain_db) - whole).max() < 1 / 2**23
    assert on_target(report)


def test_what_changes_a_stem_and_what_only_the_others(tmp_path):
    def stems(**changes):
        story = {"lines": SPEECH, "mood": "hopeful", "sound": "door"} | changes
        shot = {"id": "a", "duration": "9s", "lines": story["lines"], "effects": [{"sound": story["sound"]}]}
        cue = {**CUE, "mood": story["mood"]}
        return lay_soundtrack.soundtrack(film([shot], music=[cue], tone="sea"), {}, tmp_path).stems()

    def changed(**changes):
        return {stem for stem, digest in stems(**changes).items() if digest != stems()[stem]}

    assert changed(mood="sad") == {"music"}
    assert changed(sound="knock") == {"effects"}
    assert changed(lines=[{**each, "gain_db": -3} for each in SPEECH]) == {"dialogue"}
    assert changed(lines=SPEECH[:1]) == {"dialogue", "music", "effects"}, "they give way to the lines"


def test_the_music_and_effects_of_a_film_give_way_to_no_line(tmp_path):
    track, files = made(PROGRAMMES["everything"], tmp_path)
    without = replace(track, speech=())
    mix_of(track, files, tmp_path / "mix.wav")
    (tmp_path / "m and e").mkdir()
    mix_of(without, files, tmp_path / "m and e" / "mix.wav")
    assert without.stems().keys() == {"music", "effects"}
    ducked, free = (wav.inspect(folder / "music.wav").read() for folder in (tmp_path, tmp_path / "m and e"))
    spoken = slice(48000, 60000)
    assert np.abs(ducked[spoken]).max() < 0.4 * np.abs(free[spoken]).max()
    assert np.array_equal(ducked[:24000], free[:24000])


def test_a_source_of_another_sample_rate_is_refused(tmp_path):
    tone(tmp_path / "slow.wav", 1.0, rate=44100)
    with pytest.raises(AssemblyError, match=r"slow\.wav: has 44100 samples a second, not 48000"):
        lengths_of({"a": tmp_path / "slow.wav"}, 48000)


def test_dialogue_stands_clear_of_music_alone_by_eight_lu_or_more(tmp_path):
    track, files = made(PROGRAMMES["everything"], tmp_path)
    levels = {
        type(source): integrated(wav.inspect(files[digest]).read(), 48000)
        for digest, source in track.sources().items()
    }
    assert levels[SpokenSource] - levels[type(track.music[0].source)] == pytest.approx(9, abs=0.5)


@pytest.mark.parametrize(
    "name", ['it\'s a "tune" & more, 50%.wav', "-dash.wav", "a/b c/ü:[x];y.wav", "list.wav=1.wav"]
)
def test_recordings_with_awkward_names_are_heard(tmp_path, name):
    project = tmp_path / "project"
    tone(project / name, 1.0, rate=44100)
    shots = [{"id": "a", "duration": "4s", "effects": [{"sound": name, "at": "1s"}]}]
    digests = {name: sha256_of(project / name)}
    story = film(shots, music=[{"id": "M1", "from": "a", "to": "a", "file": name}])
    track, files = made_in(project, story, digests, tmp_path)
    effect = wav.inspect(files[track.effects[0].source.digest()])
    assert (effect.samples, effect.channels) == (48000, 1)
    assert np.abs(effect.read()).max() == pytest.approx(0.3, abs=0.02)
    music = wav.inspect(files[track.music[0].source.digest()])
    assert integrated(music.read(), 48000) == pytest.approx(-25, abs=0.3)
    assert on_target(mix_of(track, files, tmp_path / "mix.wav"))


def made_in(project, story, digests, folder):
    track = lay_soundtrack.soundtrack(story, digests, project)
    files = {digest: folder / f"{digest}.wav" for digest in track.sources()}
    soundtrack_sources = {files[digest]: source for digest, source in track.sources().items()}
    from assembly.sound.make_sources import make_sources

    make_sources(soundtrack_sources)
    return track, files


def test_a_recorded_room_tone_is_looped_under_the_whole_run(tmp_path):
    recorded = tmp_path / "project" / "air.wav"
    tone(recorded, 3.0, hertz=200)
    story = film([{"id": "a", "duration": "11s"}], tone="air.wav")
    track, files = made_in(tmp_path / "project", story, {"air.wav": sha256_of(recorded)}, tmp_path)
    mix_of(track, files, tmp_path / "mix.wav")
    sound = wav.inspect(tmp_path / "mix.wav").read()
    seconds = np.sqrt(np.mean(sound[: 11 * 48000].reshape(11, -1) ** 2, axis=1))
    assert seconds.min() > 0.5 * seconds.max()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"this is no sound",
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
        b"ffconcat version 1.0\nfile tone.wav\n",
    ],
    ids=["empty", "text", "a playlist of an address", "a playlist of a file"],
)
def test_a_file_without_sound_of_its_own_is_refused_by_name(tmp_path, content):
    tone(tmp_path / "tone.wav", 1.0)
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    from assembly.sound.make_sources import make_sources

    source = FileSource(path, sha256_of(path), None, loop=False, music=False, sample_rate=48000)
    with pytest.raises(AssemblyError, match=r"broken\.wav: no sound"):
        make_sources({tmp_path / "out.wav": source})


def test_a_source_that_was_not_made_is_named(tmp_path):
    track, files = made(PROGRAMMES["speech only"], tmp_path)
    files.popitem()
    with pytest.raises(AssemblyError, match="Nobody but the tide"):
        mix_of(track, files, tmp_path / "mix.wav")


def test_what_is_placed_beyond_the_film_is_cut_without_a_click(tmp_path):
    shots = [
        {"id": "a", "duration": "2s", "lines": [line("This line is longer than the film it is in.", "1s")]}
    ]
    _, report, sound = mixed(tmp_path, film(shots))
    assert len(sound) == 96000
    assert np.abs(sound[-1]).max() < 0.01
    assert on_target(report)


def test_a_mix_leaves_no_working_files(tmp_path):
    track, files = made(PROGRAMMES["two seconds"], tmp_path)
    mix_of(track, files, tmp_path / "mix.wav")
    stems = {f"{stem}.wav" for stem in track.stems()}
    assert {path.name for path in tmp_path.iterdir()} == {
        "mix.wav",
        *stems,
        *(path.name for path in files.values()),
    }


def test_progress_goes_from_nothing_to_all_and_can_stop_the_mix(tmp_path):
    track, files = made(PROGRAMMES["speech only"], tmp_path)
    told: list[float] = []
    whole = mix.Mix(Stems(score_for(track, files), files), 0.0)
    whole.write(tmp_path / "mix.wav", told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(_done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whole.write(tmp_path / "mix.wav", stop)


def test_a_clip_reads_the_same_in_any_pieces(tmp_path):
    tone(tmp_path / "a.wav", 0.1)
    clip = tracks.PlacedSound(wav.inspect(tmp_path / "a.wav"), 100, 20_000, 0.5, 300, 400, loop=True)
    whole = tracks.together([clip], 0, 25_000)
    pieces = np.concatenate([tracks.together([clip], at, at + 1000) for at in range(0, 25_000, 1000)])
    assert np.array_equal(whole, pieces)
    assert not whole[:100].any()
    assert not whole[20_100:].any()


def test_deliveries_all_reach_the_mix(tmp_path):
    lines = [
        line("One.", f"{3 * number}s", delivery=delivery.value)
        for number, delivery in enumerate(LineDelivery)
    ]
    long = f"{3 * len(LineDelivery)}s"
    _, report, sound = mixed(tmp_path, film([{"id": "a", "duration": long, "lines": lines}]))
    assert all(np.abs(sound[at * 144000 : (at + 1) * 144000]).max() > 0.02 for at in range(len(LineDelivery)))
    assert on_target(report)
