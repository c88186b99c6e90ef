"""A film whose own programs render it: what they are given is in its digests, and where they may run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.decisions.askable import askable
from pipeline.decisions.asking import Asked, propose
from pipeline.decisions.shots import Meant
from pipeline.production.open import as_decided_now, open_production
from pipeline.production.production import Production
from pipeline.production.programs import may_run_programs, refuse_programs
from pipeline.rendering.render import production_order, publish_references
from pipeline.settings import load_settings
from storyboard.errors import DocumentError, UsageError
from storyboard.planning.spec import ResolvedFile
from tests.support.command import DRAW, DRAW_SHA256
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film

COMMAND = ["python", "draw.py", "{spec}"]


def film(**options: Any) -> dict[str, Any]:
    renderers = {
        "own": {"backend": "command", "options": {"command": COMMAND, **options}},
        "draft": {"backend": "slate"},
    }
    return {**six_slates(), "renderers": renderers, "renderer": "own"}


def opened(folder: Path, document: dict[str, Any], **settings: Any) -> Production:
    write_film(folder, document)
    if not (folder / "draw.py").exists():
        shutil.copyfile(DRAW, folder / "draw.py")
    return open_production(folder, load_settings(home=folder / "home", **settings))


def problems(folder: Path, document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(DocumentError) as caught:
        opened(folder, document)
    assert all(problem.line for problem in caught.value.problems)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_what_a_command_names_is_in_the_digest_and_a_change_of_it_makes_new_takes(tmp_path):
    document = film(files=["tex"])
    shot_of(document, "1A")["renderer"] = "draft"
    (tmp_path / "tex").mkdir()
    (tmp_path / "tex" / "wood.png").write_bytes(b"wood")
    production = opened(tmp_path, document)
    before = {shot.shot: shot for shot in production.plan().shots}
    assert before["2A"].spec.given["draw.py"] == ResolvedFile(sha256=DRAW_SHA256)
    assert {*before["2A"].spec.given} == {"draw.py", "tex/wood.png"}
    assert before["1A"].spec.given == {}
    with (tmp_path / "draw.py").open("a") as script:
        script.write("# another\n")
    after = {shot.shot: shot for shot in as_decided_now(production).plan().shots}
    changed = {name for name, shot in after.items() if shot.digest != before[name].digest}
    assert changed == {"1B", "1C", "2A", "2B", "2C"}


def test_the_same_program_at_another_place_of_the_film_is_another_take(tmp_path):
    """It is told where it lies."""
    one = opened(tmp_path / "a", film())
    (tmp_path / "b" / "bin").mkdir(parents=True)
    shutil.copyfile(DRAW, tmp_path / "b" / "bin" / "draw.py")
    other = opened(tmp_path / "b", film(command=["python", "bin/draw.py", "{spec}"]))
    assert one.plan().shots[0].digest != other.plan().shots[0].digest
    assert one.plan().shots[0].digest == opened(tmp_path / "c", film()).plan().shots[0].digest


def test_what_changes_no_picture_is_in_no_digest(tmp_path):
    plain = opened(tmp_path / "a", film()).plan().shots[0].digest
    idle = film(timeout_s=5, gpus=1, drawn=True)
    assert opened(tmp_path / "b", idle).plan().shots[0].digest == plain
    assert opened(tmp_path / "c", film(rate="12")).plan().shots[0].digest != plain


def test_a_file_that_is_not_there_is_told_at_its_line(tmp_path):
    document = film(command=["python", "drow.py", "{spec}"], files=["tex/none.png", "../up.png"])
    shot_of(document, "1B")["backend_options"] = {"command": {"command": ["./gone", "{out}"]}}
    found = problems(tmp_path, document)
    assert {*found} == {
        "renderers.own.options.command[1]",
        "renderers.own.options.files[0]",
        "renderers.own.options.files[1]",
        "scenes[0].shots[1].backend_options.command.command[0]",
    }
    assert found["renderers.own.options.command[1]"].endswith('did you mean "draw.py"?')
    assert "leads outside" in found["renderers.own.options.files[1]"]


def test_a_link_that_leads_out_of_the_project_is_no_file_of_it(tmp_path):
    (tmp_path / "out.py").write_text("secret")
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "draw.py").symlink_to(tmp_path / "out.py")
    (words,) = problems(tmp_path / "film", film()).values()
    assert "a link that leads outside" in words


def test_a_wrong_command_is_told_at_its_line(tmp_path):
    (path,) = problems(tmp_path / "a", film(command=["draw", "{outt}"]))
    assert path == "renderers.own.options.command"
    none = {**film(), "renderers": {"own": {"backend": "command"}}}
    (words,) = {*problems(tmp_path / "b", none).values()}
    assert words.startswith("a renderer with this backend says which program it runs")
    told = opened(tmp_path / "c", film(command=["no-such-program", "{out}"])).warnings
    assert any('no program "no-such-program" in its PATH' in warning.message for warning in told)


def test_a_film_runs_no_program_that_nobody_allowed(tmp_path):
    document = film()
    shot_of(document, "1A")["renderer"] = "draft"
    production = opened(tmp_path, document)
    plan = production.plan()
    (warning,) = production.warnings
    assert warning.message.startswith(
        "this film runs programs of its own here: python draw.py {spec} (they can do whatever you can do."
    )
    assert warning.shots == ("1B", "1C", "2A", "2B", "2C")
    with pytest.raises(UsageError, match=r"runs programs of its own here: python draw\.py") as refused:
        refuse_programs(plan.missing, production.choices, production.folder, production.settings)
    assert f"SHOTFARM_ALLOW_COMMANDS: {tmp_path}" in str(refused.value.hint)
    with pytest.raises(UsageError, match="runs programs of its own"):
        production_order(production.material(plan), production.settings, production.store.root)
    drawn = [shot for shot in plan.missing if shot.shot == "1A"]
    refuse_programs(drawn, production.choices, production.folder, production.settings)


@pytest.mark.parametrize(
    ("allowed", "may"),
    [
        ("{film}", True),
        ("{parent}", True),
        ("/nowhere:{film}/", True),
        ("", False),
        ("{film}/sub", False),
        ("{film}2", False),
    ],
)
def test_folders_whose_films_may_are_named_by_a_person(tmp_path, allowed, may):
    words = allowed.format(film=tmp_path / "film", parent=tmp_path)
    (tmp_path / "film").mkdir()
    settings = load_settings(allow_commands=words)
    assert may_run_programs(tmp_path / "film", settings) is may


def test_a_link_to_a_film_is_where_the_film_is(tmp_path):
    (tmp_path / "downloads" / "film").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "film").symlink_to(tmp_path / "downloads" / "film")
    assert not may_run_programs(
        tmp_path / "mine" / "film", load_settings(allow_commands=str(tmp_path / "mine"))
    )


def test_a_retake_chooses_no_program(tmp_path):
    """Whoever may ask for retakes may not for that reason run programs."""
    production = opened(tmp_path, film(), allow_commands=str(tmp_path))
    meant = Meant.of(production, "2B")
    for option in ({"command": ["sh", "-c", "evil", "{out}"]}, {"files": ["film.yaml"]}):
        with pytest.raises(UsageError, match="only the film document sets it"):
            propose(meant, Asked(options=option))
    propose(meant, Asked(options={"timeout_s": 9.0}))
    own = askable(meant).renderers[0]
    assert own.schema is not None
    assert "timeout_s" in own.schema["properties"]
    assert not {"command", "files"} & {*own.schema["properties"], *own.values}


def test_files_of_a_command_travel_through_the_store(tmp_path):
    production = opened(tmp_path, film(gpus=1), allow_commands=str(tmp_path))
    material = production.material(production.plan())
    publish_references(material, production.store)
    assert production.store.kept_file(DRAW_SHA256).read_bytes() == DRAW.read_bytes()
    asked = production_order(material, production.settings, production.store.root).requests
    assert {request.gpus for request in asked} == {1}


def test_a_size_and_a_rate_of_its_own_are_brought_to_the_film_s(tmp_path):
    production = opened(tmp_path, film(width=64, height=36, rate="12"))
    shot = {one.shot: one for one in production.plan().shots}["2B"]
    assert (shot.spec.width, shot.spec.height, shot.spec.rate, shot.spec.frames) == (64, 36, 12, 12)
    assert (shot.shape.width, shot.shape.rate, shot.shape.frames) == (160, 24, 24)
