"""`backend: command`: any program draws, and nothing of it outlives its worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import av
import numpy as np
import psutil
import pytest
from PIL import Image
from pydantic import ValidationError

from farm.backend.conformance import BackendConformance, Recorder, line, render, shot
from farm.backend.protocol import BrokenError, Cancelled, Conditioning
from farm.backend.traits import complete_options
from farm.backends.command import CommandBackend, CommandOptions
from farm.backends.command.backend import program_path, progress_in
from farm.backends.command.made import what_was_made
from farm.backends.command.options import option_files
from farm.backends.command.words import told, words_of
from farm.host.aside import sweep_asides
from farm.host.kept_program import KeptProgram, environment_of
from storyboard.document.given_files import sha256_of
from storyboard.errors import UsageError
from storyboard.media.take_shape import TakeShape
from storyboard.planning.spec import ResolvedFile
from tests.support import ROOT
from tests.support.command import DRAW, DRAW_SHA256
from tests.support.farm.fake_runway import film
from tests.support.waiting import PATIENCE_S, until

PYTHON = sys.executable
GIVEN = {"draw.py": ResolvedFile(sha256=DRAW_SHA256)}


class TestCommandConforms(BackendConformance):
    backend = CommandBackend
    options: ClassVar = {"command": (PYTHON, "-S", "draw.py", "{spec}")}
    other_options: ClassVar = {"command": (PYTHON, "-S", "draw.py", "{spec}", "--look=2")}
    every_shot: ClassVar = {"given": GIVEN}
    files: ClassVar = {DRAW_SHA256: DRAW}


def said(*command: str, **more: Any) -> dict[str, Any]:
    return complete_options(CommandBackend.TRAITS, {"command": command, **more})


def spec_of(*command: str, options: dict[str, Any] | None = None, **changes: Any):
    return shot(options=said(*command, **(options or {})), backend="command", shot="1A", **changes)


def script(tmp_path: Path, text: str) -> tuple[dict[str, ResolvedFile], dict[str, Path]]:
    """A script of a film, as what its shots are given and where its copy lies."""
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(text), "utf-8")
    sha256 = sha256_of(path)
    return {"tools/script.py": ResolvedFile(sha256=sha256)}, {sha256: path}


def run(tmp_path: Path, text: str, *words: str, context: Recorder | None = None, **changes: Any):
    given, files = script(tmp_path, text)
    options = changes.pop("options", {})
    spec = spec_of(PYTHON, "-S", "tools/script.py", "{out}", *words, options=options, given=given, **changes)
    return render(CommandBackend, spec, context=context, files=files)


def video(
    path: Path, count: int, *, width: int = 64, height: int = 36, times: list[int] | None = None
) -> Path:
    """A video of 24 frames a second, or with frames at these times of a clock of 24."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 24)
        for number in range(count):
            level = np.full((height, width, 3), 40 + number * 10, np.uint8)
            frame = av.VideoFrame.from_ndarray(level, "rgb24")
            frame.pts, frame.time_base = times[number] if times else number, Fraction(1, 24)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


COPY = """
    import shutil, sys
    shutil.copyfile(sys.argv[2], sys.argv[1] + ".mp4")
"""


@pytest.mark.parametrize(
    ("shape", "wanted", "sounds", "note"),
    [
        ("", True, 1, None),
        ("silent", True, 0, "none"),
        ("", False, 0, "left out"),
        ("silent", False, 0, None),
    ],
)
def test_the_sound_of_its_video_is_the_take_s_or_is_said_to_be_left_out(
    tmp_path, shape, wanted, sounds, note
):
    made = tmp_path / "made.mp4"
    made.write_bytes(film(np.random.default_rng(3), Fraction(9, 24), shape))
    context = Recorder()
    size = {"width": 160, "height": 90, "options": {"sound": wanted}}
    frames = run(tmp_path, COPY, str(made), context=context, **size)
    assert (len(frames), len(context.sounds)) == (9, sounds)
    assert context.notes.get("sound") == note
    assert all(len(samples) == round(Fraction(9, 24) * rate) for samples, rate in context.sounds)


def test_placeholders_stand_for_the_shot_s_values_and_no_shell_reads_them(tmp_path):
    spec = spec_of("x", "{out}", action="$(rm -rf /); `id` \"quoted\" 'so'", rate=Fraction(24000, 1001))
    shot_told = told(spec, tmp_path / "out put", {}, [], None)
    made = words_of(
        ["x", "{out}/#", "{frames}:{width}x{height}", "{rate}", "{seed}", "{shot}", "{prompt}"],
        shot_told,
        tmp_path,
    )
    assert made[:6] == ["x", f"{tmp_path}/out put/#", "9:64x36", "24000/1001", "7", "1A"]
    assert "$(rm -rf /); `id` \"quoted\" 'so'" in made[6]


