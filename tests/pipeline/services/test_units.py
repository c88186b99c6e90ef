"""The units that are written, as systemd itself reads them."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.services.service_files import kept_environment
from pipeline.services.units import (
    FARM,
    NODE,
    REVIEW,
    Programs,
    environment_file,
    farm_unit,
    node_unit,
    quoted,
    review_unit,
)
from storyboard.errors import UsageError
from tests.support.pipeline.slate_films import Shotfarm, assert_clear
from tests.support.pipeline.systemd import command_of, environment_file_of, environment_of, verified

HOSTILE = (
    "/films/100 % of it",
    "%h/%n %%",
    "ä 電影 'quoted' \"twice\"",
    "$HOME ${PATH} $$ \\t \\",
    "; --option #not-a-comment",
    "",
)
OURS = Programs((sys.executable, "-m", "pipeline.cli.app"), "/home/me/service.env", "/home/me")


def written(folder: Path, **units: str) -> list[Path]:
    for name, text in units.items():
        (folder / f"{name}.service").write_text(text)
    return [folder / f"{name}.service" for name in units]


def test_systemd_finds_nothing_wrong_with_any_unit(tmp_path):
    paths = written(
        tmp_path,
        farm=farm_unit(OURS, ["--listen", "10.0.0.1"]),
        node=node_unit(OURS, "10.0.0.1", "/home/me/farm-token"),
        review=review_unit(OURS, ["/films/a"], ["--port", "8000"]),
    )
    assert verified(*paths) == ""
    broken = written(tmp_path, broken=farm_unit(OURS).replace("KillMode", "KillMood"))
    assert "KillMood" in verified(*broken)


def test_every_word_reaches_the_command_as_it_is(tmp_path):
    program = tmp_path / "a $HOME b%h $$ ä" / "python"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    programs = Programs(
        (str(program), "-m", "pipeline.cli.app"),
        f'{tmp_path}/100 %h "x" ä/service.env',
        '/100 %h "x" $a \\t ä',
    )
    (unit,) = written(tmp_path, review=review_unit(programs, HOSTILE))
    assert verified(unit) == ""
    assert command_of(unit) == [*programs.words, "review", *HOSTILE, "--no-browser"]
    assert environment_file_of(unit) == programs.environment
    assert environment_of(unit) == {"SHOTFARM_HOME": programs.home}


@pytest.mark.parametrize("word", ["a\nExecStartPre=/bin/sh", "a\x00", "a\u2028b", "a\tb"])
def test_what_would_break_a_line_is_refused(word):
    with pytest.raises(UsageError, match="cannot stand in a unit"):
        quoted(word)
    with pytest.raises(UsageError, match="cannot stand in a unit"):
        farm_unit(Programs(("shotfarm",), word, "h"))
    with pytest.raises(UsageError, match="systemd starts no program at"):
        farm_unit(Programs((f"/it's/{word}",), "a", "h"))


def test_variables_are_read_back_as_they_were(tmp_path):
    values = {f"SHOTFARM_{number}": word for number, word in enumerate((*HOSTILE, "two\nlines", "`id`"))}
    path = tmp_path / "service.env"
    path.write_text(environment_file(values))
    # systemd reads double quotes as a POSIX shell does, but for what a shell would put in.
    script = f"set -a; . {path}; {sys.executable} -c 'import json, os; print(json.dumps({{**os.environ}}))'"
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={})
    read = json.loads(told.stdout)
    assert {name: read[name] for name in values} == values


def test_of_what_is_set_only_ours_is_kept():
    kept = kept_environment(
        {
            "SHOTFARM_HOME": "h",
            "SHOTFARM_STORE": "s3://a",
            "AWS_PROFILE": "b",
            "SECRET": "c",
            "SHOTFARM_FARM_TOKEN": "d",
        }
    )
    assert kept == 'AWS_PROFILE="b"\nSHOTFARM_STORE="s3://a"\n'


@pytest.fixture
def command(tmp_path: Path) -> Shotfarm:
    return Shotfarm(tmp_path / "my home", {"SHOTFARM_CATALOG": "postgresql://me:a-password@db/films"})


def test_units_are_written_shown_written_anew_and_removed(command, tmp_path):
    folder = tmp_path / "my units"
    words = ("--user", "--prefix", folder, "--review", tmp_path / "a film", "--review-port", 8001)
    dry = command.here("service", "install", *words, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert not folder.exists()
    assert not command.home.exists()
    done = command.here("service", "install", *words)
    assert f"systemctl --user enable --now {FARM} {REVIEW}" in done.stdout
    assert verified(folder / FARM, folder / REVIEW) == ""
    for name in (FARM, REVIEW):
        assert (folder / name).read_text() in dry.stdout
        assert "a-password" not in (folder / name).read_text()
    review = command_of(folder / REVIEW)
    assert str(tmp_path / "a film") in review
    assert review[-3:] == ["--no-browser", "--port", "8001"]
    environment = Path(environment_file_of(folder / FARM))
    assert environment == command.home / "service.env"
    assert stat.S_IMODE(environment.stat().st_mode) == 0o600
    assert "a-password" in environment.read_text()
    environment.write_text("SHOTFARM_STORE=mine\n")
    assert command.here("service", "install", *words).returncode == 0
    assert environment.read_text() == "SHOTFARM_STORE=mine\n", "it is the person's by now"
    shown = json.loads(command.here("service", "show", "--prefix", folder, "--json").stdout)
    assert {name: told["path"] for name, told in shown.items()} == {
        n: str(folder / n) for n in (FARM, REVIEW)
    }
    gone = command.here("service", "uninstall", "--prefix", folder)
    assert f"disable --now {FARM} {REVIEW}" in gone.stdout
    assert [*folder.iterdir()] == []
    assert command.here("service", "show", "--prefix", folder).returncode == 1
    assert command.here("service", "uninstall", "--prefix", folder).stdout == "No unit was there.\n"


def test_a_unit_of_somebody_else_is_left_alone(command, tmp_path):
    (tmp_path / FARM).write_text("[Unit]\n")
    done = command.here("service", "install", "--user", "--prefix", tmp_path)
    assert_clear(done, 2, "was written by somebody else", "--prefix")
    assert command.here("service", "uninstall", "--prefix", tmp_path).stdout == "No unit was there.\n"
    assert (tmp_path / FARM).read_text() == "[Unit]\n"
    assert not command.home.exists()


def test_a_node_has_a_unit_of_its_own_and_what_excludes_it_is_refused(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    install = ("service", "install", "--user", "--prefix", tmp_path)
    assert (
        command.here(
            *install, "--join", "10.0.0.1", "--token-file", "farm token", "--own-address", "10.0.0.2"
        ).returncode
        == 0
    )
    assert {path.name for path in tmp_path.glob("*.service")} == {NODE}
    assert command_of(tmp_path / NODE)[-8:] == [
        "farm",
        "join",
        "10.0.0.1",
        "--token-file",
        f"{Path.cwd()}/farm token",
        "--stay",
        "--own-address",
        "10.0.0.2",
    ]
    assert_clear(command.here("service", "install"), 2, "not for the system", "--user")
    assert_clear(command.here(*install, "--join", "10.0.0.1"), 2, "--join and --token-file go together")
    both = ("--join", "10.0.0.1", "--token-file", "t", "--listen", "10.0.0.2")
    assert_clear(command.here(*install, *both), 2, "--join and --listen exclude each other")
