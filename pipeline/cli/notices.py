"""`shotfarm notices ...`: who hears of productions, and whether it arrived."""

from __future__ import annotations

import socket
import time
from typing import Annotated

import typer

from pipeline.cli.console import err, out, print_json
from pipeline.cli.options import JsonOption

notices_app = typer.Typer(help="Who hears of productions, and whether it arrived.", no_args_is_help=True)


@notices_app.command("list")
def list_notices(as_json: JsonOption = False) -> None:
    """Show the channels of this machine and the notices of its outbox, the newest last.

    Example: [bold]shotfarm notices list[/]
    """
    from pipeline.cli.views.notices import notices_as_json, notices_page
    from pipeline.notices.channels import load_channels
    from pipeline.notices.outbox import Outbox
    from pipeline.settings import load_settings

    settings = load_settings()
    channels, letters = load_channels(settings), [*Outbox(settings).letters().values()]
    if as_json:
        print_json(notices_as_json(channels, letters))
    else:
        out.print(notices_page(channels, letters))


@notices_app.command("test")
def try_channel(
    channel: Annotated[str, typer.Argument(help="The channel's name.")], as_json: JsonOption = False
) -> None:
    """Send a trial to a channel at once, and say whether it arrived. Exit code 1 when it did not.

    Example: [bold]shotfarm notices test producer[/]
    """
    from pipeline.notices.channels import load_channels
    from pipeline.notices.deliver import try_within
    from pipeline.notices.notice import trial
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError
    from storyboard.wording import did_you_mean, listed

    channels = load_channels(load_settings())
    if channel not in channels:
        raise UsageError(
            f"no channel is called {channel!r}{did_you_mean(channel, channels)}",
            f"there are {listed(channels)}" if channels else "docs/notices.md shows how one is set up",
        )
    with err.status("sending"):
        why = try_within(channels[channel], trial(channel, socket.gethostname()))
    if as_json:
        print_json({"channel": channel, "delivered": not why, "why": why or None})
    else:
        out.print(f"{channel}: {why or 'delivered'}", markup=False, highlight=False, soft_wrap=True)
    if why:
        raise typer.Exit(1)


@notices_app.command()
def retry(
    channel: Annotated[
        str | None, typer.Argument(help="Only notices to this channel; all when left out.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Try notices again that were given up, once their receiver is there again.

    Example: [bold]shotfarm notices retry producer[/]
    """
    from pipeline.notices.courier import wake
    from pipeline.notices.outbox import Fate, Outbox
    from pipeline.settings import load_settings

    settings = load_settings()
    outbox = Outbox(settings)
    lost = [one for one in outbox.letters().values() if one.fate is Fate.GIVEN_UP]
    chosen = [one for one in lost if channel in {None, one.channel}]
    if chosen:
        outbox.queue_again(chosen, time.time())
        wake(settings)
    if as_json:
        print_json({"queued": len(chosen)})
    else:
        out.print(f"{len(chosen)} to be tried again." if chosen else "Nothing was given up.", highlight=False)
