"""What each machine of a farm sets for itself, from its own environment: `SHOTFARM_CACHE` and so on.

A variable that is set and empty counts as not set.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_cache_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class NodeSettings(BaseSettings):
    """Settings that may differ from machine to machine; a worker reads those of the machine it runs on."""

    model_config = SettingsConfigDict(
        env_prefix="SHOTFARM_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    cache: Path = Field(default_factory=lambda: user_cache_path("shotfarm") / "files")
    """where copies of the files of a remote store lie on this machine"""
    cache_gib: Annotated[float, Field(gt=0)] = 20.0
    """how large that may grow, in GiB; what was used longest ago goes first"""
    logs: Path = Field(default_factory=lambda: user_cache_path("shotfarm") / "logs")
    """where the output of what renders on this machine lies until it is in the store"""
    store_patience_s: Annotated[float, Field(ge=0)] = 120.0
    """how long an outage of a remote store is waited through before it is an error, in seconds"""
    metrics: str = ""
    """host:port where the dispatcher answers Prometheus; nowhere when it is empty; read where the dispatcher
    runs"""
    metrics_login: str = ""
    """user:password that it asks for there"""
    idle_worker_s: Annotated[float, Field(ge=1)] = 600.0
    """how long a worker without a shot keeps its GPU before it gives it back, in seconds; read where the
    dispatcher runs"""
