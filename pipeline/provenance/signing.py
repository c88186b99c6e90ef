"""The one door to C2PA's library: a statement is signed into a file, and read from one.

Nothing is asked of a network: no time stamp, no list of revoked certificates, no manifest kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.provenance.signer import Signer
from pipeline.provenance.statement import FILM, Statement, manifest_of
from storyboard.errors import AssemblyError, UsageError

if TYPE_CHECKING:
    import c2pa

MIME = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".wav": "audio/wav",
}
"""of the files that can hold a signed statement, by how their names end"""
FILMS = frozenset({".mp4", ".mov"})
UNTRUSTED = "signingCredential.untrusted"
_SETTINGS: dict[str, Any] = {
    "verify": {"verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
_BUFFER = 2**20
"""bytes that are written at once, where the library writes few"""
_NO_FILE, _EMPTY = "application/octet-stream", b"\0"
"""an ingredient is told by its digest: nothing of its file is looked at"""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a file says of itself.

    Attributes:
        statement: None where it was signed by another program.
        failures: what C2PA's rules find wrong with it, by its codes; an unknown signer is no failure.
        signer: the names in the signer's certificate.
        trusted: whether somebody whom the library knows vouches for the signer.
        generator: the program that made the claim.
    """

    statement: Statement | None
    failures: Mapping[str, str]
    signer: str
    trusted: bool
    generator: str


def sign(path: Path, statement: Statement, signer: Signer, *, validated: bool = True) -> None:
    """Sign a statement into a file, in its place; the last thing that is done to it.

    Args:
        path: the file.
        statement: what is said of it.
        signer: who signs.
        validated: whether all of it is read again and compared with what was signed. Else what it says is
            read alone: of many shots the library takes long to find that nothing was changed.

    Raises:
        AssemblyError: the library refuses it, or does not find there what was signed.
    """
    library, context = _library()
    mime = MIME[path.suffix]
    aside = path.with_name(f".signed-{path.name}")
    key = library.C2paSignerInfo(
        alg=signer.algorithm.encode(), sign_cert=signer.certificates, private_key=signer.key, ta_url=None
    )
    try:
        builder = _builder(statement, mime)
        with path.open("rb") as source, aside.open("w+b", buffering=_BUFFER) as target:
            builder.sign(library.Signer.from_info(key), mime, source, target)
        found = _said(aside, mime, library, context if validated else _without_validation())
        if found is None or found.failures or found.statement != statement:
            why = ", ".join(found.failures) if found else "nothing is there"
            raise AssemblyError(f"{path.name} cannot be signed: {why or 'another statement is there'}")
        aside.replace(path)
    except library.C2paError as error:
        raise AssemblyError(f"{path.name} cannot be signed: {error}") from error
    finally:
        aside.unlink(missing_ok=True)


def read(path: Path, mime: str | None = None) -> Signed | None:
    """What a file says of itself; None where it says nothing.

    Raises:
        AssemblyError: what it says cannot be read.
        UsageError: the file is of no kind that can say anything.
    """
    mime = mime or MIME.get(path.suffix.lower())
    if mime is None:
        raise UsageError(
            f"a file of this kind can hold no statement: {path.name}", f"these can: {', '.join(MIME)}"
        )
    return _said(path, mime, *_library())


def _builder(statement: Statement, mime: str) -> Any:
    """What signs a statement. Each ingredient is told by itself: of one text the library takes 1 MiB."""
    library, context = _library()
    told = manifest_of(statement, mime)
    ingredients = told.pop("ingredients")
    builder = library.Builder.from_json(json.dumps(told, separators=(",", ":")), context=context)
    for one in ingredients:
        builder.add_ingredient(one, _NO_FILE, BytesIO(_EMPTY))
    return builder


def _said(path: Path, mime: str, library: Any, context: c2pa.Context) -> Signed | None:
    try:
        with path.open("rb") as source, library.Reader(mime, source, context=context) as reader:
            told, results = json.loads(reader.json()), reader.get_validation_results() or {}
    except library.C2paError as error:
        if type(error).__name__.endswith("ManifestNotFound"):
            return None
        raise AssemblyError(f"what {path.name} says of itself cannot be read: {error}") from error
    return _read(path.name, told, results)


def _read(name: str, told: Mapping[str, Any], results: Mapping[str, Any]) -> Signed:
    active = told["manifests"][told["active_manifest"]]
    of_claim = (results.get("activeManifest") or {}).get("failure") or ()
    failures = {one["code"]: one.get("explanation", "") for one in of_claim}
    for delta in results.get("ingredientDeltas") or ():
        failures |= {one["code"]: one.get("explanation", "") for one in delta["validationDeltas"]["failure"]}
    trusted = failures.pop(UNTRUSTED, None) is None
    said = next((one["data"] for one in active["assertions"] if one["label"] == FILM), None)
    by = active.get("signature_info") or {}
    generator = (active.get("claim_generator_info") or [{}])[0]
    try:
        statement = None if said is None else Statement.model_validate(said)
    except ValidationError:
        raise AssemblyError(f"{name} holds a statement that this version of shotfarm does not read") from None
    return Signed(
        statement,
        failures,
        ", ".join(filter(None, (by.get("common_name"), by.get("issuer")))),
        trusted,
        f"{generator.get('name', '')} {generator.get('version', '')}".strip(),
    )


@cache
def _library() -> tuple[Any, c2pa.Context]:
    """C2PA's library, and how it is to behave."""
    import c2pa

    return c2pa, c2pa.Context.from_dict(_SETTINGS)


@cache
def _without_validation() -> c2pa.Context:
    """How the library is to behave where it only reads what is said."""
    library, _ = _library()
    verify = {**_SETTINGS["verify"], "verify_after_reading": False}
    return library.Context.from_dict({**_SETTINGS, "verify": verify})
