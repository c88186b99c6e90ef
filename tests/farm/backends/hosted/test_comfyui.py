"""`backend: comfyui`: a workflow of the project, on servers that come and go; each shot is taken on once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from farm.backend.conformance import BackendConformance, Recorder, render, shot
from farm.backend.protocol import BrokenError, Cancelled, Conditioning, TooLargeError
from farm.backend.traits import complete_options
from farm.backends.hosted.comfyui import ComfyBackend
from farm.backends.hosted.comfyui.checks import KNOWN, complaints
from farm.backends.hosted.comfyui.options import ComfyOptions, option_files
from farm.backends.hosted.comfyui.service import preview_in, refusal_of, report_of
from farm.backends.hosted.comfyui.workflow import fill, outputs_of, read_workflow
from farm.backends.hosted.service import TaskState
from farm.takes.quality import QualityError
from storyboard.document.given_files import sha256_of
from storyboard.errors import UsageError
from storyboard.planning.spec import Predecessor, ResolvedFile, ResolvedLora, ShotSpec
from tests.support import ROOT
from tests.support.farm.fake_comfyui import INPUTS, NODES, FakeComfyUI, running, workflow
from tests.support.farm.fake_runway import film
from tests.support.waiting import PATIENCE_S, until


@pytest.fixture(scope="module")
def servers():
    """Two servers; what a test does to them it undoes."""
    with running() as first, running() as second:
        yield first, second


@pytest.fixture
def server(servers):
    first, _ = servers
    yield first
    hold = first.faults.hold
    first.faults = type(first.faults)(hold=hold)
    hold.set()


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch):
    KNOWN.forget()
    # Who listens late does not see the pictures by which these tests go on.
    monkeypatch.setattr("farm.backends.hosted.comfyui.service.LISTEN_TIMEOUT_S", PATIENCE_S)


class TestComfyConforms(BackendConformance):
    backend = ComfyBackend
    other_options: ClassVar = {"inputs": {name: at for name, at in INPUTS.items() if name != "prompt"}}

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _with_server(cls, servers, tmp_path_factory):
        path = tmp_path_factory.mktemp("workflow") / "shot.json"
        path.write_text(json.dumps(workflow()))
        sha256 = sha256_of(path)
        cls.options = options_for(servers[0])
        cls.every_shot = {"given": {"shot.json": ResolvedFile(sha256=sha256)}}
        cls.files = {sha256: path}


def options_for(*servers: FakeComfyUI, **more: Any) -> dict[str, Any]:
    urls = tuple({"url": one.url} for one in servers)
    return {"workflow": "shot.json", "inputs": INPUTS, "servers": urls, "look_every_s": 0.02, **more}


def said(*servers: FakeComfyUI, **more: Any) -> dict[str, Any]:
    return complete_options(ComfyBackend.TRAITS, options_for(*servers, **more))


def written(tmp_path: Path, graph: Any) -> tuple[dict[str, ResolvedFile], dict[str, Path]]:
    path = tmp_path / "shot.json"
    path.write_text(json.dumps(graph))
    sha256 = sha256_of(path)
    return {"shot.json": ResolvedFile(sha256=sha256)}, {sha256: path}


def made(
    tmp_path: Path, *servers: FakeComfyUI, graph: Any = None, context: Recorder | None = None, **changes: Any
):
    given, files = written(tmp_path, graph or workflow())
    options = said(*servers, **changes.pop("options", {}))
    return render(ComfyBackend, shot(options=options, given=given, **changes), context=context, files=files)


# The workflow --------------------------------------------------------------------------------------


def test_a_workflow_of_the_page_and_other_files_are_told_what_they_are(tmp_path):
    for text, words in [
        ('{"nodes": [], "links": []}', "in the format of ComfyUI's page"),
        ("[]", "none in ComfyUI's API format"),
        ("{}", "none in ComfyUI's API format"),
        ('{"3": {"inputs": {}}}', "none in ComfyUI's API format"),
        ("no", "cannot be read as JSON"),
    ]:
        path = tmp_path / "flow.json"
        path.write_text(text)
        with pytest.raises(UsageError, match=words):
            read_workflow(path)


def test_a_shot_s_values_go_where_they_are_mapped(tmp_path):
    files = {name: ResolvedFile(sha256=name[0] * 64) for name in ("ada.safetensors", "b.png", "c.mp4")}
    lora = ResolvedLora(file=files["ada.safetensors"], weight=0.8, trigger=None)
    look = shot().look.model_copy(
        update={"negative": "grain", "loras": (lora,), "references": (files["b.png"],)}
    )
    inputs = {
        **INPUTS,
        "frames": ["5.length", "9.frames"],
        "rate": "9.rate",
        "lora_1": "11.lora_name",
        "lora_weight_1": "11.strength_model",
        "lora_2": "12.lora_name",
        "lora_weight_2": "12.strength_model",
        "reference_1": "13.image",
    }
    options = ComfyOptions(inputs=inputs, loras={"ada.safetensors": "ada_v2.safetensors"}, frames_step=4)
    spec = shot(
        look=look, seed=2**40 + 5, rate=Fraction(16), given={"ada.safetensors": files["ada.safetensors"]}
    )
    graph = workflow() | {
        node: {"class_type": "X", "inputs": {"lora_name": "own"}} for node in ("11", "12", "13")
    }
    filled = fill(graph, spec, options, {})
    assert filled.graph["5"]["inputs"] == {"width": 64, "height": 36, "length": 9}  # 4n+1 for 9
    assert filled.graph["9"]["inputs"]["frames"] == 9
    assert filled.graph["9"]["inputs"]["rate"] == 16
    assert filled.graph["3"]["inputs"]["seed"] == 5
    assert "She waits." in filled.graph["6"]["inputs"]["text"]
    assert filled.graph["7"]["inputs"]["text"] == "grain"
    assert filled.graph["11"]["inputs"] == {"lora_name": "ada_v2.safetensors", "strength_model": 0.8}
    assert filled.graph["12"]["inputs"] == {"lora_name": "own", "strength_model": 0.0}
    assert filled.graph["13"]["inputs"]["image"] == f"file:{'b' * 64}"
    assert filled.graph["10"]["inputs"]["image"] == "example.png"
    assert (filled.files, filled.left_out) == (("b" * 64,), ("first_frame", "lora_2"))
    assert graph["6"]["inputs"]["text"] == "a cat"  # as it was
    assert [options.frames_for(total) for total in (1, 2, 5, 6, 48)] == [1, 5, 5, 9, 49]


def test_the_node_that_saves_the_take_is_found_or_named():
    assert outputs_of(workflow(), ComfyOptions()) == ("9",)
    assert outputs_of(workflow(), ComfyOptions(outputs=("5",))) == ("5",)
    two = workflow() | {"12": workflow()["9"]}
    with pytest.raises(UsageError, match="these save files: 9, 12"):
        outputs_of(two, ComfyOptions())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"inputs": {"promt": "6.text"}}, 'did you mean "prompt"'),
        ({"inputs": {"prompt": "6"}}, "no input of a node"),
        ({"inputs": {"reference_0": "6.text"}}, "a shot has no value"),
        ({"servers": [{"url": "gpu1:8188"}]}, "no address of a server"),
        ({"servers": [{"url": "http://me:secret@gpu1"}]}, "holds no passwords"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options, words):
    with pytest.raises(ValidationError, match=words):
        ComfyOptions(**options)


def test_files_of_the_options_are_the_workflow_and_the_loras(tmp_path):
    options = complete_options(
        ComfyBackend.TRAITS, {"workflow": "a.json", "loras": {"l/x.safetensors": "x.safetensors"}}
    )
    assert [one.name for one in option_files(options, "1A", tmp_path)] == ["a.json", "l/x.safetensors"]


# Before anything is sent ---------------------------------------------------------------------------


def found(tmp_path: Path, *servers: Any, graph: Any = None, **changes: Any) -> list[tuple[str, str, str]]:
    given, files = written(tmp_path, graph or workflow())
    options = said(*servers, **changes.pop("options", {}))
    spec = shot(options=options, given=given, **changes)
    told = complaints(spec, {name: files[file.sha256] for name, file in given.items()}, lambda _: True)
    return [(one.severity, one.option, one.message) for one in told if one.severity == "error"]


def with_input(node: str, name: str, value: Any) -> dict[str, Any]:
    graph = workflow()
    graph[node]["inputs"][name] = value
    return graph


def test_a_good_workflow_is_found_good(tmp_path, server):
    assert found(tmp_path, server) == []


@pytest.mark.parametrize(
    ("graph", "options", "option", "words"),
    [
        (with_input("4", "ckpt_name", "wan2.safetensors"), {}, "workflow", 'did you mean "wan.safetensors"'),
        (with_input("3", "steps", 1000), {}, "workflow", "1000 lies outside 1 to 100"),
        (with_input("3", "steps", 4.5), {}, "workflow", "4.5 is no whole number"),
        (with_input("3", "cfg", "high"), {}, "workflow", '"high" is no number'),
        (with_input("7", "text", 5), {"inputs": {}}, "workflow", "5 is no text"),
        (workflow(), {"inputs": {"prompt": "6.txt"}}, "inputs.prompt", 'no input "txt"; did you mean "text"'),
        (workflow(), {"inputs": {"prompt": "60.text"}}, "inputs.prompt", 'the workflow has no node "60"'),
        (workflow(), {"inputs": {"prompt": "3.seed"}}, "inputs.prompt", "is no number"),
        (workflow(), {"inputs": {"seed": "3.model"}}, "inputs.seed", "comes from another node"),
        (workflow(), {"outputs": ["99"]}, "outputs", 'the workflow has no node "99"'),
    ],
)
def test_what_a_server_cannot_run_is_told_of_the_option_that_it_is_wrong_at(
    tmp_path, server, graph, options, option, words
):
    told = found(tmp_path, server, graph=graph, options=options)
    assert any(one[1] == option and words in one[2] for one in told), told


def test_a_node_and_an_input_that_are_missing_are_told(tmp_path, server):
    server.faults.knows = {name: takes for name, takes in NODES.items() if name != "KSampler"}
    ((_, option, words),) = found(tmp_path, server)
    assert option == "workflow"
    assert f'{server.url} has no node "KSampler" (node 3)' in words
    server.faults.knows = NODES
    KNOWN.forget()
    graph = workflow()
    del graph["3"]["inputs"]["latent_image"]
    ((_, _, words),) = found(tmp_path, server, graph=graph)
    assert words == 'node 3 (KSampler) needs "latent_image", and nothing gives it'


def test_what_cannot_be_checked_or_is_left_out_is_a_warning(tmp_path, server):
    given, files = written(tmp_path, workflow())
    gone = {"servers": ({"url": server.url}, {"url": "http://127.0.0.1:9"})}
    spec = shot(options=said(**gone), given=given, last_frame=ResolvedFile(sha256="a" * 64))
    told = complaints(spec, {name: files[file.sha256] for name, file in given.items()}, lambda _: True)
    assert {(one.severity, one.message) for one in told} == {
        ("warning", "the shot has no first_frame: the workflow's own stay in their places"),
        ("warning", "the workflow maps no last_frame: the shot's is left out"),
        ("warning", "the workflow was not checked by http://127.0.0.1:9, which did not answer"),
    }
    continued = {"predecessor": Predecessor(shot="1", digest="0" * 64), "options": {"inputs": {}}}
    assert any(
        "cannot start where another shot ends" in one[2] for one in found(tmp_path, server, **continued)
    )


# A shot on its way ---------------------------------------------------------------------------------


def test_pictures_become_the_take_with_progress_previews_and_uploads(tmp_path, server):
    picture = tmp_path / "first.png"
    Image.effect_noise((64, 36), 60).convert("RGB").save(picture)
    sha256 = sha256_of(picture)
    given, files = written(tmp_path, workflow())
    spec = shot(options=said(server), given=given, first_frame=ResolvedFile(sha256=sha256))
    server.faults.hold.clear()

    class GoesOn(Recorder):
        def preview(self, frame) -> None:
            super().preview(frame)
            server.faults.hold.set()

    context = GoesOn()
    frames = render(ComfyBackend, spec, context=context, files={**files, sha256: picture})
    assert len(frames) == 9
    row = np.asarray(Image.open(picture))[0]
    assert np.array_equal(frames[0][0], row)
    assert server.uploads[f"shotfarm-{sha256[:32]}.png"] == picture.read_bytes()
    assert any(0 < done < 0.9 for done in context.done)
    assert {frame.shape for frame in context.previews} == {(9, 16, 3)}
    told = context.notes["hosted"]
    (kept,) = told.values()
    assert kept["response"]["status"] == "success"
    assert context.notes["reproducible"] is False


def test_a_video_of_another_size_rate_and_length_becomes_the_take(tmp_path, server):
    server.faults.video = {"width": 96, "height": 64, "length": 20, "rate": 30}
    frames = made(tmp_path, server, graph=workflow(video=True))
    assert (len(frames), frames[0].shape) == (9, (36, 64, 3))


@pytest.mark.parametrize("shape", ["uneven", "hdr", "slow", "small"])
def test_a_video_of_any_kind_becomes_the_take(tmp_path, server, shape):
    server.faults.video = {"bytes": film(np.random.default_rng(3), Fraction(1), shape)}
    frames = made(tmp_path, server, graph=workflow(video=True))
    assert (len(frames), {frame.shape for frame in frames}) == (9, {(36, 64, 3)})


@pytest.mark.parametrize(
    ("shape", "wanted", "sounds", "note"),
    [
        ("", True, 1, None),
        ("silent", True, 0, "none"),
        ("", False, 0, "left out"),
        ("silent", False, 0, None),
    ],
)
def test_the_sound_of_its_videos_is_the_take_s_or_is_said_to_be_left_out(
    tmp_path, server, shape, wanted, sounds, note
):
    server.faults.video = {"bytes": film(np.random.default_rng(3), Fraction(1), shape)}
    context = Recorder()
    made(tmp_path, server, graph=workflow(video=True), context=context, options={"sound": wanted})
    assert (len(context.sounds), context.notes.get("sound")) == (sounds, note)


@pytest.mark.parametrize(
    ("video", "words"),
    [({"length": 2}, "of video; the shot needs 0.38"), ({"bytes": b"no video at all"}, "is no video")],
)
def test_what_is_no_take_is_refused_in_words(tmp_path, server, video, words):
    server.faults.video = video
    with pytest.raises(QualityError, match=words):
        made(tmp_path, server, graph=workflow(video=True))


def test_a_node_that_saves_nothing_is_named(tmp_path, server):
    with pytest.raises(UsageError, match="node 5 saved no file; 9 did"):
        made(tmp_path, server, options={"outputs": ["5"]})


@pytest.mark.parametrize(
    "answers", [[(429, {"Retry-After": "0"})], [(503, {"Retry-After": "0"})] * 2, [(500, {})]]
)
def test_a_server_that_is_busy_or_stumbles_is_asked_again_and_takes_the_shot_on_once(
    tmp_path, server, answers
):
    before = len(server.accepted)
    server.faults.answers = answers
    assert len(made(tmp_path, server)) == 9
    assert len(server.accepted) == before + 1


@pytest.mark.parametrize("old", [False, True])
def test_a_lost_answer_is_asked_for_and_nothing_is_sent_again(tmp_path, server, old):
    before = len(server.accepted)
    server.faults.cuts, server.faults.old = 1, old
    assert len(made(tmp_path, server)) == 9
    assert len(server.accepted) == before + 1


def test_a_refused_workflow_is_told_in_the_server_s_words(tmp_path, server):
    graph = with_input("4", "ckpt_name", "gone.safetensors")
    with pytest.raises(UsageError, match=r"node 4 \(CheckpointLoaderSimple\): Value not in list: ckpt_name"):
        made(tmp_path, server, graph=graph)


def test_a_failure_is_told_with_its_node_and_the_memory_is_freed(tmp_path, server):
    freed = server.freed
    server.faults.errors = [{"exception_type": "ValueError", "exception_message": "bad latent\n"}]
    with pytest.raises(BrokenError, match=r"node 3 \(KSampler\): ValueError: bad latent"):
        made(tmp_path, server)
    assert server.freed == freed + 1
    told = "Allocation on device"
    server.faults.errors = [{"exception_type": "torch.OutOfMemoryError", "exception_message": told}]
    with pytest.raises(TooLargeError, match="OutOfMemoryError: Allocation on device"):
        made(tmp_path, server)
    assert server.freed == freed + 2


def test_a_result_that_is_not_there_yet_is_asked_for_again(tmp_path, server):
    server.faults.gone_views = 1
    assert len(made(tmp_path, server)) == 9


@pytest.mark.parametrize("old", [False, True])
def test_a_cancelled_shot_is_interrupted(tmp_path, server, old):
    server.faults.old = old
    server.faults.hold.clear()

    class WhenItRuns(Recorder):
        def check_cancelled(self) -> None:
            if server._running:
                raise Cancelled

    before = len(server.interrupted)
    with pytest.raises(Cancelled):
        made(tmp_path, server, context=WhenItRuns())
    assert len(server.interrupted) == before + 1
    until(lambda: not server._running, "it has ended")


def test_a_cancelled_shot_that_waits_is_taken_from_the_queue(tmp_path, server):
    server.faults.hold.clear()
    busy = threading.Thread(target=lambda: made_quietly(tmp_path / "busy", server))
    busy.start()
    until(lambda: server._running, "another shot is rendered")

    class WhenItWaits(Recorder):
        def check_cancelled(self) -> None:
            if server._pending:
                raise Cancelled

    before = len(server.interrupted)
    with pytest.raises(Cancelled):
        made(tmp_path, server, context=WhenItWaits(), seed=99)
    assert server._pending == []
    assert len(server.interrupted) == before
    server.faults.hold.set()
    busy.join()


def made_quietly(folder: Path, *servers: FakeComfyUI) -> None:
    folder.mkdir()
    made(folder, *servers)


def test_a_server_that_forgot_is_sent_the_shot_again(tmp_path, server):
    """It was started again: queue and history are its memory's."""
    server.faults.hold.clear()
    before = len(server.accepted)

    class ForgetsOnce(Recorder):
        def preview(self, frame) -> None:
            if not self.previews:
                server.forget()
                server._history.clear()
                server.faults.hold.set()
            super().preview(frame)

    frames = made(tmp_path, server, context=ForgetsOnce())
    assert len(frames) == 9
    assert len(server.accepted) == before + 2