def test_what_a_shot_says_is_no_option_of_the_program(tmp_path):
    spec = spec_of("x", "{out}", look=shot().look.model_copy(update={"negative": "--python-expr=evil()"}))
    shot_told = told(spec, tmp_path, {}, [], None)
    made = words_of(["x", "{negative}", "--no={negative}", "-n{seed}"], shot_told, tmp_path)
    assert made == ["x", " --python-expr=evil()", "--no=--python-expr=evil()", "-n7"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["x", "{uot}"], '"{uot}" stands for nothing; did you mean "out"'),
        (["x", "--out"], "one of the words has {out}"),
        (["", "{out}"], "the first word is the program"),
        (["x\0", "{out}"], "no NUL"),
    ],
)
def test_a_command_that_cannot_be_meant_is_refused(command, words):
    with pytest.raises(ValidationError, match=words.replace("{", r"\{").replace("}", r"\}")):
        CommandOptions(command=command)


def test_a_size_of_its_own_is_whole_and_even():
    for wrong in ({"width": 640}, {"width": 641, "height": 480}):
        with pytest.raises(ValidationError, match="width and height"):
            CommandOptions(command=("x", "{out}"), **wrong)
    native = CommandBackend.TRAITS.native
    assert native is not None
    film = TakeShape(1280, 720, Fraction(24), 0, 48, 12)
    assert native(said("x", "{out}"), film) == film
    own = native(said("x", "{out}", width=640, height=480, rate=12), film)
    assert own == TakeShape(640, 480, Fraction(12), 0, 24, 6)


def test_words_name_the_files_of_the_project_that_are_there_or_can_be_nothing_else(tmp_path):
    for name in ("draw.py", "bin/tool", "scenes/1A.blend", "tex/b.png", "tex/a.png", "tex/.hidden", "plain"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    command = (
        "./bin/tool",
        "./draw.py",
        "--scene=scenes/{shot}.blend",
        "lost.py",
        "-x",
        "plain",
        "/etc/hosts",
    )
    found = option_files(said(*command, "word", "{out}", files=("tex", "gone.png")), "1A", tmp_path)
    assert {file.name: file.place for file in found} == {
        "bin/tool": ("command", 0),
        "draw.py": ("command", 1),
        "scenes/1A.blend": ("command", 2),
        "lost.py": ("command", 3),
        "plain": ("command", 5),
        "tex/a.png": ("files", 0),
        "tex/b.png": ("files", 0),
        "gone.png": ("files", 1),
    }
    (tmp_path / "python").write_bytes(b"x")
    assert option_files(said("python", "{out}"), "1A", tmp_path) == []  # as a shell has it


def test_python_is_the_path_s_or_the_one_that_renders(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program_path("python", tmp_path) == sys.executable
    assert program_path("blender", tmp_path) is None
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    assert program_path("python", tmp_path) == str(other)
    assert program_path("./draw", tmp_path / "film") == str(tmp_path / "film" / "draw")


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("progress 0.5", 0.5),
        ("PROGRESS: 25%", 0.25),
        ("progress 3/12", 0.25),
        ("progress 7", 1),
        ("progress 1/0", None),
        ("in progress 1", None),
    ],
)
def test_progress_is_read_from_lines(text, done):
    assert progress_in(text) == done


def test_the_farm_s_settings_are_not_the_program_s():
    around = {"PATH": "/bin", "SHOTFARM_FARM_TOKEN": "x", "RAY_AUTH_TOKEN": "y", "CUDA_VISIBLE_DEVICES": "1"}
    kept = environment_of(around)
    assert kept == {"PATH": "/bin", "CUDA_VISIBLE_DEVICES": "1", "PYTHONUNBUFFERED": "1"}


def test_a_program_runs_among_copies_of_its_files_and_is_told_the_whole_shot(tmp_path):
    context = Recorder()
    frames = run(
        tmp_path,
        """
        import json, os, pathlib, sys
        spec = json.loads(pathlib.Path(sys.argv[2]).read_text())
        here = pathlib.Path.cwd()
        assert (here / "tools" / "script.py").samefile(sys.argv[0]), sys.argv
        assert [p.name for p in here.iterdir()] == ["tools"], "nothing else is there"
        (here / "tools" / "script.py").write_text("a program may do this")
        assert spec["shot"]["action"] == "She waits." and "She waits." in spec["prompt"], spec
        assert [one["text"] for one in spec["shot"]["lines"]] == ["Good evening to you all."]
        out = pathlib.Path(sys.argv[1])
        for number in range(spec["frames"]):
            pixel = bytes([number * 20, 0, 0])
            (out / f"f{number}.ppm").write_bytes(b"P6 64 36 255 " + pixel * 64 * 36)
        print(" ".join(sorted(os.environ)))
        """,
        "{spec}",
        "--in={out}/",
        context=context,
        lines=(line(),),
        frames=9,
        options={"lines": True},
    )
    assert [int(frame[0, 0, 0]) for frame in frames] == [number * 20 for number in range(12)]  # f2 before f10
    assert context.done[-1] == 1
    assert not list(Path(tempfile.gettempdir()).glob(f"shotfarm-command-*-{os.getpid()}-*"))
    assert "a program may do this" not in (tmp_path / "script.py").read_text().splitlines()


