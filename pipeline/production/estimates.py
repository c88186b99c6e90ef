"""How long shots will take: as the last takes of their renderers were measured, else as the renderer says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from farm.backend.traits import BackendTraits
from farm.takes.facts import TakeFacts
from pipeline.production.renderers import Choice
from storyboard.planning.renderer import Renderer
from storyboard.schema.film import Film

_PIXELS_720P = 1280 * 720


def renderer_for(choice: Choice, film: Film, takes: Sequence[TakeFacts]) -> Renderer:
    """What a choice's shots are planned for; `takes` tell how long its frames take."""
    traits = choice.traits
    options = choice.complete(film.backend_options.get(traits.name, {}), {})
    measured = _measured(traits, options, takes)
    return Renderer(traits, choice.complete, measured or traits.seconds_per_frame_720p)


def _measured(
    traits: BackendTraits, options: Mapping[str, JsonValue], takes: Sequence[TakeFacts]
) -> float | None:
    """Seconds for a 720p frame, as this film's last takes were measured with these options, else with any."""
    own = [take for take in takes if take.spec.backend == traits.name]
    alike = [take for take in own if take.spec.options == options] or own
    pixels = sum(take.spec.total_frames * take.spec.width * take.spec.height for take in alike)
    return sum(take.render_s for take in alike) / pixels * _PIXELS_720P if pixels else None
