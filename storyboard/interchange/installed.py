"""Formats that need more than what comes along: the adapters of the extra `editorial`."""

from __future__ import annotations

from importlib.util import find_spec

from storyboard.errors import UsageError

_ADAPTERS = {".xml": "otio_fcp_adapter", ".ale": "otio_ale_adapter", ".aaf": "otio_aaf_adapter"}


def check_installed(suffix: str) -> None:
    """Refuse a format whose adapter is not installed.

    Raises:
        UsageError: it says what to install.
    """
    adapter = _ADAPTERS.get(suffix)
    if adapter is not None and find_spec(adapter) is None:
        raise UsageError(
            f"{suffix} needs an adapter that is not installed", "pip install 'shotfarm[editorial]'"
        )
