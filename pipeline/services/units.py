"""systemd units of a studio's machines, as text. Pure.

They are units of a person's own manager (`systemctl --user`): nothing here needs the superuser, and every
process has the person's rights. There, a file system of its own comes with a namespace of users, which takes
the person's groups away, and with them cards and shared folders: so the farm has what the kernel's filter of
calls can do, and the review application alone, which needs no card, has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storyboard.errors import UsageError

MARK = "# Written by `shotfarm service install`; it writes the file anew."
FARM, NODE, REVIEW = "shotfarm-farm.service", "shotfarm-node.service", "shotfarm-review.service"
NAMES = (FARM, NODE, REVIEW)
_FILTERED = (
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
)
_SHUT_IN = (
    *_FILTERED,
    "ProtectSystem=full",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectControlGroups=yes",
    "RestrictNamespaces=yes",
)


@dataclass(frozen=True, slots=True)
class Programs:
    """How the command is started by a unit.

    Attributes:
        words: that start `shotfarm`.
        environment: the file with its settings.
        home: the home folder of this machine, which a copy of that file for another one does not say.
    """

    words: tuple[str, ...]
    environment: str
    home: str


def quoted(word: str) -> str:
    r"""A word of a command as systemd reads it back: no specifier, no variable, no second word.

    >>> quoted("/films/100 %/$a")
    '"/films/100 %%/$$a"'

    Raises:
        UsageError: it holds a character that no line of a unit can have.
    """
    return _in_quotes(word).replace("$", "$$")


def _in_quotes(word: str) -> str:
    escaped = _line(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _program(path: str) -> str:
    """The first word of a command, in which systemd looks for no variable, and takes no quote."""
    if not {*path}.isdisjoint("\\\"'"):
        raise UsageError(
            f"systemd starts no program at {path}", "install shotfarm where no quote is in the path"
        )
    return f'"{_line(path)}"'


def _line(value: str) -> str:
    """What stands in a line as it is, but for specifiers.

    Raises:
        UsageError: it breaks the line.
    """
    if not all(letter.isprintable() for letter in value):
        raise UsageError(f"{value!r} cannot stand in a unit of systemd", "give it another name")
    return value.replace("%", "%%")


def environment_file(values: Mapping[str, str]) -> str:
    r"""Variables as a unit's `EnvironmentFile` has them.

    >>> environment_file({"SHOTFARM_STORE": 's3://films/a "b"'})
    'SHOTFARM_STORE="s3://films/a \\"b\\""\n'
    """
    return "".join(
        f'{name}="{_in_double_quotes(value)}"\n'
        for name, value in sorted(values.items())
        if "\0" not in value
    )


def _in_double_quotes(value: str) -> str:
    for letter in '\\"`$':
        value = value.replace(letter, f"\\{letter}")
    return value


def farm_unit(programs: Programs, options: Sequence[str] = ()) -> str:
    """The standing farm of a machine: Ray's head, Prefect's server, and what the server runs by schedule."""
    service = (
        "Type=notify",
        *_command(programs, "farm", "up", "--stay", *options),
        "Restart=on-failure",
        "RestartSec=5",
        # Ray's head and Prefect's server are given five minutes on a busy machine.
        "TimeoutStartSec=660",
        # `farm up --stay` ends them in their order; the rest of the group is killed after that.
        "KillMode=mixed",
        "TimeoutStopSec=90",
        *_FILTERED,
    )
    return _unit("The render farm of this machine: Ray, Prefect and its schedules", service)


def node_unit(programs: Programs, address: str, token_file: str, options: Sequence[str] = ()) -> str:
    """A machine of another one's farm, which joins again when that comes back."""
    words = ("farm", "join", address, "--token-file", token_file, "--stay", *options)
    service = (
        "Type=notify",
        *_command(programs, *words),
        "Restart=on-failure",
        "RestartSec=15",
        "TimeoutStartSec=660",
        "KillMode=mixed",
        # What renders here is kept at its next state.
        "TimeoutStopSec=180",
        *_FILTERED,
    )
    return _unit("This machine in another one's render farm", service)


def review_unit(programs: Programs, films: Sequence[str], options: Sequence[str] = ()) -> str:
    """The review application for some films."""
    service = (
        "Type=exec",
        *_command(programs, "review", *films, "--no-browser", *options),
        "Restart=on-failure",
        "RestartSec=5",
        "KillMode=mixed",
        "TimeoutStopSec=20",
        *_SHUT_IN,
    )
    return _unit("Films in review", service, after=FARM)


def _command(programs: Programs, *words: str) -> tuple[str, ...]:
    first, *others = (*programs.words, *words)
    return (
        f"Environment={_in_quotes(f'SHOTFARM_HOME={programs.home}')}",
        f"EnvironmentFile=-{_line(programs.environment)}",
        "WorkingDirectory=~",
        f"ExecStart={' '.join((_program(first), *map(quoted, others)))}",
    )


def _unit(what: str, service: Sequence[str], after: str = "") -> str:
    return "\n".join(
        (
            MARK,
            "[Unit]",
            f"Description={what}",
            *([f"After={after}"] if after else []),
            # A head that is away for a night is waited for.
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            *service,
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        )
    )
