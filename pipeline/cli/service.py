"""`shotfarm service ...`: the farm, a node of it and the review application as units of systemd."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import JsonOption

service_app = typer.Typer(help="Units of systemd for a studio's machines.", no_args_is_help=True)

PrefixOption = Annotated[
    Path | None, typer.Option(help="The folder of the units; that of systemd's for this person.")
]


@service_app.command()
def install(
    user: Annotated[bool, typer.Option("--user", help="For this person's own systemd.")] = False,
    prefix: PrefixOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be written.")] = False,
    listen: Annotated[
        str | None, typer.Option(help="This machine's address, where others join its farm.")
    ] = None,
    join: Annotated[
        str | None, typer.Option(help="Join the farm at this address instead of having one.")
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="With --join: the file with its token.")] = None,
    own: Annotated[
        str | None, typer.Option("--own-address", help="With --join: this machine's address, of several.")
    ] = None,
    review: Annotated[
        list[Path] | None, typer.Option(help="A film, or its folder, to be reviewed; may be repeated.")
    ] = None,
    review_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Of the review application, on the loopback address.")
    ] = 8000,
) -> None:
    """Write units that start the farm with the machine and again when it has gone.

    What is set in this shell (SHOTFARM_..., AWS_...) goes into a file for you alone, once.

    Example: [bold]shotfarm service install --user --listen 10.0.0.1 --review my-film[/]

    Example: [bold]shotfarm service install --user --join 10.0.0.1 --token-file farm-token[/]
    """
    from pipeline.services import service_files, units
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    if not user:
        raise UsageError("units are written for a person, not for the system", "add --user")
    if bool(join) != bool(token_file):
        raise UsageError("--join and --token-file go together", "give both, or none")
    if join and listen:
        raise UsageError(
            "--join and --listen exclude each other", "a machine has a farm, or is a node of one"
        )
    settings = load_settings()
    programs, made = service_files.programs(settings), {}
    if join and token_file:
        options = ["--own-address", own] if own else []
        made[units.NODE] = units.node_unit(programs, join, str(token_file.absolute()), options)
    else:
        made[units.FARM] = units.farm_unit(programs, ["--listen", listen] if listen else [])
    if review:
        films = [str(film.absolute()) for film in review]
        made[units.REVIEW] = units.review_unit(programs, films, ["--port", str(review_port)])
    folder = prefix or service_files.units_folder()
    if dry_run:
        for name, text in made.items():
            out.print(f"# {folder / name}", markup=False, highlight=False, soft_wrap=True)
            out.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    for path in service_files.install(settings, folder, made):
        out.print(str(path), markup=False, highlight=False, soft_wrap=True)
    names = " ".join(made)
    out.print(
        f"Next:\n  systemctl --user daemon-reload\n  systemctl --user enable --now {names}\n"
        "  loginctl enable-linger          # they run while nobody is logged in, too",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@service_app.command()
def uninstall(prefix: PrefixOption = None) -> None:
    """Remove the units that `install` wrote. Settings, farm and films stay as they are.

    Example: [bold]shotfarm service uninstall[/]
    """
    from pipeline.services.service_files import uninstall, units_folder

    removed = uninstall(prefix or units_folder())
    for path in removed:
        out.print(f"removed {path}", markup=False, highlight=False, soft_wrap=True)
    if not removed:
        out.print("No unit was there.")
        return
    names = " ".join(path.name for path in removed)
    out.print(
        f"Where they still run: systemctl --user disable --now {names}; systemctl --user daemon-reload",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@service_app.command()
def show(prefix: PrefixOption = None, as_json: JsonOption = False) -> None:
    """Show the units that are there, and how each is. Exit code 1 when none is.

    Example: [bold]shotfarm service show[/]
    """
    from pipeline.services.service_files import installed, units_folder

    folder = prefix or units_folder()
    found = {name: _state(name) for name in installed(folder)}
    if as_json:
        print_json({name: {"path": str(folder / name), "state": state} for name, state in found.items()})
    elif not found:
        out.print("No unit is there. [bold]shotfarm service install --user[/] writes them.")
    else:
        for name, state in found.items():
            out.print(f"{folder / name}: {state}", markup=False, highlight=False, soft_wrap=True)
    if not found:
        raise typer.Exit(1)


def _state(name: str) -> str:
    """What systemd says of a unit."""
    systemctl = shutil.which("systemctl")
    if systemctl is None:
        return "written; there is no systemd here"
    done = subprocess.run(
        [systemctl, "--user", "is-active", name], capture_output=True, text=True, check=False, timeout=30
    )
    return done.stdout.strip() or "written; systemd does not answer"
