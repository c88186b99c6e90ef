from __future__ import annotations

import pytest
from safetensors import safe_open

from farm.backend.conformance import Recorder, as_rendered, digest, shot
from farm.backend.protocol import Cancelled, Conditioning
from farm.backend.traits import complete_options
from farm.backends.diffusion import DiffusionBackend
from farm.backends.diffusion.denoising.checkpoints import Checkpoints

SMALL = {
    "precision": "fp32",
    "steps": 6,
    "rate": 24,
    "width": 64,
    "height": 32,
    "gate": False,
    "checkpoint_seconds": 0,
}


def spec_of(folder, **options):
    complete = complete_options(DiffusionBackend.TRAITS, {"model": str(folder), **SMALL, **options})
    return as_rendered(shot(backend="diffusion", options=complete), DiffusionBackend)


def rendered(spec, context):
    backend = DiffusionBackend()
    backend.load()
    try:
        return digest(list(backend.render(spec, Conditioning(), context)))
    finally:
        backend.close()


def check_resume(spec, after=3):
    whole = Recorder()
    wanted = rendered(spec, whole)
    stopped = Recorder(cancel_after=after)
    with pytest.raises(Cancelled):
        rendered(spec, stopped)
    assert stopped.states
    again = Recorder(state=stopped.states[-1])
    assert rendered(spec, again) == wanted
    runs = [context.notes["diffusion"]["denoiser_runs"] for context in (whole, again)]
    assert runs[1] < runs[0]
    assert again.notes["diffusion"]["resumed_after_step"] is not None
    return stopped.states[-1]


@pytest.mark.parametrize(
    ("model", "scheduler"),
    [
        ("wan", None),
        ("wan", "unipc"),
        ("ltx", None),
        *(
            pytest.param(model, scheduler, marks=pytest.mark.slow)
            for model, scheduler in (
                ("wan", "dpm++"),
                ("animatediff", "euler-ancestral"),
                ("cogvideox", "dpm++"),
            )
        ),
    ],
)
def test_a_stopped_denoising_goes_on_bit_for_bit(models, model, scheduler):
    check_resume(spec_of(models(model), scheduler=scheduler, checkpoint_every=2))


def test_a_state_is_one_safetensors_file(models, tmp_path):
    context = Recorder()
    rendered(spec_of(models("wan"), checkpoint_every=2), context)
    assert len(context.states) == 2
    path = tmp_path / "state.safetensors"
    path.write_bytes(context.states[0])
    with safe_open(path, framework="np") as file:
        assert set(file.metadata()) == {"state"}
        assert list(file.keys())


def test_a_state_of_another_take_or_no_state_at_all_is_not_used(models):
    spec = spec_of(models("wan"), checkpoint_every=2)
    wanted = Recorder()
    rendered(spec, wanted)
    other = Recorder()
    rendered(spec.model_copy(update={"seed": 8}), other)
    for state in (other.states[-1], b"", b"\x00" * 64, wanted.states[-1][:100]):
        again = Recorder(state=state)
        assert rendered(spec, again) == rendered(spec, Recorder())
        assert again.notes["diffusion"]["resumed_after_step"] is None


@pytest.mark.parametrize(
    ("steps", "seconds", "wanted_at", "kept"),
    [
        (2, 0.0, (), [2, 4, 6, 8]),
        (2, 3.0, (), [3, 6]),
        (5, 3.0, (), [5]),
        (2, 100.0, (), []),
        (2, 100.0, (3,), [3]),
        (2, 0.0, (3,), [2, 3, 5, 7]),
        (0, 0.0, (3,), []),
    ],
)
def test_a_state_is_kept_every_so_many_steps_at_most_so_often_and_when_it_is_wanted(
    steps, seconds, wanted_at, kept
):
    clock = iter(range(9))  # a step a second
    now = [0]

    def tick():
        now[0] = next(clock)
        return now[0]

    checkpoints = Checkpoints(steps, seconds, lambda: now[0] in wanted_at, tick)
    assert [step for step in range(1, 9) if checkpoints.keeps_now()] == kept


def test_a_quick_shot_keeps_no_state_unless_its_worker_is_wanted_elsewhere(models):
    spec = spec_of(models("wan"), checkpoint_every=4, checkpoint_seconds=3600)
    undisturbed = Recorder()
    wanted = rendered(spec, undisturbed)
    assert undisturbed.states == []
    asked = Recorder(cancel_after=1, wants_state=True)
    with pytest.raises(Cancelled):
        rendered(spec, asked)
    again = Recorder(state=asked.states[-1])
    assert rendered(spec, again) == wanted
    assert again.notes["diffusion"]["resumed_after_step"] == 0


def test_nothing_is_kept_with_a_step_cache_or_when_it_is_off(models):
    for options in ({"checkpoint_every": 0}, {"checkpoint_every": 2, "cache": "first-block"}):
        context = Recorder()
        rendered(spec_of(models("wan"), **options), context)
        assert context.states == []
