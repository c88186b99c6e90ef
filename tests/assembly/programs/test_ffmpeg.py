import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import ffmpeg as ffmpeg_python
import imageio_ffmpeg
import psutil
import pytest

from assembly.programs import ffmpeg
from storyboard.errors import AssemblyError, FfmpegError
from tests.support import ROOT
from tests.support.waiting import PATIENCE_S, until

ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc2=size=64x48", "-f", "null", "-"]
BUILDS = [imageio_ffmpeg.get_ffmpeg_exe(), *filter(None, [shutil.which("ffmpeg")])]


@pytest.mark.parametrize("program", BUILDS)
def test_a_stream_is_run_and_reports_its_progress_in_seconds(program, tmp_path):
    out = ffmpeg_python.input("testsrc2=size=64x48:rate=24:duration=2", f="lavfi").output(
        str(tmp_path / "o.mp4")
    )
    told = []
    ffmpeg.run(out, progress=told.append, program=Path(program))
    assert (tmp_path / "o.mp4").stat().st_size
    assert told == sorted(told)
    assert told[-1] == pytest.approx(2, abs=0.2)


def test_what_filters_measure_comes_back():
    source = ffmpeg_python.input("sine=duration=1", f="lavfi").filter("volumedetect")
    assert "mean_volume" in ffmpeg.run(source.output("-", format="null"), loglevel="info")
    assert not ffmpeg.run(source.output("-", format="null")).strip()


def test_input_is_fed_through_a_pipe(tmp_path):
    source = ffmpeg_python.input("pipe:0", format="rawvideo", pix_fmt="gray", s="8x8", framerate=24)
    ffmpeg.run(
        source.output(str(tmp_path / "o.raw"), format="rawvideo"), stdin=(bytes([n]) * 64 for n in range(9))
    )
    assert (tmp_path / "o.raw").read_bytes()[::64] == bytes(range(9))


def test_a_failure_quotes_the_last_words():
    with pytest.raises(FfmpegError, match=r"(?s)ended with status.*/nowhere/at/all.*No such file"):
        ffmpeg.run(["-i", "/nowhere/at/all", "-f", "null", "-"])


def test_a_failure_while_input_is_fed_tells_ffmpegs_reason_and_not_the_broken_pipe(tmp_path):
    chunks = (bytes(1 << 16) for _ in range(1000))
    with pytest.raises(FfmpegError, match="nosuchcodec"):
        ffmpeg.run(
            ["-f", "s16le", "-i", "pipe:0", "-c:a", "nosuchcodec", str(tmp_path / "o.wav")], stdin=chunks
        )


def test_a_full_disk_is_named_with_a_hint():
    with pytest.raises(FfmpegError, match="No space left") as caught:
        ffmpeg.run(["-f", "lavfi", "-i", "sine=duration=60", "-f", "s16le", "/dev/full"])
    assert "disk is full" in caught.value.hint


def test_at_most_ten_lines_are_quoted():
    words = ffmpeg._failure(1, "\n".join(f"line {n}" for n in range(50))).message.splitlines()
    assert words[1:] == [f"  line {n}" for n in range(40, 50)]


@pytest.mark.parametrize("where", ["progress", "stdin"])
def test_what_a_callback_raises_ends_ffmpeg_and_comes_out(where):
    class StopError(Exception):
        pass

    def stop(*_):
        raise StopError

    def stopping():
        yield bytes(64)
        raise StopError

    raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "8x8", "-i", "pipe:0", "-f", "null", "-"]
    began = time.monotonic()
    arguments, how = (ENDLESS, {"progress": stop}) if where == "progress" else (raw, {"stdin": stopping()})
    with pytest.raises(StopError):
        ffmpeg.run(arguments, **how)
    assert time.monotonic() - began < PATIENCE_S
    assert not [*filter(is_ffmpeg, psutil.Process().children(recursive=True))]


def is_ffmpeg(process: psutil.Process) -> bool:
    """Whether it is one now; what has ended meanwhile is none."""
    try:
        return "ffmpeg" in process.name()
    except psutil.NoSuchProcess:
        return False


def child_that_runs_ffmpeg(tmp_path: Path) -> tuple[subprocess.Popen, psutil.Process]:
    """A Python process in the middle of `ffmpeg.run`, and the ffmpeg it started."""
    code = f"from assembly.programs import ffmpeg; ffmpeg.run({ENDLESS!r})"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
    started = until(
        lambda: [*filter(is_ffmpeg, psutil.Process(parent.pid).children())],
        "ffmpeg starts",
    )
    return parent, started[0]


def gone(process: psutil.Process) -> bool:
    try:
        process.wait(PATIENCE_S)
    except psutil.TimeoutExpired:
        return False
    except psutil.NoSuchProcess:
        pass
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child to its parent")
def test_ffmpeg_dies_with_a_parent_that_is_killed(tmp_path):
    parent, child = child_that_runs_ffmpeg(tmp_path)
    parent.kill()
    parent.wait()
    assert gone(child)


def test_control_c_ends_ffmpeg_and_is_passed_on(tmp_path):
    parent, child = child_that_runs_ffmpeg(tmp_path)
    parent.send_signal(signal.SIGINT)
    _, words = parent.communicate(timeout=PATIENCE_S)
    assert b"KeyboardInterrupt" in words
    assert gone(child)


def test_ffmpeg_runs_from_a_thread(tmp_path):
    failures = []

    def work():
        try:
            ffmpeg.run(["-f", "lavfi", "-i", "sine=duration=1", "-f", "null", "-"])
        except AssemblyError as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_program_is_the_named_one_then_the_one_on_the_path_then_the_bundled_one(tmp_path, monkeypatch):
    named, on_path = tmp_path / "my ffmpeg", tmp_path / "bin" / "ffmpeg"
    on_path.parent.mkdir()
    for program in (named, on_path):
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.delenv(ffmpeg.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert ffmpeg.executable() == Path(imageio_ffmpeg.get_ffmpeg_exe())
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert ffmpeg.executable() == on_path
    monkeypatch.setenv(ffmpeg.ENVIRONMENT_VARIABLE, str(named))
    assert ffmpeg.executable() == named
    assert ffmpeg.executable(on_path) == on_path


def test_a_named_program_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setenv(ffmpeg.ENVIRONMENT_VARIABLE, "/no/such/ffmpeg")
    with pytest.raises(AssemblyError, match="'/no/such/ffmpeg' is not an ffmpeg") as caught:
        ffmpeg.executable()
    assert ffmpeg.ENVIRONMENT_VARIABLE in caught.value.hint


def test_no_ffmpeg_at_all_is_said_in_one_message(monkeypatch):
    def none():
        raise RuntimeError("No ffmpeg exe could be found")

    monkeypatch.delenv(ffmpeg.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", f"/nowhere{os.pathsep}/at/all")
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", none)
    ffmpeg._find.cache_clear()
    try:
        with pytest.raises(AssemblyError, match="no ffmpeg was found"):
            ffmpeg.executable()
    finally:
        ffmpeg._find.cache_clear()
