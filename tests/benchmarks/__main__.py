"""Run benchmarks and write `docs/benchmarks.md`: `make bench`, or `python -m tests.benchmarks NAME`."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

import psutil

from tests.support import ROOT

BENCHMARKS = {
    "orchestration": (
        "What the farm costs a shot",
        """300 shots of the slate backend with 2 workers through the Prefect flow (read, plan, dispatch,
store, task runs, artifacts; the farm started and the workers loaded before), against one loop that
calls the same backend and encoder. The cost is wall time beyond the loop's, for each shot (the
worker's time beyond it, waiting included, is the row below). Target: under 25 ms.""",
    ),
    "dispatch": (
        "Giving shots out",
        """Shots whose takes are there already, so that a worker has nothing to make, through the standing
farm's dispatcher and 8 workers, against a `ray.util.ActorPool` of as many actors that are given the same
orders and return at once, in turns. Target: within 3 times that. The same shots with a production of 50,000
queued shots beside them. Targets: under 500 MB for the dispatcher, and as many shots a second. Then a backend
that takes 2 s to load, for shots of 12 small frames: the farm with fresh workers, against Prefect's
`RayTaskRunner` (prefect-ray 0.6.0) with a task a shot, whose processes have run before. Last, the schedule
alone in simulated time: the least time in which any schedule can be through (all work divided by the workers,
or the longest chain), divided by what it took; the worst of 20 (10 for three at once). Target: 97 %.""",
    ),
    "many_workers": (
        "Many workers",
        """Ten films on a farm of up to 1,000 workers. The schedule alone, in simulated time with shots of
1 to 20 s: all that it does, from the order to the last shot's end. Then the whole dispatcher in one process,
with workers that sleep for a tenth of a second and are no processes, clients that follow each film as a run
does, and a look at the farm's status every second. Seconds are a processor's; memory is what it takes beyond
the orders. Target: twice the shots in at most 2.2 times the time.""",
    ),
    "planning": (
        "Planning 5,000 shots",
        """Read, check and plan a 5,000-shot YAML film of which nothing exists; `plan_s` is the plan itself.
Target: under 2 s.""",
    ),
    "slates": (
        "Planning a slate of 1,000 productions",
        """`batch plan` of 1,000 versions of a film of six shots: one differs and nothing exists. The film
is read once, its values are laid over it, and each version is checked and planned. Then the same with a
deadline for each version, of which some will be missed: what would help is told. Targets: under 5 s.""",
    ),
    "one_version": (
        "A version of a film",
        """A version in which 2 of 60 shots differ (1080p24 slates of 4 s, a standing farm with 2 workers)
against its whole film: work is what the command, its farm and all that they start take of processors. Target:
at most 2/60 + 5 % of the film's.""",
    ),
    "batches": (
        "Forty versions of a film",
        """`batch run` of forty versions of the sample film (slates at 160x90, one shot and a title of each
its own, a farm of its own) against forty `render`s with nothing to share (the median of three, times forty),
and against forty `variant`s one after another that share a store (one, times forty). Target: 20 times less
than the renders.""",
    ),
    "unchanged": (
        "Productions that are there",
        """A slate of 200 productions of 20 shots that are all there: how long it takes to find that out,
each, in a process that runs already, and by a whole `batch run`. Target: under 0.1 s.""",
    ),
    "audience": (
        "Watching while it is made, on simulated farms",
        """A film of 80 shots that are made while one viewer or eight watch it, in simulated time: shots that
take 0.5, 2, 8, 20 and 0.5 to 20 times as long to make as they last, three films each, on at most 64 workers.
Need is the least number of workers with which everything that anybody may come to can be in time, whoever
orders it, if all wait for the longest take first; every answer of a question counts, as nobody knows what is
chosen. A viewer begins when it is foreseen that nothing will be late. Playhead first is
`pipeline/audience/deciding`; film order makes the film from its beginning to its end, shortest first the
shots that take least. Target: at 1.2 times the need nobody has to stop. Then the work for 50 viewers, each
with a way of their own, against 50 separate films.""",
    ),
    "first_frame": (
        "From a link to a picture",
        """The page of the audience in headless Chromium without a graphics card, opened anew five times.
A film of eight shots at 640x360 of which nothing is rendered but the first shot, and the sound: from the
link until the browser has shown a frame. Then a film that asks, both of whose answers were made: from the key
until the first frame of what follows is where the browser plays it from. Medians, and the slowest. Targets:
under 2 s, under 1 s.""",
    ),
    "cuts": (
        "A cut of 90 minutes, shared",
        """What a viewer saw of a film of 1,080 slates at 320x180 is shared: from the press until the link
plays, with film, poster and the picture of the link signed; the median of three, each from nothing. Its takes
were read before, as by whoever watched them. Against a copy of the same film, bytes alone, on the same disk
in the same run. Then the same cut for a second viewer. Target: under 5 s.""",
    ),
    "far_store": (
        "A store in the network",
        """A film of 60 small shots whose store is an S3 server that takes 60 ms to answer each request,
against the same film with its store in a folder, in turns: the whole command `render` with nothing to make,
and the film put together after a shot's take was made anew (from the document to the film at its place; the
other takes' files are in this machine's cache). Beside that what the requests take one after another.""",
    ),
    "second_render": (
        "A second render of an unchanged film",
        """`shotfarm render` of the sample film with a standing farm and every take there, as a whole process,
against a `shotfarm render` of the same film that has everything to make. Target: under 1 s.""",
    ),
    "review": (
        "Looking at a film",
        """The review application in headless Chromium without a graphics card: a film of 1,500 shots, opened
(against one of four), scrolled from end to end at up to 1,800 pixels a frame; and a film at 720p24, stepped
through frame by frame (from the key until the picture can be seen), then played for 6 s, one take and two
that are wiped, against `<video>` elements that play the same clips. Processor time does not depend on what
else the machine does, all other rows do. Targets: page ready under 2 s, no task over 50 ms while it scrolls,
a step under 40 ms, under 1 % of frames dropped on an idle machine.""",
    ),
    "retakes": (
        "From a retake that is asked for to the film with it",
        """A standing farm, the slate backend at 320x180, and the review application: from
the request until whoever listens to it is told of the new take's first picture, and until the film lies there
with it. Medians of five retakes of the last shot but one, in a film of six shots of 2 s and in a cut of
ninety minutes (1,296 shots, dissolves, no sound), whose films were put together before. Targets: a first
picture within 1 s, the film within 3 s.""",
    ),
    "assembly": (
        "Putting a film together",
        """Clips of 4 s at 720p24 (60, or as many as CLIPS says), a dissolve at each fifth cut. Ours goes from
the document to the film at its place, its music, lines and room tone mixed and measured. The others
encode the mezzanine's codec, preset and quality and are handed our mix: one ffmpeg graph (concat and
xfade), and MoviePy 2.2.1 (shots chained, only dissolves composited). After a retake (the median of three,
of a shot that begins with a dissolve) we make what it changes; then the same film is joined once more from
parts that are all there, against a copy. Where takes have another size than the
film (832x480), two workers bring them to it as they arrive, which is counted. Targets: first assembly at
most one graph's time, conforming counted; after a retake 20 times faster than one graph and 100 times
faster than MoviePy; joined within 3 times a copy.""",
    ),
    "sound": (
        "A changed sentence",
        """A film with lines, cues, effects and room tones, put together in one process from slates of
320x180 that are there, and again with one sentence changed: the sentence, its pieces of the sound, and the
film at its place. Then the same with the version before sound was made by pieces, which mixed and encoded
the whole. What is left in the store is what lies there more after the change, the film with it where a
version keeps it there. Target: under 3 MB for a film of a minute.""",
    ),
    "speech": (
        "What is understood of the lines",
        """The lines of the sample film, spoken and levelled as in the film, as Whisper's tiny.en hears
them: words that differ from what was written, left out and put in ones too. It is told nothing of the film,
neither words nor names. Beside that, how even the lines are that are spoken normally, and the longest pause
in one. Target: under 8 % of words wrong.""",
    ),
    "feature": (
        "A feature of ninety minutes",
        """1,296 shots, 108 scenes: fades, dissolves, wipes, J- and L-cuts, titles, 540 spoken lines, composed
cues, effects and room tones, and 100 claps (a white frame, and a chirp that begins with it), put together
from slates that were there before, in a process of its own that is watched from outside; the film is
decoded frame by frame and sample by sample. Small pictures, so that it takes minutes; nothing else is
smaller. Memory is that of the process and of all that it starts, shared pages counted in each; temporary
disk is what lay in files that were gone at the end, at the worst moment. Measured before
sound was made by pieces: what was kept then is stems, mix and sounds as uncompressed samples (silence takes
no room), and the film twice (in the store and at its place).
Targets: exact frames, claps within 10 ms and ends within a frame, no packet out of order, under 1 GB of
memory, temporary disk under 1.2 times the film.""",
    ),
    "loudness": (
        "Loudness of what is delivered",
        """The sample film's sound in every kind of deliverable that has some, with small slates as its
picture: what ffmpeg's ebur128 measured of the finished files. Targets: within 0.5 LU, no true peak over
-1 dBTP.""",
    ),
    "finishing": (
        "From the last take to the film",
        """Shots of 2 s at 720p24 in takes of half that size and rate, by 2 workers that wait as those of a
card do, on a node that has 4 processors for the farm; dissolves at every third cut; a web file and a ProRes
master. Wall time from the last take until the film and both deliverables lie there, checked: with segments,
joints and deliverables made shot by shot on the farm as takes arrive, against the same one after another when
all takes are there, each deliverable encoded as a whole. Then the same after one changed shot.""",
    ),
    "hosted": (
        "Shots that a hosted service renders",
        """60 shots through a server that speaks Runway's protocol, with 5 places and 20 s for each task, on a
farm with 2 processors whose worker looks every 5 s and has 5 more tasks sent ahead; and through 5 servers
that speak ComfyUI's, with its options as they are without a word. Nothing is scaled. How busy the places were
from the first task's begin to the last one's end, and the memory, which nobody shares, of the process in
which all shots wait, with its libraries and what it fetches. Then shots whose process is killed with -9 at a
random moment until each has its take, and how many tasks were taken on twice; where the kill fell between
sending and the answer, a shot of Runway says that nobody knows. Targets: 97 % busy, under 200 MB, none.""",
    ),
    "interpolation": (
        "Frames between frames",
        """Every second frame of three clips of 864x480 is removed and made again by each way of retiming: a
pan over a drawn figure that waves (gentle), a drawn run at a quarter of its frames (fast), and textures that
move, turn and grow (synthetic). PSNR and SSIM of luma against the frames that were removed, and the time
that a made frame took, with one thread but for rife's four. Every frame that was there stayed as it was.""",
    ),
    "screenplays": (
        "A screenplay into a film",
        """A feature-length screenplay made from rules: read, broken down and written as a film document; a
rewrite of it brought into that document; and the film opened and planned. Seconds of a processor. Target: an
import under 5 s; the film as many minutes as the script has pages.""",
    ),
    "diffusion": (
        "What a generated take costs beyond its pipeline",
        """Takes of one second by a tiny Wan of random weights on the CPU, with states kept every 5 steps,
small pictures and the gate's measures, written into a store; against a loop that calls the same pipeline with
the same prompt embeddings and seeds (the pictures are compared) and writes a clip with the same encoder. The
ratio is the median over pairs measured in turns. Target: under 1.1 for shots that take a second or more. Most
of what a take costs is keeping states of the denoising (about 12 ms each time) and publishing it (25 ms).""",
    ),
    "diffusion_gpu": (
        "Generated takes on a card",
        """A film by a Wan 2.1 of 1.3 billion random weights through `shotfarm render`, against a plain
diffusers script in one run, with the same steps, guidance, size and precision, its prompts encoded before
as the farm's are, and as many runs of the denoiser, counted on both sides; the first shot is left out on both
sides. Targets: 1.3 times the script's shots per hour with no lossy option, and a card that is busy 97 % of
the time. What each lossy option adds is told with its PSNR against the pictures without it; with random
weights the PSNR says little of trained ones.""",
    ),
}

