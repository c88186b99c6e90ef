"""What the command line shows of notices: names and kinds of channels, never their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline.notices.channels import WebhookChannel
from pipeline.notices.outbox import Fate
from pipeline.notices.troubles import troubles

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.notices.channels import Channel
    from pipeline.notices.outbox import Letter


def notices_page(channels: Mapping[str, Channel], letters: Sequence[Letter]) -> RenderableType:
    """Channels, notices, and what does not arrive."""
    parts: list[RenderableType] = []
    if channels:
        table = Table("channel", "kind", title="channels", title_justify="left")
        for name, channel in channels.items():
            table.add_row(escape(name), kind_of(channel))
        parts.append(table)
    else:
        parts.append(Text("No channel is set up on this machine: docs/notices.md shows how."))
    if letters:
        table = Table("when", "channel", "notice", "state", "tries", title="notices", title_justify="left")
        for one in letters:
            when = datetime.fromtimestamp(one.queued_at, UTC).astimezone().strftime("%d %b %H:%M")
            state = one.fate if not one.why or one.fate is Fate.DELIVERED else f"{one.fate}: {one.why}"
            table.add_row(
                when, escape(one.channel), escape(one.notice.subject), escape(state), str(one.tries)
            )
        parts.append(table)
    return Group(*parts, *map(Text, troubles(letters)))


def notices_as_json(channels: Mapping[str, Channel], letters: Sequence[Letter]) -> dict[str, Any]:
    """The same for a script."""
    return {
        "channels": {name: kind_of(channel) for name, channel in channels.items()},
        "notices": [
            {
                "channel": one.channel,
                "id": one.notice.id,
                "occasion": one.notice.occasion,
                "subject": one.notice.subject,
                "queued_at": datetime.fromtimestamp(one.queued_at, UTC).isoformat(),
                "state": one.fate,
                "tries": one.tries,
                "why": one.why or None,
            }
            for one in letters
        ],
        "troubles": troubles(letters),
    }


def kind_of(channel: Channel) -> str:
    """What a channel is."""
    return "webhook" if isinstance(channel, WebhookChannel) else "apprise"
