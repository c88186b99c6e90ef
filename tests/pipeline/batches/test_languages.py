"""Versions of one film in three languages: what is spoken, how long it is, and which subtitles there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.film.assemble import FinishedFilm
from pipeline.film.sound import soundtrack_of
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from storyboard.document.values import Given
from tests.support.pipeline.decided_films import render_here
from tests.support.pipeline.kept_films import finish
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film

GERMAN = "Das vergisst du nie."
SUBTITLES = {"en": "Go.", "de": GERMAN, "ja": "いけ。"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = six_slates()
    film["parameters"] = {"spoken": {"type": "choice", "choices": ["en", "de", "ja"], "default": "en"}}
    film["original_language"], film["language"] = "en", "{{ spoken }}"
    film["deliverables"] = {"words": {"kind": "subtitles", "subtitles": ["{{ spoken }}"]}}
    line = shot_of(film, "2B")["lines"][0]
    line["translations"] = {"de": GERMAN, "ja": SUBTITLES["ja"]}
    shot_of(film, "1A")["titles"][0]["translations"] = {"de": "Sechs Klappen", "ja": "六つのカチンコ"}
    return write_film(tmp_path_factory.mktemp("languages") / "film", film)


def version(folder: Path, language: str) -> Production:
    settings = load_settings(home=folder / "home", backend="slate")
    return open_production(folder, settings, {"spoken": Given(language, "--set spoken")})


def test_a_line_that_is_longer_than_its_shot_in_one_language_is_told_at_its_translation(folder):
    told = {language: version(folder, language).warnings for language in ("en", "de", "ja")}
    long = [one for one in told["de"] if "past its shot" in one.message]
    assert [one.shots for one in long] == [("2B",)]
    text = (folder / "film.yaml").read_text("utf-8").splitlines()
    at = int(long[0].message.split("film.yaml:")[1].split(":")[0])
    assert text[at - 1].strip().startswith("de: Das vergisst")
    assert "runs" in long[0].message
    assert " s past its shot, into 2C" in long[0].message
    assert not [one for name in ("en", "ja") for one in told[name] if "past its shot" in one.message]


def test_each_version_speaks_with_a_voice_of_its_language(folder):
    spoken = {}
    for language in SUBTITLES:
        production = version(folder, language)
        sound = soundtrack_of(production.material(production.plan()), production.store)
        (event,) = sound.speech
        spoken[language] = event.source.voice
    assert spoken == {"en": "en-gb", "de": "de", "ja": "ja"} or len({*spoken.values()}) == 3, spoken
    assert spoken["de"].startswith("de")
    assert spoken["ja"].startswith("ja")


def test_each_version_delivers_the_subtitles_of_its_language_from_takes_that_all_share(folder):
    made: dict[str, FinishedFilm] = {}
    rendered = []
    for language, words in SUBTITLES.items():
        production = version(folder, language)
        rendered.append(len(production.plan().missing))
        render_here(production)
        made[language], (delivery,) = finish(version(folder, language), Nobody())
        (track,) = [path for path in delivery.files if path.suffix == ".vtt"]
        assert track.stem.endswith(language)
        assert words.split()[0] in track.read_text("utf-8")
    assert rendered == [6, 0, 0]
    assert len({film.digest for film in made.values()}) == 3
