"""A retake that somebody asks for: which takes it comes to, and what they would have made again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import JsonValue, ValidationError

from pipeline.budgets.prices import price_list
from pipeline.catalog.entries import Decision, Frames, Retake, Stroke, Take
from pipeline.decisions.deciding import check_remark, decide
from pipeline.decisions.kept_take import changing
from pipeline.decisions.shots import Meant
from pipeline.film.blast_radius import BlastRadius, blast_radius, parts_of
from pipeline.production.adjusted import check_adjustment
from pipeline.production.estimates import work_of
from pipeline.production.open import decided_otherwise
from pipeline.production.production import Production
from storyboard.document.text import parse_document
from storyboard.errors import DocumentError, UsageError
from storyboard.planning.adjustments import Adjustment, seed_of_take
from storyboard.planning.decided import NOTHING, Decided
from storyboard.planning.plan import Plan
from storyboard.planning.resolve import derived_seed

MOST_TAKES = 64
_FRAMES = re.compile(r"(\d{1,7})(?:\s*[-:]\s*(\d{1,7}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for.

    Attributes:
        text: the note.
        frames: first and last that it is about, counted from the shot's first.
        add_prompt: words that are added to what happens.
        seed: a seed of one's own.
        new_seed: another seed than now.
        options: of the backend that renders, by name.
        renderer: another one of the film.
        first_frame: a picture in the project folder.
        last_frame: the same, of the last frame.
        references: other pictures of characters, in the project folder, by the character's id.
        takes: how many alternatives.
        region: left, top, width and height of what the note is about, in parts of the picture.
        drawing: on its frames.
        keep_rest: an earlier take is changed as the note says, and the rest of it stays as it is.
    """

    text: str = ""
    frames: Frames | None = None
    add_prompt: str = ""
    seed: int | None = None
    new_seed: bool = False
    options: Mapping[str, JsonValue] | None = None
    renderer: str | None = None
    first_frame: str | None = None
    last_frame: str | None = None
    references: Mapping[str, tuple[str, ...]] | None = None
    takes: int = 1
    region: tuple[float, float, float, float] | None = None
    drawing: tuple[Stroke, ...] = ()
    keep_rest: bool = False

    def remark(self, adjustments: tuple[Adjustment, ...]) -> Retake:
        """The wish for takes with these laid over the shot."""
        return Retake(
            text=self.text,
            frames=self.frames,
            region=self.region,
            drawing=self.drawing,
            adjustments=adjustments,
        )


def frames_of(text: str | None, length: int) -> Frames | None:
    """`20-31`, or `20` for one frame → first and last of a shot's `length` frames.

    Raises:
        UsageError: it is neither, or not in the shot.
    """
    if text is None:
        return None
    match = _FRAMES.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is no range of frames", "such as 20-31, or 20 for a single one")
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last < length:
        raise UsageError(f"frames {text} are not in the shot", f"it has frames 0-{length - 1}")
    return first, last


def options_of(settings: Sequence[str]) -> dict[str, JsonValue]:
    """`KEY=VALUE` each, with values as a film document writes them.

    Raises:
        UsageError: one has no `=`, or a value that YAML does not read.
    """
    options: dict[str, JsonValue] = {}
    for text in settings:
        key, equals, value = text.partition("=")
        if not (key.strip() and equals):
            raise UsageError(f"{text!r} sets nothing", "such as --set steps=30")
        try:
            read = parse_document(value.strip() or "null", text)
        except DocumentError:
            read = None
        if read is None or read.problems:
            raise UsageError(f"{text!r}: this value cannot be read", "write it as in film.yaml")
        options[key.strip()] = read.value
    return options


