"""Batches: what is made, what is shared, what one that fails does to the others, and where results go."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from assembly.picture.film_file import probe
from farm.schedule.amounts import Amount, Spent
from farm.store.manifest import MANIFEST
from farm.store.objects import RemotePlace
from pipeline.batches.batch import found_done, planned_batch
from pipeline.batches.order import BatchOrder
from pipeline.batches.slate import slate_at
from pipeline.batches.summary import BatchSummary, MadeProduction, State
from pipeline.batches.turns import own_turn
from pipeline.batches.watching import NobodyWatches
from pipeline.cli.views.batch_run import batch_as_json, batch_table
from storyboard.errors import DocumentError, UsageError
from storyboard.money import FINE
from tests.support import s3_servers
from tests.support.pipeline.batches import FarmHere, make_here, write_slate
from tests.support.pipeline.slate_films import six_slates, write_film
from tests.support.waiting import PATIENCE_S

HOSTILE = {
    "shell": "$(touch owned); `touch owned` && rm -rf / | cat > x",
    "yaml": "x}]: - &a *a !!python/object/apply:os.system [id] '\"",
    "ffmpeg": "a':x=1,drawtext=text='b\\:%{pts}[out];movie=/etc/passwd",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "braces": "{{ 9**9**9 }}{{ who }}{film}{0}",
    "rich": "[red]x[/] [link=file:///etc/passwd]y[/link] :ghost:",
    "path": "../../etc/passwd\u202egnp.exe",
}


def film_for(**more: Any) -> dict[str, Any]:
    film = six_slates()
    film["title"] = "For {{ who }}"
    film["format"] |= {"width": 64, "height": 36}
    film["backend_options"] = {}
    film["parameters"] = {"who": {"type": "text", "default": "all"}}
    film["scenes"][0]["shots"][0]["titles"][0]["text"] = "{{ who }}"
    film["scenes"][1]["shots"][1]["action"] = "A slate for {{ who }}."
    film["scenes"] = [{**film["scenes"][1], "shots": film["scenes"][1]["shots"][:2]}]
    film["music"] = []
    film["scenes"][0]["shots"][0]["titles"] = [{"text": "{{ who }}", "duration": 8}]
    return {**film, **more}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOTFARM_HOME", str(tmp_path / "home"))
    write_film(tmp_path / "f", film_for())
    return tmp_path


def states(summary: BatchSummary) -> dict[str, State]:
    return {one.name: one.state for one in summary.productions}


def attempts(folder: Path) -> list[int]:
    """How many attempts each take of the store has left in it."""
    takes = folder / "f" / ".shotfarm" / "store" / "takes"
    published = [path.parent for path in takes.glob(f"*/*/{MANIFEST}")]
    return [sum(one.is_dir() for one in digest.iterdir()) for digest in published]


class Watcher(NobodyWatches):
    def __init__(self, act: Any = None) -> None:
        self.over: list[MadeProduction] = []
        self._act = act

    def ended(self, made: MadeProduction) -> None:
        self.over.append(made)
        if self._act:
            self._act(made)


def test_each_version_is_made_what_they_share_once_and_a_second_run_makes_nothing(folder):
    slate, farm = write_slate(folder, {"matrix": {"who": ["Ana", "Bo", "Cem"]}}), FarmHere()
    made = make_here(slate, farm)
    assert {*states(made).values()} == {State.MADE}
    assert (made.shots, made.unique, made.rendered, made.exit_code) == (6, 4, 4, 0)
    assert sum(one.rendered for one in made.productions) == 4
    assert {*farm.rendered.values()} == {1}
    assert attempts(folder) == [1] * 4
    frames = {name: probe(folder / "out" / f"f-{name}.mp4").frames for name in ("ana", "bo", "cem")}
    assert {*frames.values()} == {40}
    batch = planned_batch(BatchOrder(slate=str(slate)))
    done = found_done(batch, watcher := Watcher())
    assert done
    assert {*states(done).values()} == {State.UNCHANGED}
    assert len(watcher.over) == 3
    (folder / "out" / "f-bo.mp4").write_bytes(b"somebody's own")
    assert found_done(batch, watcher) is None
    again = make_here(slate, farm)
    assert states(again) == {
        "out/f-ana": State.UNCHANGED,
        "out/f-bo": State.MADE,
        "out/f-cem": State.UNCHANGED,
    }
    assert again.rendered == 0
    assert probe(folder / "out" / "f-bo.mp4").frames == 40


def test_a_film_is_a_slate_of_one_at_the_place_of_a_render_or_of_its_values(folder):
    film = folder / "f" / "film.yaml"
    made = make_here(film, backend="slate", values={"who": "Ana"})
    assert [(one.name, one.state) for one in made.productions] == [("out/f-ana", State.MADE)]
    assert slate_at(folder / "f") == film
    plain = {name: value for name, value in six_slates().items() if name != "parameters"}
    write_film(folder / "f", plain)
    assert make_here(film, backend="slate").productions[0].out == str(folder / "f" / "out" / "six-slates.mp4")
    with pytest.raises(DocumentError, match=r"film.yaml:1:1: .*no deliverable|no renderer"):
        planned_batch(BatchOrder(slate=str(film), renderer="none"))


def test_one_that_fails_stops_no_other_and_the_next_run_makes_it(folder):
    write_film(folder / "g", {**film_for(), "title": "The other"})
    slate = write_slate(folder, {"matrix": {"who": ["Ana"]}}, {"film": "g", "matrix": {"who": ["Bo"]}})
    (folder / "out").mkdir()
    (folder / "out" / "f-ana.mp4").mkdir()
    made = make_here(slate)
    assert states(made) == {"out/f-ana": State.FAILED, "out/g-bo": State.MADE}
    assert made.exit_code == 1
    assert "it is a folder" in made.productions[0].error
    assert made.productions[0].exit_code == 2
    (folder / "out" / "f-ana.mp4").rmdir()
    assert states(make_here(slate)) == {"out/f-ana": State.MADE, "out/g-bo": State.UNCHANGED}


def test_shots_that_fail_are_told_of_their_productions_alone_and_cost_too(folder):
    farm = FarmHere()
    farm.fails = {"2B"}
    farm.costs = Spent(Amount(worker_ms=1000, money=FINE * 4 // 10), "EUR")
    slate = write_slate(folder, {"matrix": {"who": ["Ana", "Bo"]}})
    made = make_here(slate, farm)
    assert {*states(made).values()} == {State.FAILED}
    assert "shot 2B: told to fail" in made.productions[0].error
    assert made.rendered == 1
    assert made.in_words == "2 failed; 1 take rendered of 3, 0.02 EUR spent"
    assert [one["spent"]["money"] for one in batch_as_json(made)["productions"]] == ["0.01", "0.01"]
    farm.fails = set()
    assert make_here(slate, farm).rendered == 2


def test_with_fail_fast_the_first_that_fails_stops_all(folder):
    slate = write_slate(folder, {"matrix": {"who": ["Ana", "Bo", "Cem"]}, "out": "out/{who}.mp4"})
    (folder / "out" / "ana.mp4").mkdir(parents=True)
    hold = threading.Event()
    farm = FarmHere()
    farm.before_each(lambda: hold.wait(PATIENCE_S))
    made = make_here(slate, farm, Watcher(lambda one: hold.set()), fail_fast=True)
    assert states(made)["out/ana"] is State.FAILED
    assert State.STOPPED in states(made).values()
    assert made.exit_code == 1
    (folder / "out" / "ana.mp4").rmdir()
    assert {*states(make_here(slate, farm)).values()} <= {State.MADE, State.UNCHANGED}


def test_a_film_that_waits_for_approval_is_told_and_exits_with_3(folder):
    write_film(folder / "f", film_for(require_approval=True))
    made = make_here(write_slate(folder, {"matrix": {"who": ["Ana"]}}))
    assert states(made) == {"out/f-ana": State.WAITS}
    assert (made.exit_code, made.rendered) == (3, 2)
    assert "waits for the approval of 2" in made.productions[0].error


def test_those_of_a_higher_priority_are_begun_first_and_then_those_that_are_due_first(folder):
    soon, late = "2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"
    entries = [("A", 0, late), ("B", 0, soon), ("C", 5, late), ("D", 0, None)]
    slate = write_slate(
        folder,
        *(
            {
                "values": {"who": who},
                "priority": rank,
                "out": "out/{who}.mp4",
                **({"deadline": due} if due else {}),
            }
            for who, rank, due in entries
        ),
    )
    begun: list[str] = []

    class Begins(NobodyWatches):
        def begins(self, name: str):
            begun.append(name)
            return super().begins(name)

    farm = FarmHere()
    make_here(slate, farm, Begins())
    assert begun == ["out/c", "out/b", "out/a", "out/d"]
    assert {rank for rank, title in farm.asked if title == "For C"} == {5}
    again = FarmHere()
    (folder / "f" / "film.yaml").write_text(
        (folder / "f" / "film.yaml").read_text().replace("A slate for", "For")
    )
    make_here(slate, again, priority=7)
    assert {rank for rank, _ in again.asked} == {7}


def test_values_of_the_order_count_more_than_those_of_the_slate(folder):
    slate = write_slate(
        folder, {"matrix": {"who": ["Ana", "Bo"]}}, {"values": {"who": "Cem"}, "out": "c.mp4"}
    )
    plan = planned_batch(BatchOrder(slate=str(slate), values={"who": "Zoë"})).plan
    assert [(one.name, one.values["who"]) for one in plan.productions] == [("out/f-zoe", "Zoë"), ("c", "Zoë")]
    with pytest.raises(
        DocumentError, match='no film of the slate has a parameter "whom"; did you mean "who"'
    ):
        planned_batch(BatchOrder(slate=str(slate), values={"whom": "Zoë"}))
    with pytest.raises(UsageError, match='no production is called "x"'):
        planned_batch(BatchOrder(slate=str(slate), only=("x",)))


def test_deliverables_lie_in_a_folder_of_their_version(folder):
    write_film(folder / "f", film_for(deliverables={"words": {"kind": "subtitles"}}))
    entry = {"matrix": {"who": ["Ana", "Bo"]}, "deliverables": ["words", "poster"]}
    made = make_here(write_slate(folder, entry))
    assert {one.deliverables for one in made.productions} == {("words", "poster")}
    found = {str(path.relative_to(folder)) for path in (folder / "out").rglob("*.png")}
    assert len(found) == 2
    assert all(path.startswith(("out/f-ana/poster/", "out/f-bo/poster/")) for path in found)
    next((folder / "out" / "f-bo" / "poster").glob("*.png")).unlink()
    again = make_here(folder / "slate.yaml")
    assert states(again) == {"out/f-ana": State.UNCHANGED, "out/f-bo": State.MADE}


def test_results_go_behind_a_url_whole_and_are_known_there(folder, monkeypatch):
    with s3_servers.s3_server() as port:
        s3_servers.point_at(port, monkeypatch)
        entry = {
            "matrix": {"who": ["Ana", "Bo"]},
            "out": "s3://films/spring/{who}.mp4",
            "deliverables": ["poster"],
        }
        slate = write_slate(folder, entry)
        made = make_here(slate)
        assert {*states(made).values()} == {State.MADE}, made
        listed = s3_servers.request(port, "GET", "/films?list-type=2").decode()
        for name in ("spring/ana.mp4", "spring/bo.mp4", "spring/ana/poster/SHA256SUMS"):
            assert f"<Key>{name}</Key>" in listed
        (folder / "ana.mp4").write_bytes(RemotePlace("s3://films", 60).read("films/spring/ana.mp4") or b"")
        assert probe(folder / "ana.mp4").frames == 40
        assert {*states(make_here(slate)).values()} == {State.UNCHANGED}
        RemotePlace("s3://films", 60).remove("films/spring/bo.mp4")
        again = make_here(slate)
        assert states(again) == {"films/spring/ana": State.UNCHANGED, "films/spring/bo": State.MADE}
        gone = write_slate(folder, {**entry, "out": "s3://none/{who}.mp4"})
        refused = make_here(gone)
        assert {*states(refused).values()} == {State.FAILED}
        assert "there is no bucket 'none'" in refused.productions[0].error
    assert not (folder / "out").exists()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_viewers_name_is_shown_as_it_is_and_does_nothing(folder, kind, capsys):
    name = HOSTILE[kind]
    write_film(folder / "f", film_for(parameters={"who": {"type": "text"}}))
    slate = write_slate(folder, {"values": {"who": name}, "out": "out/{who}.mp4"})
    (one,) = make_here(slate).productions
    assert (one.state, one.values) == (State.MADE, {"who": name})
    out = Path(one.out)
    assert out.parent == folder / "out"
    assert out.name.isascii()
    assert probe(out).frames == 40
    assert not [*folder.rglob("owned"), *Path.cwd().glob("owned")]
    batch_table(Console(width=200), make_here(slate))
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "unchanged" in shown


def test_a_name_of_a_megabyte_and_a_formula_for_ever_are_refused_before_anything_is_made(folder):
    slate = write_slate(folder, {"values": {"who": "A" * 2**20}})
    with pytest.raises(DocumentError, match="the text has 1,048,576 characters; at most 400") as caught:
        make_here(slate)
    assert len(str(caught.value)) < 500
    write_film(folder / "f", film_for(logline="{{ 9 ** 9 ** 9 }}"))
    with pytest.raises(DocumentError, match="logline"):
        make_here(write_slate(folder, {"values": {"who": "Ana"}}))
    assert not (folder / "out").exists()


def test_batches_with_farms_of_their_own_take_turns_at_a_store(tmp_path):
    told = threading.Event()
    second = threading.Event()

    def also() -> None:
        with own_turn(tmp_path, ["a", "b"], told.set):
            second.set()

    with own_turn(tmp_path, ["b"], lambda: None):
        other = threading.Thread(target=also)
        other.start()
        assert told.wait(PATIENCE_S)
        assert not second.is_set()
        with own_turn(tmp_path, ["c"], lambda: pytest.fail("nobody is there")):
            pass
    other.join(PATIENCE_S)
    assert second.is_set()
