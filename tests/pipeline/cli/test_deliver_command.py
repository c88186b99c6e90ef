"""Deliverables through the command: from takes that are there, checked, kept, and made once."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest
import yaml

from assembly.delivery.verify import subtitle_languages
from assembly.sound.signal.wav import inspect
from farm.takes.clip import read_frames
from tests.support.pipeline.slate_films import FRAMES, SHOTS, assert_clear, attempts_left_in, takes_in, tree

pytestmark = pytest.mark.slow


def names_film(folder, **deliverables):
    document = yaml.safe_load((folder / "film.yaml").read_text())
    (folder / "film.yaml").write_text(yaml.safe_dump({**document, "deliverables": deliverables}))


def test_deliverables_are_checked_reported_and_made_once(standing, copy_of_finished):
    wanted = "web,hls,frames,poster,preview,contact-sheet"
    made = {one["name"]: one for one in standing.json("deliver", wanted, copy_of_finished)}
    assert set(made) == set(wanted.split(","))
    assert all(one["made"] for one in made.values())
    for name, one in made.items():
        folder = copy_of_finished / "out" / name
        report = json.loads((folder / "report.json").read_text())
        assert report["kind"] == name
        assert [file["name"] for file in report["files"]] == sorted(one["files"])
        checked = subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
        )
        assert checked.stdout.count(": OK") == len(one["files"]) + 1
    web = json.loads((copy_of_finished / "out" / "web" / "report.json").read_text())
    assert web["checks"][0]["picture"]["frames"] == FRAMES
    assert web["lufs"] == pytest.approx(-16, abs=0.5)
    assert web["true_peak_dbtp"] <= -1
    assert web["warnings"] == []
    assert len(made["frames"]["files"]) == FRAMES
    sheet = json.loads((copy_of_finished / "out" / "contact-sheet" / "report.json").read_text())
    assert sheet["checks"][0]["shots"] == len(SHOTS)
    before = tree(copy_of_finished)
    again = standing.json("deliver", wanted, copy_of_finished)
    assert not any(one["made"] for one in again)
    assert tree(copy_of_finished) == before
    assert attempts_left_in(copy_of_finished / ".shotfarm" / "store") == []


def test_loudness_and_true_peak_hold_after_encoding(standing, copy_of_finished):
    targets = {"music": -14.0, "web": -16.0, "broadcast": -23.0, "feature": -27.0}
    names_film(
        copy_of_finished,
        **{name: {"kind": "web", "loudness_lufs": target} for name, target in targets.items()},
    )
    for one in standing.json("deliver", ",".join(targets), copy_of_finished):
        assert one["lufs"] == pytest.approx(targets[one["name"]], abs=0.5)
        assert one["true_peak_dbtp"] <= -1


def test_stems_add_up_to_the_mix_and_one_has_no_dialogue(standing, copy_of_finished):
    standing.json("deliver", "stems", copy_of_finished)
    folder = copy_of_finished / "out" / "stems"
    read = {path.name.split(".")[1]: inspect(path).read() for path in folder.glob("*.wav")}
    assert set(read) == {"dialogue", "music", "effects", "music-and-effects", "mix"}
    assert (folder / "six-slates.M1.mid").read_bytes().startswith(b"MThd")
    together = read["dialogue"] + read["music"] + read["effects"]
    assert np.abs(together - read["mix"]).max() < 0.02
    assert np.abs(read["dialogue"]).max() > 0.05
    spoken = np.abs(read["dialogue"]).max(axis=1) > 0.02
    assert np.abs(read["music-and-effects"][spoken]).max() < np.abs(read["mix"][spoken]).max() / 4


def test_subtitles_are_files_tracks_and_pictures_and_what_cannot_be_read_is_warned_of(
    standing, copy_of_finished
):
    document = yaml.safe_load((copy_of_finished / "film.yaml").read_text())
    document["scenes"][1]["shots"][1]["lines"][0]["translations"] = {"de": "Los! " * 12}
    document["deliverables"] = {
        "words": {"kind": "subtitles"},
        "web": {"kind": "web", "subtitles": ["en", "de"]},
        "stream": {"kind": "hls", "renditions": [90], "subtitles": ["en", "de"]},
        "review": {"kind": "review", "burned_subtitles": "de", "date": "%{localtime}", "note": "[a]:b;'c"},
    }
    (copy_of_finished / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    valid = standing("validate", copy_of_finished)
    assert "warning: shot 2B" in valid.stdout
    assert "lines[0].translations.de: 38 characters a second" in valid.stdout
    made = {one["name"]: one for one in standing.json("deliver", "", copy_of_finished)}
    out = copy_of_finished / "out"
    assert made["words"]["files"] == [
        f"six-slates.{name}" for name in ("de.srt", "de.vtt", "en.srt", "en.vtt")
    ]
    (warning,) = json.loads((out / "words" / "report.json").read_text())["warnings"]
    assert warning.startswith("subtitles, shot 2B: 38 characters a second")
    start = (20 + 18 + 14 + 16 + 2) / 24
    assert f"00:00:0{start:.3f} --> " in (out / "words" / "six-slates.en.vtt").read_text()
    assert subtitle_languages(out / "web" / "six-slates.mp4") == ["eng", "deu"]
    index = (out / "stream" / "index.m3u8").read_text()
    assert all(f'LANGUAGE="{language}"' in index for language in ("en", "de"))
    words, cues = ((out / name).read_text() for name in ("words/six-slates.de.vtt", "stream/de.0000.vtt"))
    assert words.splitlines()[1:] == cues.splitlines()[2:]
    slate_frames = 3 * 24
    plain, burnt = (
        np.stack(read_frames(out / name / "six-slates.mp4", number, number + 1)).astype(int)
        for name, number in (("web", 72), ("review", 72 + slate_frames))
    )
    difference = np.abs(plain - burnt)[0].max(axis=-1)
    assert difference[72:].max() > 60, "subtitles"
    assert difference[:10].max() > 60, "shot, take and timecode"
    assert difference[30:60].max() < 40
    (check,) = json.loads((out / "review" / "report.json").read_text())["checks"]
    assert check["picture"]["frames"] == FRAMES + slate_frames
    assert check["sound"]["duration_s"] == pytest.approx((FRAMES + slate_frames) / 24, abs=0.05)


def test_rendering_makes_what_the_film_names_and_keeps_what_lies_beside_it(standing, copy_of_finished):
    names_film(copy_of_finished, picture={"kind": "poster", "shot": "2A"})
    folder = copy_of_finished / "out" / "picture"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("kept")
    summary = standing.json("render", copy_of_finished)
    assert summary["rendered"] == 0
    (one,) = summary["film"]["deliverables"]
    assert one["files"] == ["six-slates.png"]
    assert (folder / "mine.txt").read_text() == "kept"
    assert (folder / "six-slates.png").is_file()


def test_without_takes_or_without_names_it_says_what_to_do(standing, film_folder, finished):
    assert_clear(standing("deliver", "web", film_folder), 2, "no take yet of 1A", "shotfarm render")
    assert_clear(standing("deliver", "", finished), 2, "names no deliverables", "deliver web,master")
    assert_clear(standing("deliver", "wbe", finished), 2, 'no deliverable is called "wbe"', "web")


def test_a_line_that_moves_takes_its_speech_its_subtitle_and_the_ducking_with_it(standing, copy_of_finished):
    def made(at):
        document = yaml.safe_load((copy_of_finished / "film.yaml").read_text())
        document["scenes"][1]["shots"][1]["lines"][0]["at"] = at
        document["music"][0] |= {"to": "2C", "fade_in": 0, "fade_out": 0}
        document["deliverables"] = {"stems": {"kind": "stems"}, "words": {"kind": "subtitles"}}
        (copy_of_finished / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        standing.json("deliver", "", copy_of_finished)
        out = copy_of_finished / "out"
        words = (out / "words" / "six-slates.en.srt").read_text().splitlines()[1]
        stems = [inspect(out / "stems" / f"six-slates.{stem}.wav").read() for stem in ("dialogue", "music")]
        return *stems, words

    def loudness_db(sound, until):
        return 10 * np.log10(np.mean(sound[until - 480 : until] ** 2))

    frame = 48000 // 24
    (speech, music, words), (speech_later, music_later, words_later) = made(2), made(8)
    moved = 6 * frame
    assert np.abs(speech[:-moved] / speech.max() - speech_later[moved:] / speech_later.max()).max() < 0.001
    assert words.startswith("00:00:02,917 --> ")
    assert words_later.startswith("00:00:03,167 --> ")
    begins = (20 + 18 + 14 + 16 + 2) * frame
    before = loudness_db(music, frame * 24) - loudness_db(music_later, frame * 24)
    under = loudness_db(music, begins) - loudness_db(music_later, begins)
    assert under - before == pytest.approx(-10, abs=0.5), "down for the early line, not yet for the late one"


LOOK = "it's 100%, [a]:b;c\\ -\U0001f3ac.cube"
COOL = "".join(f"{0.7 * r} {g} {0.3 + 0.7 * b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def prints_in(folder):
    return {
        path.parent.name for path in (folder / ".shotfarm" / "store" / "prints").glob("*/*/manifest.json")
    }


def test_other_frames_looks_and_grain_come_from_the_same_takes_and_one_shot_changes_alone(
    standing, copy_of_finished
):
    (copy_of_finished / LOOK).write_text(f"LUT_3D_SIZE 2\n{COOL}")
    document = yaml.safe_load((copy_of_finished / "film.yaml").read_text())
    document["scenes"][0]["match_colours"] = True
    document["scenes"][0]["shots"][0].update(focus=[0.1, 0.5], titles=[{"text": LOOK, "style": "main"}])
    document["deliverables"] = {
        "tall": {"kind": "web", "aspect": "9:16", "lut": LOOK},
        "boxed": {"kind": "review", "aspect": "1:1", "fit": "pad", "height": 160},
        "grained": {"kind": "web", "aspect": "16:9", "grain": 0.5},
    }
    (copy_of_finished / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    rendered = takes_in(copy_of_finished)
    store = copy_of_finished / ".shotfarm" / "store"
    films, reels = [*store.glob("films/*/*")], {*store.glob("reels/*/*")}
    made = {one["name"]: one for one in standing.json("deliver", "tall,boxed,grained", copy_of_finished)}
    assert all(one["made"] for one in made.values())
    assert takes_in(copy_of_finished) == rendered
    assert [*store.glob("films/*/*")] == films
    assert {*store.glob("reels/*/*")} > reels, "one of them is joined from reels"
    pictures = {
        name: json.loads((copy_of_finished / "out" / name / "report.json").read_text())["checks"][0][
            "picture"
        ]
        for name in made
    }
    assert pictures["tall"]["width"] < pictures["tall"]["height"]
    assert (pictures["boxed"]["width"], pictures["boxed"]["height"]) == (160, 160)
    assert pictures["tall"]["frames"] == pictures["grained"]["frames"] == FRAMES
    before = prints_in(copy_of_finished)
    document["scenes"][0]["shots"][0]["focus"] = [0.9, 0.5]
    document["deliverables"]["grained"]["grain"] = 0.6
    (copy_of_finished / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    again = {one["name"]: one for one in standing.json("deliver", "tall,boxed,grained", copy_of_finished)}
    assert {name: one["made"] for name, one in again.items()} == {
        "tall": True,
        "boxed": False,
        "grained": True,
    }
    assert len(prints_in(copy_of_finished) - before) == 1
    assert takes_in(copy_of_finished) == rendered
