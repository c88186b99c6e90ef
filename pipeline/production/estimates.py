"""How long shots will take: as the last takes of their renderers were measured, else as the renderer says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from farm.backend.protocol import BackendTraits
from farm.store.manifest import Manifest
from pipeline.production.renderers import Choice
from storyboard.planning.plan import Renderer
from storyboard.planning.spec import ShotSpec
from storyboard.schema.film import Film

_PIXELS_720P = 1280 * 720


def renderer_for(choice: Choice, film: Film, takes: Sequence[Manifest]) -> Renderer:
    """What a choice's shots are planned for; `takes` tell how long its frames take."""
    traits = choice.traits
    options = choice.complete(film.backend_options.get(traits.name, {}), {})
    return Renderer(
        name=traits.name,
        version=traits.version,
        draws_shot_id=traits.draws_shot_id,
        draws_lines=traits.draws_lines,
        follows_performances=traits.follows_performances,
        matches_cuts=traits.matches_cuts,
        takes_frames=traits.takes_frames,
        seconds_per_frame_720p=_measured(traits, options, takes) or traits.seconds_per_frame_720p,
        resolve_options=choice.complete,
        idle_options=traits.idle_options,
        native=traits.native,
        makes_sound=traits.makes_sound,
    )


def _measured(
    traits: BackendTraits, options: Mapping[str, JsonValue], takes: Sequence[Manifest]
) -> float | None:
    """Seconds for a 720p frame, as this film's last takes were measured with these options, else with any."""
    own: list[tuple[ShotSpec, float]] = []
    for take in takes:
        spec, render_s = take.facts.get("spec"), take.facts.get("render_s")
        if isinstance(spec, dict) and isinstance(render_s, float) and spec.get("backend") == traits.name:
            own.append((ShotSpec.model_validate(spec), render_s))
    alike = [(spec, render_s) for spec, render_s in own if spec.options == options] or own
    pixels = sum(spec.total_frames * spec.width * spec.height for spec, _ in alike)
    return sum(render_s for _, render_s in alike) / pixels * _PIXELS_720P if pixels else None
