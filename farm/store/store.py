"""The content-addressed store: what was made, under the digest of what it was made from.

    <root>/<kind>/<first two digits>/<digest>/manifest.json     published last, atomically
    <root>/<kind>/<first two digits>/<digest>/<attempt>/<file>  written by one attempt alone

Kinds are `takes`, `joints`, `sounds` and so on. An attempt writes into a folder of its own and becomes
visible by its manifest, so a reader never sees half of anything, and a late attempt can at worst publish
the same thing again. The root is a folder (a shared file system, for several machines) or any fsspec URL
(`s3://bucket/prefix`). `farm.store.attempts` publishes and sweeps; `farm.store.scratch` says what else lies
here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from farm.host.settings import NodeSettings
from farm.store.attempts import Attempt, Attempts, FolderAttempts, RemoteAttempts, home
from farm.store.cache import FileCache
from farm.store.contents import Thing, contents, remove
from farm.store.files import is_json, known_sha256_of
from farm.store.folder import FolderPlace, Place
from farm.store.leases import Leases
from farm.store.manifest import MANIFEST, Manifest
from farm.store.scratch import Notes
from storyboard.document.given_files import copy_given
from storyboard.errors import StoreError
from storyboard.refusals import store_errors

if TYPE_CHECKING:
    from farm.store.objects import RemotePlace


class Store:
    """A place for everything that was made.

    Args:
        root: a folder, or an fsspec URL.
        node: what this machine sets for itself; read from its environment when left out.

    Attributes:
        root: as given.
        notes: what is kept beside what is published.
        leases: what the runs need that are going on.

    Raises:
        StoreError: nothing here reads such a URL.
    """

    def __init__(self, root: str | Path, node: NodeSettings | None = None) -> None:
        self.root = str(root)
        node = node or NodeSettings()
        self._files = FileCache(node.cache, int(node.cache_gib * 1024**3))
        self._place: Place
        self._attempts: Attempts
        self._remote: RemotePlace | None = None
        folder = _folder_of(self.root)
        if folder is not None:
            place = FolderPlace(folder.rstrip("/"))
            self._place, self._attempts = place, FolderAttempts(place, self.find)
        else:
            from farm.store.objects import RemotePlace

            remote = RemotePlace(self.root, node.store_patience_s)
            self._place, self._attempts, self._remote = remote, RemoteAttempts(remote, self.find), remote
        self.notes = Notes(self._place)
        self.leases = Leases(self._place)

    @property
    def folder(self) -> Path | None:
        """Where it is in this machine's file system; None for one in the network."""
        folder = _folder_of(self.root)
        return None if folder is None else Path(folder)

    def check(self) -> None:
        """Refuse a store that cannot be written, before anything renders; a folder is made.

        Raises:
            StoreError: it cannot be written; the message says why.
        """
        self._place.check()

    def find(self, kind: str, digest: str) -> Manifest | None:
        """What is published under a digest, or None.

        A manifest that was cut short, and one whose files are gone or short, count as None.

        Raises:
            StoreError: the store cannot be read.
        """
        folder = self._home(kind, digest)
        text = self._place.read(f"{folder}/{MANIFEST}")
        if text is None:
            return None
        try:
            manifest = Manifest.model_validate_json(text)
        except ValidationError as error:
            if not is_json(text):
                return None
            raise StoreError(
                f"{folder}/{MANIFEST} is not a manifest that this version of shotfarm reads",
                "move the folder aside to make its contents again",
            ) from error
        sizes = {f"{folder}/{file.path}": file.size for file in manifest.files.values()}
        return manifest if self._place.sizes([*sizes]) == [*sizes.values()] else None

    def still_has(self, manifest: Manifest) -> bool:
        """Whether what was found before is there still, whole: its manifest is not read again.

        Raises:
            StoreError: the store cannot be read.
        """
        folder = self._home(manifest.kind, manifest.digest)
        sizes = {f"{folder}/{file.path}": file.size for file in manifest.files.values()}
        own, *found = self._place.sizes([f"{folder}/{MANIFEST}", *sizes])
        return own is not None and found == [*sizes.values()]

    def has(self, kind: str, digest: str) -> bool:
        """Whether something whole is published under a digest."""
        return self.find(kind, digest) is not None

    def file(self, manifest: Manifest, name: str) -> Path:
        """A local path of a published file, compared with its digest once for as long as nobody writes it.

        A remote store's file is fetched into the cache once; its path is good as long as this object lives.

        Raises:
            StoreError: it cannot be read, or what arrives is not what was published.
        """
        stored = manifest.files[name]
        published = f"{self._home(manifest.kind, manifest.digest)}/{stored.path}"
        remote = self._remote
        with store_errors(published if remote is None else remote.path):
            if remote is None:
                if known_sha256_of(Path(published)) != stored.sha256:
                    raise _not_as_published(published)
                return Path(published)
            try:
                return self._files.file(
                    stored.sha256, Path(name).suffix, lambda local: remote.fetch(published, local)
                )
            except ValueError as error:
                raise _not_as_published(published) from error

    @contextlib.contextmanager
    def attempt(self, kind: str, digest: str) -> Iterator[Attempt]:
        """Try to make something: write into `attempt.path(...)`, then `attempt.publish(...)`.

        What was not published is removed, whatever happened.
        """
        with store_errors(self.root):
            attempt = Attempt(self._attempts, kind, digest)
        try:
            yield attempt
        finally:
            attempt.end()

    def sweep(self) -> int:
        """Remove what attempts that have ended without publishing left behind; returns how many.

        Raises:
            StoreError: a remote store cannot be read or written.
        """
        return self._attempts.sweep()

    def contents(self) -> Iterator[Thing]:
        """All that it holds, in no order.

        Raises:
            StoreError: it cannot be read.
        """
        return contents(self._place)

    def remove(self, thing: Thing) -> None:
        """Remove something; a reader sees all of it or nothing.

        Raises:
            StoreError: it cannot be written.
        """
        remove(self._place, thing)

    def keep_file(self, path: Path, sha256: str) -> Manifest:
        """Publish a file that exists already (a reference, a LoRA) under the digest of its bytes.

        Raises:
            FileChangedError: it has other bytes by now.
            StoreError: the store cannot be written.
        """
        found = self.find("files", sha256)
        if found:
            return found
        with self.attempt("files", sha256) as attempt, store_errors(path):
            copy_given(path, sha256, attempt.path(f"file{path.suffix}"))
            return attempt.publish({"name": path.name})

    def kept_file(self, sha256: str) -> Path:
        """A local copy of a file that was published with `keep_file`.

        Raises:
            StoreError: it is not there.
        """
        kept = self.find("files", sha256)
        if kept is None:
            raise StoreError(
                f"the file {sha256[:12]} is not in the store",
                "run again: it is published before use",
            )
        return self.file(kept, next(iter(kept.files)))

    def _home(self, kind: str, digest: str) -> str:
        return home(self._place.path, kind, digest)


def _not_as_published(path: str) -> StoreError:
    return StoreError(
        f"{path} is not the file that was published (its SHA-256 differs)",
        "remove the folder of its digest, and run again to make it anew",
    )


def _folder_of(root: str) -> str | None:
    """The path of a root that is a folder of this machine; None for one that is elsewhere."""
    if root.startswith("/") and ":" not in root:
        return root
    import fsspec  # which takes long, and most roots are folders

    here = fsspec.utils.get_protocol(root) in {"file", "local"}
    return str(fsspec.core.strip_protocol(root)) if here else None