def test_a_video_is_read_as_it_stands(tmp_path):
    path = video(tmp_path / "nine.mp4", 9)
    frames = run(tmp_path, COPY, str(path))
    assert [round(float(frame.mean()) / 10) for frame in frames] == list(range(4, 13))


@pytest.mark.parametrize(
    ("made", "words", "helps"),
    [
        ({"count": 8}, "made 8 frames; asked were 9, 1 before and 2 after", "rate"),
        ({"count": 10}, "made 10 frames; asked were 9", "rate"),
        ({"count": 9, "width": 128, "height": 72}, "is 128x72; asked was 64x36", "width: 128, height: 72"),
        ({"count": 9, "times": [2 * n for n in range(9)]}, "12 frames a second; asked were 24", "rate: 12"),
        ({"count": 9, "times": [0, 1, 2, 3, 7, 8, 9, 10, 11]}, "no one rate", "24 frames a second"),
    ],
)
def test_a_video_of_another_number_size_or_rate_is_refused_in_words(tmp_path, made, words, helps):
    path = video(tmp_path / "wrong.mp4", **made)
    with pytest.raises(UsageError, match=words) as caught:
        run(tmp_path, COPY, str(path))
    assert helps in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pass", "made nothing"),
        (
            "import os, sys; os.mkdir(sys.argv[1]); [open(f'{sys.argv[1]}/{n}.png', 'w') for n in range(3)]",
            "made 3 frames",
        ),
        (
            "import os, sys; os.mkdir(sys.argv[1]); [open(f'{sys.argv[1]}/{n}.png', 'w') for n in range(9)]",
            "0.png cannot be used: it is empty",
        ),
        ("import sys; open(sys.argv[1] + '.mp4', 'w').write('text')", "take.mp4 cannot be used"),
        (
            "import sys; [open(sys.argv[1] + n, 'w') for n in ('.mp4', '.txt')]",
            "made 2 files, which are no frames alone",
        ),
    ],
)
def test_what_is_no_take_is_refused_in_words(tmp_path, text, words):
    with pytest.raises(UsageError, match=words):
        run(tmp_path, text)


def test_a_program_that_fails_is_quoted(tmp_path):
    text = r"""
        import sys
        for number in range(30):
            print("line", number)
        print("\x1b[31mred\x1b[0m and \x07 and \x1b]0;title", file=sys.stderr)
        sys.exit(3)
    """
    with pytest.raises(BrokenError, match="ended with status 3") as caught:
        run(tmp_path, text)
    lines = caught.value.message.splitlines()
    assert lines[1:3] == ["  line 21", "  line 22"]
    assert lines[-1].startswith("  red and ")
    assert all(letter.isprintable() for text in lines for letter in text)


def test_a_program_that_is_killed_or_cannot_be_found_says_so(tmp_path):
    with pytest.raises(BrokenError, match="was killed by SIGKILL"):
        run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(BrokenError, match='no program "no-such-program" in its PATH'):
        render(CommandBackend, spec_of("no-such-program", "{out}"))
    with pytest.raises(BrokenError, match="No such file"):
        render(CommandBackend, spec_of("/no/such/program", "{out}"))


FAMILY = """
    import os, subprocess, sys, time
    code = (
        "import os, sys, time; os.setsid() if sys.argv[2:] else None; open(sys.argv[1], 'w').close();"
        "time.sleep(600)"
    )
    # One that is a daemon, in a session of its own and without a parent, and one that is a plain child.
    if os.fork() == 0:
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, "-S", "-c", code, sys.argv[2] + ".daemon", "apart"])
        os._exit(0)
    subprocess.Popen([sys.executable, "-S", "-c", code, sys.argv[2] + ".child"])
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("progress 0.01")
    {end}
"""


def family(mark: Path) -> list[psutil.Process]:
    """The processes that have this word among their arguments, but for pytest itself."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(word.startswith(str(mark)) for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def is_born(mark: Path) -> bool:
    return all(mark.with_name(mark.name + end).exists() for end in (".daemon", ".child"))


class UntilBorn(Recorder):
    """Cancels when the program has a family."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self.mark = mark

    def check_cancelled(self) -> None:
        if is_born(self.mark):
            raise Cancelled


