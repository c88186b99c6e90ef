"""The ports of the standing farm that people note down: kept from one `farm up` to the next."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.host.addresses import answers, free_port
from farm.store.files import write_atomically
from pipeline.settings import Settings
from storyboard.errors import UsageError
from storyboard.refusals import store_errors


class Ports(BaseModel):
    """Where the Prefect page and the metrics are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefect: int
    metrics: int


def choose_ports(settings: Settings) -> Ports:
    """The ports that are asked for, or else those of before, or else free ones; they are kept.

    Raises:
        UsageError: something else listens on a port that is asked for.
    """
    kept = kept_ports(settings.home)
    ports = Ports(
        prefect=_port(settings.prefect_port, kept.prefect if kept else 0, "--prefect-port"),
        metrics=_port(settings.metrics_port, kept.metrics if kept else 0, "--metrics-port"),
    )
    path = settings.home / "ports.json"
    with store_errors(path):
        write_atomically(path, ports.model_dump_json().encode())
    return ports


def kept_ports(home: Path) -> Ports | None:
    """The ports of the standing farm that is up, or was."""
    try:
        return Ports.model_validate_json((home / "ports.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _port(asked: int, before: int, option: str) -> int:
    if asked and answers(asked):
        raise UsageError(f"something else listens on port {asked}", f"choose another with {option}")
    return asked or (before if before and not answers(before) else free_port())
