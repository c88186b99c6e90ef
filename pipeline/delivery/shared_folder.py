"""A film's folder to share: beside its web file a page, its subtitles, its chapters and a poster."""

from __future__ import annotations

from pathlib import Path

from pydantic import JsonValue

from assembly.cut.pieces import Chapter
from assembly.delivery import shared_page, verify
from assembly.delivery.shared_page import CHAPTERS, PAGE, POSTER, SharedFilm
from pipeline.delivery.make import Making
from storyboard.planning.subtitle_files import webvtt


def shared_film(making: Making) -> SharedFilm:
    """What the page of a film shows. A language without any words has no subtitles."""
    film, rate = making.material.film, making.film.cut.picture.rate
    words = {
        language: webvtt(subtitles, rate)
        for language in making.captions.languages()
        if (subtitles := making.captions.of(language))
    }
    address = making.what.address
    return SharedFilm(
        title=film.title,
        logline=film.logline,
        language=film.language,
        file=f"{making.name}.mp4",
        size=making.size,
        frames=making.frames,
        rate=rate,
        chapters=[
            Chapter(one.title.strip() or f"Scene {number}", one.start)
            for number, one in enumerate(making.chapters(), 1)
        ],
        subtitles={language: f"{making.name}.{language}.vtt" for language in words},
        words=words,
        address=address and address.rstrip("/") + "/",
    )


def recipe_of(making: Making) -> JsonValue:
    """What of a share lies beside its film."""
    film = shared_film(making)
    return [shared_page.page(film), shared_page.chapters_text(film), [*film.poster_size]]


def write_beside(making: Making, film_file: Path) -> None:
    """Write what belongs beside a film's web file, and check it.

    Raises:
        AssemblyError: the film cannot be read.
        StoreError: the folder cannot be written.
    """
    folder, film, found = film_file.parent, shared_film(making), making.found
    poster = folder / POSTER
    shared_page.write_poster(film_file, making.poster_frame(), film.rate, film.poster_size, poster)
    for language, name in film.subtitles.items():
        (folder / name).write_text(film.words[language], "utf-8")
        wanted = len(making.captions.of(language))
        found.same(folder / name, "subtitles:", verify.subtitle_count(folder / name), wanted)
        found.note(folder / name, {"language": language, "subtitles": wanted})
    if film.chapters:
        path = folder / CHAPTERS
        path.write_text(shared_page.chapters_text(film), "utf-8")
        found.same(path, "chapters:", verify.subtitle_count(path), len(film.chapters))
    (folder / PAGE).write_text(shared_page.page(film), "utf-8")
    found.problems += shared_page.find_in_folder(folder, film)
    found.note(folder / PAGE, {"chapters": len(film.chapters), "languages": [*film.subtitles]})