ON_A_CARD = ("diffusion_gpu",)
"""run by `make bench-gpu` only"""
BY_NAME = (*ON_A_CARD, "feature")
"""left out of `make bench`; `make feature` takes a quarter of an hour"""


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all; what is not run keeps its last numbers on the page."""
    kept = ROOT / "docs" / "benchmarks.json"
    measured = json.loads(kept.read_text()) if kept.exists() else {}
    for name in names or [name for name in BENCHMARKS if name not in BY_NAME]:
        print(f"{name}: running", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            # Only now: Ray reads its environment when it is imported, and a farm has its own.
            result = importlib.import_module(f"tests.benchmarks.{name}").run(Path(folder))
        print(json.dumps(result, indent=1), flush=True)
        today = dt.datetime.now(dt.UTC).date().isoformat()
        measured[name] = {"result": result, "machine": _machine(), "date": today}
    kept.write_text(json.dumps(measured, indent=1) + "\n")
    (ROOT / "docs" / "benchmarks.md").write_text(_page(measured))


def _machine() -> str:
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{os.cpu_count()} cores ({model}), {memory} GiB, Python {platform.python_version()}"


def _page(measured: dict) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench` from `tests/benchmarks`. Each number was measured in the run that its section",
        "names; ratios compare two things measured in the same run, so they mean more than the seconds do.",
    ]
    for name, (title, words) in BENCHMARKS.items():
        if name not in measured:
            if name in ON_A_CARD:
                waiting = "No card was there yet: the table waits for `make bench-gpu` on a machine with one."
                lines += ["", f"## {title}", "", words, "", waiting]
            continue
        entry = measured[name]
        lines += ["", f"## {title}", "", words, "", "| measure | value |", "|---|---|"]
        lines += [f"| {key.replace('_', ' ')} | {value} |" for key, value in entry["result"].items()]
        lines += ["", f"{entry['machine']}; {entry['date']}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
