"""A film is made for whoever watches it meanwhile: its sound first, and shots as somebody comes to them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from assembly.programs.stopping import stoppable
from pipeline.film.assemble import film_in_parts, make_parts
from pipeline.film.mixing import make_encoded_sound
from pipeline.film.sound import is_foreseen, soundtrack_of
from pipeline.observer import Observer
from pipeline.orchestration.run import AtHand, run_plan
from pipeline.production.material import Material
from pipeline.production.production import Production
from storyboard.errors import ShotfarmError


def run_shown(
    production: Production,
    observer: Observer,
    due: Callable[[], Mapping[str, float]],
    at_hand: AtHand | None,
    shots: Sequence[str] = (),
) -> None:
    """Make what is missing of a film's takes, of the parts of its picture, and of its sound; no file of it.

    Args:
        production: whose film it is.
        observer: hears how it goes.
        due: when somebody who watches comes to each shot now, in seconds since 1970, by its digest.
        at_hand: a farm that is connected to; one is looked for, or started, when left out.
        shots: these alone, and what they start from; all without any.

    Raises:
        ShotfarmError: see its tree; everything published is kept.
    """
    plan = production.plan(shots)
    material = production.material(plan)
    with _sound_at_once(production, material):
        if plan.missing:
            run_plan(
                production,
                plan,
                None,
                observer,
                why="somebody watches",
                film=False,
                parts=True,
                at_hand=at_hand,
                due=due,
            )
        else:
            film = film_in_parts(material, production.store)
            make_parts(film, material, production.store, observer)


def run_takes(
    production: Production,
    observer: Observer,
    due: Callable[[], Mapping[str, float]],
    at_hand: AtHand | None,
    shots: Sequence[str],
) -> None:
    """Make missing takes of some shots, and of what they start from: they stand in for others.

    Args:
        production: whose they are.
        observer: hears how it goes.
        due: as `run_shown` has it.
        at_hand: likewise.
        shots: by their ids.

    Raises:
        ShotfarmError: see its tree; everything published is kept.
    """
    plan = production.plan(shots)
    if plan.missing:
        why = "it stands in for another"
        run_plan(production, plan, None, observer, why=why, film=False, at_hand=at_hand, due=due)


@contextlib.contextmanager
def _sound_at_once(production: Production, material: Material) -> Iterator[None]:
    """Make a film's sound beside the block, where all of it is known: the farm may not be reached yet."""
    if not is_foreseen(material):
        yield
        return
    stop = threading.Event()

    def make() -> None:
        with contextlib.suppress(ShotfarmError):  # whoever needs the sound is told why there is none
            sound = soundtrack_of(material, production.store)
            stoppable(stop, make_encoded_sound, production.store, sound, material.loudness_lufs)

    making = threading.Thread(target=make, name="sound", daemon=True)
    making.start()
    try:
        yield
    except BaseException:
        stop.set()
        raise
