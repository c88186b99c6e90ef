"""The command line: what it says, what it refuses, and what it does not load."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import jsonschema
import pytest
import typer
import yaml

from pipeline.cli.app import app
from pipeline.cli.asked_command import with_what_is_asked
from tests.support.pipeline.slate_films import (
    FRAMES,
    SHOTS,
    Shotfarm,
    assert_clear,
    shot_of,
    six_slates,
    tree,
    write_film,
)

HEAVY = ["ray", "torch", "prefect", "av", "numpy", "scipy", "diffusers"]
UNNEEDED = [
    "ray",
    "torch",
    "prefect",
    "diffusers",
    "fsspec",
    "tenacity",
    "psutil",
    "uharfbuzz",
    "icu",
    "mido",
]
"""to read and to plan a film in plain letters, in a store that is a folder"""


def commands(group, *above):
    """The words of each command, those of groups in groups too."""
    for name, command in group.commands.items():
        words = [*above, name]
        yield from commands(command, *words) if hasattr(command, "commands") else [words]


WHOLE = typer.main.get_command(app)
COMMANDS = [*commands(WHOLE)]

_LOADED = """
import sys
from pipeline.cli.app import main
sys.argv = ["shotfarm", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*words: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", _LOADED, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("words", [["--help"], ["render", "--help"], ["farm", "up", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(words):
    assert loaded_by(*words).isdisjoint(HEAVY)


def test_checking_and_planning_load_only_what_they_need(film_folder):
    for words in (
        ["validate", str(film_folder), "--backend", "slate"],
        ["plan", str(film_folder), "--backend", "slate"],
    ):
        assert loaded_by(*words).isdisjoint({*UNNEEDED, "langcodes"})


@pytest.mark.parametrize("words", [["plan", "--help"], ["farm", "status"], ["sounds"]], ids=" ".join)
def test_only_the_command_that_is_asked_for_is_made(words):
    alone = typer.main.get_command(with_what_is_asked(app, words))
    assert [*alone.commands] == words[:1]
    below, all_below = (getattr(one.commands[words[0]], "commands", {}) for one in (alone, WHOLE))
    assert [*below] == [*all_below]
    assert [one.opts for one in alone.params] == [one.opts for one in WHOLE.params]


@pytest.mark.parametrize("words", [[], ["--help"], ["plna"], ["--show-completion", "plan"]], ids=" ".join)
def test_all_commands_are_made_where_none_is_asked_for(words):
    assert with_what_is_asked(app, words) is app


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_shows_how_it_is_used(shotfarm, words):
    done = shotfarm.here(*words, "--help")
    assert done.returncode == 0
    assert f"Example: shotfarm {' '.join(words)}" in done.stdout


@pytest.mark.parametrize(
    "group", [[], *([name] for name in sorted({words[0] for words in COMMANDS if words[1:]}))]
)
def test_every_command_is_in_the_help_of_its_group(shotfarm, group):
    listed = shotfarm.here(*group, "--help").stdout.partition("Commands")[2]
    below = {words[len(group)] for words in COMMANDS if words[: len(group)] == group}
    assert set(re.findall(r"^│ ([\w-]+)", listed, re.MULTILINE)) == below


def test_json_output_is_json(shotfarm, film_folder):
    assert shotfarm.json("validate", film_folder) == {
        "valid": True,
        "title": "Six Slates",
        "shots": 6,
        "frames": FRAMES,
        "warnings": [],
    }
    planned = shotfarm.json("plan", film_folder)
    assert [shot["shot"] for shot in planned["shots"]] == [*SHOTS]
    assert planned["to_render"] == 6
    assert "rain" in shotfarm.json("sounds")
    status = shotfarm("farm", "status", "--json")
    assert (status.returncode, json.loads(status.stdout)) == (1, {"up": False, "notices": []})


def test_a_film_without_problems_is_summed_up(shotfarm, film_folder):
    done = shotfarm("validate", film_folder)
    assert done.returncode == 0
    assert done.stdout == "Six Slates: 2 scenes, 6 shots, 00:00:04:11. No problems.\n"


def test_a_film_with_warnings_is_not_called_without_problems(shotfarm, tmp_path):
    film = six_slates() | {"title": "[bold]Six[/] Слайды"}
    shot_of(film, "2B")["lines"][0]["text"] = "おはよう"
    film["deliverables"] = {"web": {"kind": "web", "burned_subtitles": "en"}}
    done = shotfarm.here("validate", write_film(tmp_path / "film", film))
    assert done.returncode == 0
    first, *warnings = done.stdout.splitlines()
    assert first.startswith("[bold]Six[/] Слайды: 2 scenes, 6 shots, 00:00:04:11. No errors, ")
    assert f"{len(warnings)} warning" in first
    assert all(line.startswith("warning: ") for line in warnings)


def test_every_problem_of_a_broken_film_is_shown_at_its_place(shotfarm, tmp_path):
    film = six_slates()
    shot_of(film, "1C")["continues"] = "9Z"
    shot_of(film, "2B")["lines"][0]["character"] = "bob"
    folder = write_film(tmp_path / "film", film)
    lines = (folder / "film.yaml").read_text().splitlines()
    done = shotfarm.here("validate", folder)
    assert_clear(done, 2, "9Z", "bob")
    for wrong in ("continues: 9Z", "character: bob"):
        number = next(at for at, line in enumerate(lines, 1) if wrong in line)
        column = lines[number - 1].index(wrong.split()[1]) + 1
        assert f"{folder / 'film.yaml'}:{number}:{column}: " in done.stderr
    as_json = shotfarm("validate", folder, "--json")
    assert as_json.returncode == 2
    assert [problem["path"] for problem in json.loads(as_json.stdout)["problems"]] == [
        "scenes[0].shots[2].continues",
        "scenes[1].shots[1].lines[0].character",
    ]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["validate", "/there/is/none"], 2, "there is no such file"),
        (["plan", "/there/is/none"], 2, "there is no such file"),
        (["render", "/there/is/none"], 2, "there is no such file"),
        (["deliver", "web", "/there/is/none"], 2, "there is no such file"),
        (["models", "list", "/there/is/none"], 2, "there is no such file"),
        (["farm", "jobs"], 1, "no farm is up"),
        (["farm", "cancel", "this"], 1, "no farm is up"),
        (["farm", "logs", "1A", "/there/is/none"], 2, "there is no such file"),
        (["validate", "--nothing"], 2, "No such option"),
        (["farm", "pause"], 2, "Missing argument"),
        (["sounds", "one", "two"], 2, "unexpected extra argument"),
    ],
)
def test_errors_for_a_script_are_json_too(shotfarm, words, code, message):
    done = shotfarm.here(*words, "--json")
    assert (done.returncode, done.stderr) == (code, "")
    assert message in json.loads(done.stdout)["error"]


