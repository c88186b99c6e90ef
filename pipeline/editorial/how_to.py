"""The page that lies beside a cut and its media: how to import them, and how the cut comes back."""

from __future__ import annotations

from storyboard.interchange.film_cut import CutFilm
from storyboard.media.timing import timecode_from_frames
from storyboard.wording import counted

_PAGE = """# {title}

`{cut}` is the cut: {shots}, {length} at {rate} frames a second, {width} x {height}. Files of the same name
beside it are the same in other formats. `{media}/` holds every take of every shot in the film's form, and its
sound.

| what | name |
|---|---|
| a take | `SHOT_takeNUMBER_DIGITS.mp4` |
| a line, an effect, a cue | `SHOT_line1_DIGITS.wav`, `SHOT_effect1_DIGITS.wav`, `cue_ID_DIGITS.wav` |
| a stem, as long as the film | `stem_dialogue_DIGITS.wav`, `stem_music_...`, `stem_effects_...` |

Keep the names of clips and of files: the cut is read by them when it comes back. The tracks of lines, effects
and music are off, since the stems hold the same; switch them on to mix anew, and the stems off.

## DaVinci Resolve

1. Make a project at {rate} frames a second.
2. Put `{media}/` into the media pool (Media page, drag the folder in).
3. File > Import > Timeline, choose `{cut}`. Leave "Automatically import source clips" off: they are there.
4. Back: File > Export > Timeline, OpenTimelineIO.

## Kdenlive

1. Make a project at {rate} frames a second and this size.
2. File > OpenTimelineIO Import, choose `{cut}`. It finds the media beside it.
3. Back: File > OpenTimelineIO Export.

## Premiere Pro

1. File > Import, choose `{cut}` (from version 25; older ones read FCP 7 XML).
2. Link Media: locate `{media}/` once; the other files are found in it.
3. Back: File > Export > OpenTimelineIO.

## Avid Media Composer

1. Link the files of `{media}/` (Source Browser).
2. File > Input > Import, choose `{cut}`, then relink by file name.

## Back into the film

    shotfarm import CHANGED.otio FILM --dry-run
    shotfarm import CHANGED.otio FILM

The first says in words what was changed and what it would have rendered; the second keeps it.
"""


def how_to(cut: CutFilm, name: str, media: str) -> str:
    """The page, as Markdown.

    Args:
        cut: the film.
        name: of the file of the cut.
        media: the name of the folder of its media.
    """
    width, height = cut.size
    return _PAGE.format(
        title=cut.title,
        cut=name,
        shots=counted(len(cut.shots), "shot"),
        length=timecode_from_frames(cut.frames, cut.rate),
        rate=cut.rate,
        width=width,
        height=height,
        media=media,
    )
