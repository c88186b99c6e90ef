"""`shotfarm verify`: whether a file is what was signed, and what it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import JsonOption, StoreOption, settings_of
from storyboard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.settings import Settings

FileArgument = Annotated[Path, typer.Argument(help="A file of a deliverable: a film, a picture, a sound.")]


def verify(file: FileArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Say whether a file is what was signed, what of it is changed, and what it was made from.

    The exit code is 0 for a file that is as it was signed, and 1 for any other.

    Example: [bold]shotfarm verify out/web/the-lamp.mp4[/]
    """
    from pipeline.cli.views.verify import show_verified
    from pipeline.provenance.verify import Verdict
    from pipeline.provenance.verify import verify as verify_file

    if not file.is_file():
        raise UsageError(f"no such file: {file}")
    found = verify_file(file, _store_of(file, settings_of(None, None, store=store)))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_verified(out, found)
    if found.verdict is not Verdict.AS_SIGNED:
        raise typer.Exit(1)


def _store_of(file: Path, settings: Settings) -> Callable[[str], bool] | None:
    """Looks for takes in the store of the settings, or in that of the project folder that holds the file."""
    from farm.store.store import Store
    from pipeline.settings import STATE_FOLDER

    above = (folder / STATE_FOLDER / "store" for folder in file.absolute().parents)
    root = settings.store or next((str(folder) for folder in above if folder.is_dir()), None)
    if root is None:
        return None
    kept = Store(root, settings)
    return lambda digest: kept.find("takes", digest) is not None