def references_of(settings: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`CHARACTER=FILE` each; a character may have several.

    Raises:
        UsageError: one has no `=`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in settings:
        character, _, name = text.partition("=")
        if not (character.strip() and name):
            raise UsageError(f"{text!r} is no picture of somebody", "such as --reference ada=refs/ada.png")
        found[character.strip()] = (*found.get(character.strip(), ()), name)
    return found


def adjustments_for(meant: Meant, asked: Asked, on: Take | None = None) -> tuple[Adjustment, ...]:
    """What is laid over the storyboard's shot for each take that is asked for.

    They build upon the take that is in the cut, or upon `on`. Whoever asks for nothing else gets new seeds.
    New seeds follow from the storyboard's for the shot and the number that the take will have.

    Raises:
        UsageError: what the film, the backend or the project folder does not have.
        StoreError: the take whose rest is kept cannot be copied into the project folder.
    """
    production, shot = meant.production, meant.shot
    if not 1 <= asked.takes <= MOST_TAKES:
        raise UsageError(f"{asked.takes} takes at once", f"1 to {MOST_TAKES} can be asked for")
    if asked.seed is not None and asked.new_seed:
        raise UsageError("--seed and --new-seed exclude each other", "give one of them")
    about = production.decided.get(shot.id, NOTHING)
    now = on.adjustment if on else about.circled.adjustment if about.circled else about.adjustment
    wanted = _wanted(meant, asked, (now or Adjustment()), on)
    check_adjustment(production.loaded, production.choices, shot, wanted)
    own_seed = derived_seed(production.film.seed, shot) if shot.seed is None else shot.seed
    number = max((take.number for take in meant.takes), default=1) + 1
    new = asked.new_seed or wanted == (now or Adjustment())
    return tuple(
        wanted.then(Adjustment(seed=seed_of_take(own_seed, number + place))) if new or place else wanted
        for place in range(asked.takes)
    )


def _wanted(meant: Meant, asked: Asked, now: Adjustment, on: Take | None) -> Adjustment:
    """The adjustment of the first take that is asked for, but for a new seed."""
    choices, shot = meant.production.choices, meant.shot
    values: dict[str, object] = {
        name: value
        for name in ("add_prompt", "seed", "first_frame", "last_frame", "references")
        if (value := getattr(asked, name)) not in (None, "", {})
    }
    if asked.renderer is not None and asked.renderer != choices.of(now.over(shot)).name:
        values["renderer"] = asked.renderer
    if asked.options or asked.keep_rest:
        named = Adjustment(renderer=asked.renderer) if "renderer" in values else Adjustment()
        check_adjustment(meant.production.loaded, choices, shot, named)
        traits = choices.of(now.then(named).over(shot)).traits
        options = dict(asked.options or {})
        if asked.keep_rest:
            options |= changing(meant, traits, on.digest if on else None, asked.text)
        values["options"] = {traits.name: options}
    try:
        return now.then(Adjustment.model_validate(values))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{where}: {first['msg']}, not {first['input']!r}") from None


@dataclass(frozen=True)
class Proposal:
    """A retake before it is asked for.

    Attributes:
        meant: of which shot.
        asked: what was asked for.
        adjustments: of each take.
        on: the take that it is about.
    """

    meant: Meant
    asked: Asked
    adjustments: tuple[Adjustment, ...]
    on: Take | None

    def radius(self) -> BlastRadius:
        """What it would have made again: the cut shows the first of the takes, unless one is circled.

        Raises:
            ShotfarmError: a backend cannot render it.
        """
        return radius_of(self.meant, *self.after)

    @cached_property
    def after(self) -> tuple[Production, Plan]:
        """The film as it would be, and its plan, with the takes that are asked for beside it.

        Raises:
            ShotfarmError: a backend cannot render it.
        """
        before, shot = self.meant.production, self.meant.shot.id
        about = before.decided.get(shot, NOTHING)
        if about.circled is None:
            about = replace(about, adjustment=self.adjustments[0] or None)
        decided = {**before.decided, shot: about}
        after = decided_otherwise(before, {name: one for name, one in decided.items() if one != NOTHING})
        return after, after.plan((), {shot: self.adjustments})

    def ask(self, by: str) -> Decision:
        """Ask for it; it is rendered by whoever renders the film next.

        Raises:
            Conflict: another person decided meanwhile.
        """
        return decide(self.meant, self.asked.remark(self.adjustments), by, self.on)


def propose(meant: Meant, asked: Asked, number: int | None = None) -> Proposal:
    """What a retake comes to; nothing is written, but for a copy of a take whose rest is kept.

    Args:
        meant: of which shot.
        asked: for what.
        number: the take that it is about and builds upon; the one in the cut when it is left out.

    Raises:
        UsageError: what there is not.
    """
    on = meant.take(number) if number is not None else None
    adjustments = adjustments_for(meant, asked, on)
    check_remark(meant, asked.remark(adjustments))
    if on is None:
        on = meant.take_of(meant.planned_shot.digest)
    return Proposal(meant, asked, adjustments, on)


def radius_if(meant: Meant, decided: Mapping[str, Decided]) -> BlastRadius:
    """What would be made again if this held of a film's shots.

    Raises:
        ShotfarmError: the film cannot be made so.
    """
    after = decided_otherwise(meant.production, decided)
    return radius_of(meant, after, after.plan())


def radius_of(meant: Meant, after: Production, will: Plan) -> BlastRadius:
    """What would be made again of a film with this plan."""
    before, was = meant.production, meant.plan
    prices = price_list(before.settings)
    return blast_radius(
        (was, parts_of(before.material(was), before.store)),
        (will, parts_of(after.material(will), after.store)),
        meant.shot.id,
        lambda shots: work_of(shots, after.choices, prices),
    )


def chain_of(plan: Plan, shot: str) -> list[str]:
    """A shot and those that start from it, directly or not, in the order of the film."""
    chain = [shot]
    for one in plan.of_all_ways:
        if one.spec.source and one.spec.source.shot in chain and one.shot not in chain:
            chain.append(one.shot)
    return chain