def test_a_shot_goes_on_elsewhere_when_its_server_goes_away(tmp_path, server):
    with running() as other:
        other.faults.hold.clear()

        class Dies(Recorder):
            def preview(self, frame) -> None:
                if not self.previews:
                    server.faults.hold.set()
                    other.die()
                super().preview(frame)

        # The other one has nothing to do; this one has, until it is gone.
        server.faults.hold.clear()
        busy = threading.Thread(target=lambda: made_quietly(tmp_path / "busy", server))
        busy.start()
        until(lambda: server._running, "the first server is busy")
        frames = made(tmp_path, server, other, context=Dies(), options={"silent_s": 0.1}, seed=3)
        busy.join()
        assert len(other.accepted) == 1
        assert len(frames) == 9


def test_a_shot_that_waits_goes_to_a_server_that_idles(tmp_path, servers, server):
    _, second = servers
    server.faults.hold.clear()
    second.faults.hold.clear()
    threads = []
    for one in (server, second):
        folder = tmp_path / f"busy{one.port}"
        threads.append(threading.Thread(target=made_quietly, args=(folder, one)))
        threads[-1].start()
    until(lambda: server._running and second._running, "both are busy")
    result: list[Any] = []
    third = threading.Thread(target=lambda: result.extend(made(tmp_path, server, second, seed=5)))
    third.start()
    until(lambda: server._pending or second._pending, "the third shot waits")
    idle = second if server._pending else server
    idle.faults.hold.set()
    third.join(PATIENCE_S)
    assert len(result) == 9
    seeds = [entry["prompt"][2]["3"]["inputs"]["seed"] for entry in idle._history.values()]
    assert seeds.count(5) == 1
    for one in (server, second):
        one.faults.hold.set()
    for thread in threads:
        thread.join()


