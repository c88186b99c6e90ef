"""What editors added to a film's cut that is no shot of it: kept in the project, and given back.

<project>/.shotfarm/cuts/<sha256>.json
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from farm.store.files import write_atomically
from pipeline.production.production import Production
from pipeline.settings import STATE_FOLDER
from storyboard.errors import CatalogError
from storyboard.interchange.read_cut import Foreign, foreign_json, foreign_of
from storyboard.planning.decided import NOTHING, THE_CUT
from storyboard.refusals import store_errors

_FOLDER = "cuts"


def kept_foreign(production: Production) -> tuple[Foreign, ...]:
    """What is kept of the cut that holds.

    Raises:
        CatalogError: it is not there any more, or is not what was kept.
        StoreError: it cannot be read.
    """
    cut = production.decided.get(THE_CUT, NOTHING).cut
    if cut is None or not cut.timeline:
        return ()
    path = _path(production.folder, cut.timeline)
    with store_errors(path):
        content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != cut.timeline:
        raise CatalogError(f"{path} is not what was kept of the editor's cut", "import the cut again")
    return foreign_of(content.decode())


def keep_foreign(production: Production, foreign: tuple[Foreign, ...]) -> str:
    """Keep it; returns the name that a cut has for it, empty for nothing.

    Raises:
        StoreError: the project folder cannot be written.
    """
    if not foreign:
        return ""
    content = foreign_json(foreign).encode()
    name = hashlib.sha256(content).hexdigest()
    path = _path(production.folder, name)
    with store_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    return name


def _path(folder: Path, name: str) -> Path:
    return folder / STATE_FOLDER / _FOLDER / f"{name}.json"