HOSTILE = {
    "deep": ("a: " + "[" * 10_000, "more than 64 deep"),
    "anchor bomb": (
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
        "aliases counted",
    ),
    "duplicate key": ("schema: 1\ntitle: a\ntitle: b\n", "title"),
    "not a number": (
        yaml.safe_dump(six_slates() | {"backend_options": {"slate": {"delay_s": float("nan")}}}),
        "delay_s",
    ),
    "unknown version": ("schema: 99\ntitle: a\n", "99"),
    "a tag": ("schema: !!python/object/apply:os.system ['true']\n", "the schema is a whole number"),
    "empty": ("", "empty"),
    "binary": ("\0\1\2", "film.yaml"),
}


@pytest.mark.parametrize("command", ["validate", "render"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_words(shotfarm, tmp_path, name, command):
    text, words = HOSTILE[name]
    (tmp_path / "film.yaml").write_text(text)
    done = shotfarm.here(command, tmp_path / "film.yaml")
    assert_clear(done, 2, words, str(tmp_path / "film.yaml"))
    assert len(done.stderr) < 5000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.yaml"]


def edited(change) -> dict:
    film = six_slates()
    change(film)
    return film


@pytest.mark.parametrize("command", ["plan", "render"])
@pytest.mark.parametrize(
    ("words", "film", "message"),
    [
        (["--backend", "slat"], six_slates(), "no backend is named 'slat'"),
        (["--shots", "9*"], six_slates(), 'no shot is called "9*"'),
        ([], edited(lambda film: film["backend_options"]["slate"].update(dealy_s=1)), "dealy_s"),
        (
            [],
            edited(lambda film: shot_of(film, "2A").update(backend_options={"slate": {"delay_s": -1}})),
            "delay_s",
        ),
        ([], edited(lambda film: shot_of(film, "2A").update(backend_options={"slatte": {}})), "slatte"),
        ([], edited(lambda film: film["characters"]["ada"].update(voice={"name": "klingonn"})), "klingonn"),
    ],
    ids=["backend", "shot", "option", "option of a shot", "backend of a shot", "voice"],
)
def test_what_does_not_exist_is_refused_before_anything_starts(
    shotfarm, tmp_path, command, words, film, message
):
    folder = write_film(tmp_path / "film", film)
    before = tree(tmp_path)
    assert_clear(shotfarm.here(command, folder, *words), 2, message)
    assert tree(tmp_path) == before
    assert not shotfarm.family()


@pytest.mark.parametrize(
    ("name", "value"),
    [("SHOTFARM_WORKERS", "0"), ("SHOTFARM_WORKERS", "many"), ("SHOTFARM_LOUDNESS_LUFS", "3")],
)
def test_a_setting_that_cannot_be_is_named(tmp_path, film_folder, name, value):
    done = Shotfarm(tmp_path / "home", {name: value}).here("plan", film_folder)
    assert_clear(done, 2, name, value)


def test_a_folder_without_a_film_is_named(shotfarm, tmp_path):
    assert_clear(shotfarm.here("plan", tmp_path), 2, f"{tmp_path / 'film.yaml'}: there is no such file")


def test_plan_changes_nothing_and_gives_reasons(shotfarm, film_folder, tmp_path):
    before = tree(tmp_path)
    done = shotfarm.here("plan", film_folder)
    assert done.returncode == 0
    assert done.stdout.count("new shot") == 6
    assert "0 of 6 takes are there." in done.stdout
    assert tree(tmp_path) == before


def test_a_plan_of_some_shots_names_those_and_what_they_start_from(shotfarm, film_folder):
    planned = shotfarm.json("plan", film_folder, "--shots", "2C,1A")
    assert [shot["shot"] for shot in planned["shots"] if shot["selected"]] == ["1A", "2A", "2C"]
    assert planned["to_render"] == 3


def test_schema_prints_a_json_schema_that_takes_the_film(shotfarm):
    done = shotfarm.here("schema")
    schema = json.loads(done.stdout)
    jsonschema.validate(six_slates(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(six_slates() | {"surprise": 1}, schema)


def test_new_makes_a_film_that_validates_and_is_never_overwritten(shotfarm, tmp_path):
    folder = tmp_path / "my film"
    assert shotfarm("new", folder, "--title", 'The "Long" Night').returncode == 0
    assert shotfarm.json("validate", folder)["title"] == 'The "Long" Night'
    (folder / "film.yaml").write_text("mine")
    before = tree(folder)
    assert_clear(shotfarm.here("new", folder), 2, "exists already")
    assert tree(folder) == before


def test_new_refuses_what_it_cannot_make(shotfarm, tmp_path):
    (tmp_path / "file").write_text("")
    assert_clear(shotfarm.here("new", tmp_path / "file"), 2, "is a file")
    assert_clear(shotfarm.here("new", tmp_path / "a", "--example", "nothing"), 2, "nothing")
    assert_clear(shotfarm.here("new", tmp_path / "a", "--title", ""), 2, "title")
    assert not (tmp_path / "a").exists()


def test_sounds_are_listed_with_what_they_are(shotfarm):
    lines = shotfarm.here("sounds").stdout.splitlines()
    assert lines
    listed = [line for line in lines if line.startswith("  ")]
    assert listed
    assert all(re.fullmatch(r"  [a-z-]+ +\S.*", line) for line in listed)


def test_a_sound_is_found_by_words(shotfarm):
    assert shotfarm.here("sounds", "police siren").stdout.splitlines()[1].split()[0] == "police-siren"
    assert_clear(shotfarm.here("sounds", "xyzzy"), 2, "xyzzy")


def test_farm_status_and_down_without_a_farm_say_so(shotfarm):
    status = shotfarm("farm", "status")
    assert (status.returncode, status.stdout.splitlines()[0]) == (
        1,
        "No farm is up. shotfarm farm up starts one.",
    )
    down = shotfarm("farm", "down")
    assert (down.returncode, down.stdout) == (0, "No farm was up.\n")


def test_an_address_where_nothing_listens_is_refused_in_words(shotfarm, film_folder):
    done = shotfarm("farm", "status", "--address", "127.0.0.1:1")
    assert_clear(done, 1, "127.0.0.1:1")