def test_only_servers_with_the_tags_of_a_shot_render_it(tmp_path, servers, server):
    _, second = servers
    options = {"servers": ({"url": server.url}, {"url": second.url, "tags": ("big",)}), "needs": ("big",)}
    before = len(server.accepted), len(second.accepted)
    made(tmp_path, options=options)
    assert (len(server.accepted), len(second.accepted)) == (before[0], before[1] + 1)
    with pytest.raises(UsageError, match="carries all of its tags: huge"):
        made(tmp_path, options={**options, "needs": ("huge",)})


WORKER = """
import json, sys
from pathlib import Path
from farm.backend.conformance import Recorder
from farm.backend.protocol import Conditioning
from farm.backends.hosted.comfyui import ComfyBackend
from storyboard.planning.spec import ShotSpec

class Stored(Recorder):
    def kept_state(self):
        path = Path(sys.argv[3])
        return path.read_bytes() if path.exists() else None
    def keep_state(self, state):
        aside = Path(f"{sys.argv[3]}.part")  # as a store does: this process is killed at any moment
        aside.write_bytes(state)
        aside.replace(sys.argv[3])

files = {sha256: Path(path) for sha256, path in json.loads(sys.argv[2]).items()}
spec = ShotSpec.model_validate_json(sys.argv[1])
print(len(list(ComfyBackend().render(spec, Conditioning(files=files), Stored()))), flush=True)
"""