def test_a_shot_that_is_cancelled_ends_the_whole_family(tmp_path):
    mark = tmp_path / "family"
    with pytest.raises(Cancelled):
        run(tmp_path, FAMILY.format(end="time.sleep(600)"), str(mark), context=UntilBorn(mark))
    assert is_born(mark)
    assert family(mark) == []


def test_what_a_program_leaves_behind_ends_with_it(tmp_path):
    mark = tmp_path / "family"
    end = "while not all(os.path.exists(sys.argv[2] + e) for e in ('.daemon', '.child')): time.sleep(0.01)"
    with pytest.raises(UsageError, match="made nothing"):
        run(tmp_path, FAMILY.format(end=end), str(mark))
    assert is_born(mark)
    assert family(mark) == []


def test_a_program_has_a_time_limit(tmp_path):
    with pytest.raises(BrokenError, match=r"took longer than 0\.2 s") as caught:
        run(
            tmp_path,
            "import time; print('thinking', flush=True); time.sleep(600)",
            options={"timeout_s": 0.2},
        )
    assert "timeout_s" in str(caught.value.hint)


def test_a_worker_that_is_killed_takes_the_whole_family_with_it(tmp_path):
    """By kill -9, which leaves the worker no moment to do anything."""
    mark = tmp_path / "family"
    given, files = script(tmp_path, FAMILY.format(end="time.sleep(600)"))
    spec = spec_of(PYTHON, "-S", "tools/script.py", "{out}", str(mark), given=given)
    worker = subprocess.Popen(
        [PYTHON, "-c", WORKER, spec.model_dump_json(), json.dumps({k: str(v) for k, v in files.items()})],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        until(lambda: is_born(mark), PATIENCE_S)
        left = next(Path(tempfile.gettempdir()).glob(f"shotfarm-command-*-{worker.pid}-*"))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        until(lambda: family(mark) == [], PATIENCE_S)
        sweep_asides()
        assert not left.exists()
    finally:
        worker.kill()


WORKER = """
import json, sys
from pathlib import Path
from farm.backend.conformance import render
from farm.backends.command import CommandBackend
from storyboard.planning.spec import ShotSpec
files = {sha256: Path(path) for sha256, path in json.loads(sys.argv[2]).items()}
render(CommandBackend, ShotSpec.model_validate_json(sys.argv[1]), files=files)
"""


def test_frames_that_lie_there_are_progress_and_previews(tmp_path):
    class Counting(Recorder):
        def check_cancelled(self) -> None:
            if self.previews:
                raise Cancelled

    context = Counting()
    text = """
        import os, sys, time
        os.mkdir("aside")
        for number in range(4):
            with open(f"aside/{number}.ppm", "wb") as picture:
                picture.write(b"P6 64 36 255 " + bytes([number]) * 64 * 36 * 3)
        os.rename("aside", sys.argv[1])  # so that nobody sees fewer of them
        time.sleep(600)
    """
    with pytest.raises(Cancelled):
        run(tmp_path, text, context=context)
    assert context.previews[0].shape == (36, 64, 3)
    assert int(context.previews[0][0, 0, 0]) == 2  # the last may be written still
    assert context.done[-1] == pytest.approx(0.95 * 4 / 9)


def test_closing_ends_what_runs(tmp_path):
    program = KeptProgram([PYTHON, "-S", "-c", "import time; time.sleep(600)"], tmp_path)
    backend = CommandBackend()
    backend._running = program
    backend.close()
    assert program.wait() < 0


def test_a_flood_of_words_is_taken_and_only_the_last_are_kept(tmp_path):
    text = "import sys; sys.stdout.write('x' * 3000000); print(); print('y'); sys.exit(1)"
    with pytest.raises(BrokenError) as caught:
        run(tmp_path, text)
    assert caught.value.message.splitlines()[-1] == "  y"
    assert len(caught.value.message) < 30_000


def test_pictures_are_told_apart_by_the_numbers_in_their_names(tmp_path):
    for name in ("a10.png", "a9.png", "a-1.png", ".hidden.png"):
        Image.new("RGB", (2, 2)).save(tmp_path / name)
    assert [path.name for path in what_was_made(tmp_path)] == ["a9.png", "a10.png", "a-1.png"]


def test_what_the_program_renders_with_is_asked_of_the_farm():
    traits = CommandBackend.TRAITS
    assert traits.gpus_for(said("x", "{out}")) == 0
    assert traits.gpus_for(said("x", "{out}", gpus=2)) == 2
    assert not traits.is_drawn(said("x", "{out}"))
    assert traits.is_drawn(said("x", "{out}", drawn=True))


def test_conditioning_without_a_file_is_no_take():
    spec = spec_of(PYTHON, "draw.py", "{out}", given=GIVEN)
    with pytest.raises(KeyError):
        list(CommandBackend().render(spec, Conditioning(), Recorder()))
