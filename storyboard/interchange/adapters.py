"""OpenTimelineIO's adapters are packages of the extra `editorial`, which may not be there."""

from __future__ import annotations

import opentimelineio as otio

from storyboard.errors import UsageError

AAF, ALE, FCP7 = "AAF", "ale", "fcp_xml"
"""as OpenTimelineIO names the adapters"""
_NEEDED = {".aaf": (AAF, "AAF"), ".ale": (ALE, "ALE"), ".xml": (FCP7, "FCP 7 XML")}
"""by the suffixes of the formats, with what they are for people"""


def check_adapter(suffix: str) -> None:
    """Refuse a format whose adapter is not installed.

    Raises:
        UsageError: says what to install.
    """
    if suffix not in _NEEDED:
        return
    name, what = _NEEDED[suffix]
    if name not in otio.adapters.available_adapter_names():
        raise UsageError(
            f"{what} needs an adapter of OpenTimelineIO that is not installed",
            "pip install 'shotfarm[editorial]'",
        )
