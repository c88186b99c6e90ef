"""The take that a retake changes and keeps the rest of: its clip becomes a file of the project.

So it is in the digest of the new take as any file is, and the film can be made from its folder alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from farm.backend.traits import BackendTraits
from farm.store.files import copy_atomically
from farm.takes.clip import CLIP
from pipeline.decisions.shots import Meant
from pipeline.production.renderers import Choices
from storyboard.errors import UsageError
from storyboard.planning.decided import NOTHING
from storyboard.refusals import store_errors
from storyboard.wording import listed

FOLDER = "changed"
"""in the project folder: clips of takes that others are changed from"""


def changing(meant: Meant, traits: BackendTraits, take: str | None, words: str) -> Mapping[str, JsonValue]:
    """The options of a backend with which it changes a take as words say, and keeps the rest.

    The take's clip is copied into the project folder, under a name of what is in it.

    Args:
        meant: the shot.
        traits: of the backend.
        take: the digest of the take; the one that the film shows when it is None.
        words: what is to be different.

    Raises:
        UsageError: the backend changes no takes, nobody says what is to be different, or there is no take.
        StoreError: the take cannot be read, or the project folder not be written.
    """
    if traits.changes_takes is None:
        can = _that_change(meant.production.choices)
        there = f"these change one: {listed(can)}" if can else "none of the film's renderers changes one"
        raise UsageError(f"the backend {traits.name} makes takes anew and keeps nothing of one", there)
    if not words.strip():
        raise UsageError("what is to be different, and the rest kept?", 'such as --note "make it night"')
    about = meant.production.decided.get(meant.shot.id, NOTHING)
    shown = about.circled.digest if about.circled else meant.planned_shot.digest
    found = meant.production.takes.find(take or shown)
    if found is None:
        raise UsageError(
            f"shot {meant.shot.id} has no take whose rest could be kept", "--take N names another one"
        )
    name = f"{FOLDER}/{meant.shot.id}-{found.files[CLIP].sha256[:12]}.mp4"
    path = meant.production.folder / name
    if not path.exists():
        clip = meant.production.store.file(found, CLIP)
        with store_errors(path):
            path.parent.mkdir(exist_ok=True)
            copy_atomically(clip, path)
    video, said = traits.changes_takes
    return {video: name, said: words.strip()}


def _that_change(choices: Choices) -> list[str]:
    return [one.name for one in choices.every if one.traits.changes_takes is not None]
