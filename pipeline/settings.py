"""Every setting, in one frozen object that is passed in. From the environment: `SHOTFARM_HOME` and so on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError

from farm.host.settings import NodeSettings
from storyboard.errors import UsageError
from storyboard.money import parse_number

STATE_FOLDER = ".shotfarm"
"""what a production keeps beside its film document"""


@dataclass(frozen=True, slots=True)
class Signing:
    """What deliverables are signed with.

    Attributes:
        home: where a machine keeps the certificate that it has made for itself.
        certificate: a studio's own; the machine's when left out.
        key: of that certificate.
    """

    home: Path
    certificate: Path | None = None
    key: Path | None = None


MOST_PRIORITY = 100


def _hosts(text: str) -> str:
    for word in text.split(","):
        host = word.strip().removeprefix("*.")
        try:
            parts = urlsplit(f"//{host}")
            wrong = host and (parts.netloc != host or not parts.hostname or (parts.port or 1) < 1)
        except ValueError:
            wrong = True
        if wrong or "*" in host or "@" in host:
            raise ValueError("hosts, with commas between them, such as gpu.example.com:8188")
    return text


class Settings(NodeSettings):
    """Settings of this machine and this person; options of a command win over them."""

    home: Path = Field(default_factory=lambda: user_data_path("shotfarm"))
    """where the standing farm keeps its addresses, tokens, logs and database"""
    store: str | None = None
    """where takes are kept: a folder or an fsspec URL; `.shotfarm/store` beside the film when left out"""
    catalog: str | None = None
    """the database that holds what was decided, `postgresql://user:password@host/database`; a file in
    `.shotfarm` beside the film when left out"""
    renderer: str | None = None
    """the film's renderer that renders it, instead of the one it names itself"""
    backend: str | None = None
    """the backend that renders, whatever renderers the film has; without either, animatic"""
    workers: Annotated[int, Field(ge=1)] | None = None
    """how many workers one run may use; as many as the cluster holds when left out"""
    address: str | None = None
    """the Ray cluster to render on: `host:port`, or `auto` on one of its nodes"""
    priority: Annotated[int, Field(ge=-MOST_PRIORITY, le=MOST_PRIORITY)] = 0
    """of this production on the farm, -100 to 100; all of a higher one are served first"""
    weight: Annotated[float, Field(gt=0)] = 1.0
    """of this production's share beside others of its priority"""
    silence_s: Annotated[float, Field(ge=10)] = 900.0
    """a shot whose worker gives no sign of life for so many seconds is taken from it"""
    prefect_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """where the standing farm's Prefect page is on this machine; the one it had before when it is 0"""
    prefect_database: SecretStr | None = None
    """the database of Prefect's history and schedules, `postgresql://user:password@host/database`; a file in
    the home folder when left out"""
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """where the standing farm answers Prometheus on this machine; the one it had before when it is 0"""
    node_wait_s: Annotated[float, Field(ge=0)] | None = None
    """how long a shot waits for a node that can hold its worker, in seconds; as long as it takes on a cluster
    (`address`), 20 s on a farm of this machine"""
    review_url: str | None = None
    """what people call the server of the review application where a proxy stands before it, such as
    `https://review.studio.example`"""
    review_standby_s: Annotated[float, Field(ge=1)] = 900.0
    """what stands by to render retakes of the review application ends after so many seconds without one, and
    is begun anew when somebody thinks of the next"""
    watch_url: str | None = None
    """the same of the audience's application"""
    soundfont: Path | None = None
    """the SoundFont that plays the music of films that name none; built-in instruments when left out"""
    allow_commands: str = ""
    """folders whose films may run programs that they choose themselves (`backend: command`), with `:` between
    them; none when it is empty"""
    allow_servers: Annotated[str, AfterValidator(_hosts)] = ""
    """servers outside of this machine's own network that films may name (`backend: comfyui`), with `,`
    between them: `gpu.example.com`, `gpu.example.com:8188`, `*.studio.example`; none when it is empty"""
    writer_key: SecretStr | None = None
    """the key of the language model that `script import --writer` asks; one without a key when left out"""
    writer_model: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """the name of that model; the only one that the server has when left out"""
    writer_temperature: Annotated[float, Field(ge=0, le=2)] = 0.2
    """how freely it chooses its words"""
    writer_seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """of its choices"""
    writer_wait_s: Annotated[float, Field(gt=0)] = 300.0
    """how long one of its answers may take, in seconds"""
    prices: Path | None = None
    """says what the time of workers and cards costs; `prices.yaml` in SHOTFARM_HOME when left out"""
    price_per_worker_hour: Annotated[Decimal, BeforeValidator(parse_number)] | None = None
    """what an hour of a worker costs that has no other price"""
    price_per_gpu_hour: Annotated[Decimal, BeforeValidator(parse_number)] | None = None
    """what an hour of a graphics card costs that has no other price, beside the worker's"""
    currency: str = "EUR"
    """in which these two prices are"""
    channels: SecretStr | None = None
    """channels of notices, in the form of their file and before those in it (docs/notices.md)"""
    channels_file: Path | None = None
    """the file with the channels of notices; `channels.yaml` in the home folder when left out"""
    notice_wait_s: Annotated[float, Field(gt=0)] = 10.0
    """how long a notice that was refused waits for its second try, in seconds; every further wait is twice as
    long, up to an hour"""
    notice_patience_s: Annotated[float, Field(gt=0)] = 86400.0
    """how long a notice is tried before it is given up, in seconds"""
    loudness_lufs: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    """integrated loudness of the finished film"""
    sign: bool = True
    """whether deliverables say, signed, how they were made (docs/provenance.md)"""
    signing_certificate: Path | None = None
    """PEM with the certificate that signs them, and those that vouch for it; one that this machine makes for
    itself, and that proves nothing about who, when left out"""
    signing_key: Path | None = None
    """PEM with the key of that certificate, without a password"""

    @property
    def signing(self) -> Signing | None:
        """What deliverables are signed with; None where they are not."""
        if not self.sign:
            return None
        return Signing(self.home, self.signing_certificate, self.signing_key)


def load_settings(**options: object) -> Settings:
    """Settings from the environment, with a command's options over them (None is no option).

    Raises:
        UsageError: a value that a setting does not take.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise UsageError(
            f"setting {name} (SHOTFARM_{name.upper()}): {first['msg']}, not {first['input']!r}"
        ) from error
