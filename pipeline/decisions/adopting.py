"""What approved takes changed is written into the film document, which says so itself from then on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue

from farm.store.files import write_atomically
from pipeline.catalog.entries import Adopt, Decision, Wish
from pipeline.decisions.shots import Meant
from pipeline.production.estimates import renderer_for
from pipeline.production.named_shot import shot_called
from pipeline.production.production import Production
from pipeline.production.renderers import Choice
from storyboard.document.edit import with_shots_changed
from storyboard.document.load import STDIN, parse_film, read_text
from storyboard.errors import FileChangedError, UsageError
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.decided import Circled, Decided
from storyboard.planning.plan import plan_film
from storyboard.planning.renderer import Renderer
from storyboard.refusals import store_errors
from storyboard.schema.film import Film, Shot


@dataclass(frozen=True, slots=True)
class Adoption:
    """What is written into a document, or was.

    Attributes:
        production: whose document it is.
        text: what it said.
        new_text: what it is to say.
        changes: the values by key, by shot.
        circled: the takes that they come from.
    """

    production: Production
    text: str
    new_text: str
    changes: dict[str, dict[str, JsonValue]]
    circled: dict[str, Circled]

    def write(self, by: str) -> tuple[Decision, ...]:
        """Write the document, and note that its takes are adopted.

        Raises:
            FileChangedError: the document says something else than when it was read.
            Conflict: another person decided of one of the shots meanwhile.
            StoreError: it cannot be written.
        """
        path = self.production.loaded.path
        log = self.production.log
        wishes = [
            Wish(
                shot=shot,
                what=Adopt(changed=self.changes[shot]),
                by=by,
                take=circled.digest,
                seen=Meant.of(self.production, shot).standing.last,
                version=self.production.loaded.version or None,
            )
            for shot, circled in self.circled.items()
        ]
        if self.new_text != self.text:
            if read_text(path) != self.text:
                raise FileChangedError(
                    f"{path} has changed since it was read; nothing was written", "run the command again"
                )
            with store_errors(path):
                write_atomically(path.resolve(), self.new_text.encode())
        return log.append(wishes)


def propose_adoption(production: Production, shot: str | None = None) -> Adoption:
    """What the approved takes changed, of one shot or of all, as the document would say it.

    Raises:
        UsageError: there is nothing to adopt, or the document cannot say what a take is made from.
    """
    path = production.loaded.path
    if path == STDIN:
        raise UsageError("a film on standard input cannot be written to", "name the document")
    if shot is not None:
        shot = shot_called(production.film, shot).id
    text = read_text(path)
    if parse_film(text, path, production.loaded.given).film != production.film:
        raise FileChangedError(f"{path} has changed since it was read", "run the command again")
    shots = {one.id: one for _, one in production.film.shots()}
    found = {
        name: about.circled
        for name, about in production.decided.items()
        if name in shots and shot in {None, name} and about.circled and about.circled.adjustment
    }
    if not found:
        of = f"of shot {shot} " if shot else ""
        raise UsageError(
            f"nothing to adopt: no approved take {of}differs from the storyboard",
            "`shotfarm approve SHOT --take N` circles a take",
        )
    unchanged = _digests(production, production.film, found)
    changes = {
        name: {} if unchanged[name] == circled.digest else changes_of(shots[name], circled.adjustment)
        for name, circled in found.items()
        if circled.adjustment
    }
    new_text = with_shots_changed(
        text, {name: keys for name, keys in changes.items() if keys}, json_form=path.suffix.lower() == ".json"
    )
    would_be = _digests(production, parse_film(new_text, path, production.loaded.given).film, found)
    wrong = [name for name, circled in found.items() if would_be[name] != circled.digest]
    if wrong:
        raise UsageError(
            f"the approved take of shot {', '.join(wrong)} cannot be adopted: the storyboard has changed "
            "since it was made",
            "`shotfarm plan` says what; retake the shot and approve the new take",
        )
    return Adoption(production, text, new_text, changes, found)


def changes_of(shot: Shot, adjustment: Adjustment) -> dict[str, JsonValue]:
    """The keys of a shot that an adjustment changes, with what a document says then. Pure."""
    laid = adjustment.over(shot)
    keys: dict[str, JsonValue] = {}
    for key in ("action", "seed", "renderer", "first_frame", "last_frame"):
        if getattr(laid, key) != getattr(shot, key):
            keys[key] = getattr(laid, key)
    if laid.references != shot.references:
        keys["references"] = {name: list(files) for name, files in adjustment.references.items()}
    if laid.backend_options != shot.backend_options:
        keys["backend_options"] = {name: dict(options) for name, options in adjustment.options.items()}
    return keys


def _digests(production: Production, film: Film, found: dict[str, Circled]) -> dict[str, str]:
    """The digests of these shots' takes, if a film said so and nothing were laid over them."""
    decided = {name: about for name, about in production.decided.items() if name not in found}
    decided |= {name: Decided(production.decided[name].omitted) for name in found}

    @cache
    def renderer(choice: Choice) -> Renderer:
        return renderer_for(choice)

    plan = plan_film(
        film,
        production.digests,
        lambda shot: renderer(production.choices.of(shot)),
        published=lambda digest: production.takes.find(digest) is not None,
        previous={},
        decided=decided,
    )
    return {shot.shot: shot.digest for shot in plan.shots}