def test_a_worker_that_is_killed_leaves_a_task_that_the_next_one_goes_on_with(tmp_path, server):
    given, files = written(tmp_path, workflow())
    spec = shot(options=said(server), given=given, seed=77)
    words = [
        sys.executable,
        "-c",
        WORKER,
        spec.model_dump_json(),
        json.dumps({k: str(v) for k, v in files.items()}),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = len(server.accepted)
    server.faults.hold.clear()
    first = subprocess.Popen([*words, str(tmp_path / "state")], env=environment)
    until(lambda: server._running, "it renders")
    first.send_signal(signal.SIGKILL)
    first.wait()
    server.faults.hold.set()
    second = subprocess.run(
        [*words, str(tmp_path / "state")], env=environment, capture_output=True, text=True, check=True
    )
    assert second.stdout.strip().endswith("9")
    assert len(server.accepted) == before + 1


# What servers say ----------------------------------------------------------------------------------


def test_an_entry_of_the_history_is_read():
    made_files = {
        "9": {"images": [{"filename": "a.png", "subfolder": "x", "type": "output"}], "animated": [True]}
    }
    temp = {"8": {"images": [{"filename": "t.png", "subfolder": "", "type": "temp"}]}}
    done = report_of({"status": {"status_str": "success"}, "outputs": {**made_files, **temp}})
    assert done.state is TaskState.DONE
    assert json.loads(done.outputs[0]) == {
        "9": [{"filename": "a.png", "subfolder": "x", "type": "output"}],
        "8": [],
    }
    old = report_of({"outputs": made_files})
    assert old.state is TaskState.DONE  # older servers say nothing of how it ended
    interrupted = {"status_str": "error", "messages": [["execution_interrupted", {}]]}
    assert report_of({"status": interrupted}).state is TaskState.WITHDRAWN


def test_refusals_and_previews_of_any_form_are_read():
    assert refusal_of({"error": "no prompt"}) == "no prompt"
    assert refusal_of({}) == "without a word"
    assert preview_in(b"\0\0\0\1") is None
    assert preview_in(b"\0\0\0\3\0\0\0\1text") is None


def test_a_worker_holds_next_to_nothing_while_it_waits():
    traits = ComfyBackend.TRAITS
    assert (traits.resources.cpus, traits.resources.gpus) == (0, 0)
    options = {**complete_options(traits), "servers": [{"url": "http://a"}, {"url": "http://b"}]}
    assert traits.places_for(options) == 4  # one renders, one waits, at each
    assert traits.places_for({**options, "ahead": 0}) == 2


def test_a_workflow_that_is_not_in_the_store_is_no_take(server):
    spec = shot(options=said(server), given={"shot.json": ResolvedFile(sha256="0" * 64)})
    with pytest.raises(KeyError):
        list(ComfyBackend().render(spec, Conditioning(), Recorder()))


def test_the_digest_does_not_know_the_servers(tmp_path, servers):
    given, _ = written(tmp_path, workflow())
    idle = {"idle_options": ComfyBackend.TRAITS.idle_options, "given": given}
    specs: list[ShotSpec] = [shot(options=said(one), **idle) for one in servers]
    assert specs[0].digest() == specs[1].digest()
