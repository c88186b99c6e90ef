"""What people tried before this process began: the trail has it, so that starting a server anew frees nobody.

What strangers wrote for a name is in no trail, as it may be a password: their tries count for their address.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.review.people.audit import Did, entries_since
from pipeline.review.people.database import PeopleDatabase
from pipeline.review.people.names import key_of
from pipeline.review.people.tries import FORGOTTEN_S, MOST_COUNTED, Tries

_WRONG = (Did.WRONG_PASSWORD, Did.LOCKED_OUT, Did.WRONG_LINK)
_RIGHT = (Did.SIGNED_IN,)


def recall_tries(tries: Tries, database: PeopleDatabase, now: datetime) -> None:
    """Count what was tried within the last day.

    Raises:
        CatalogError: the database cannot be used.
    """
    since = now - timedelta(seconds=FORGOTTEN_S)
    for one in entries_since(database, since, MOST_COUNTED, (*_WRONG, *_RIGHT)):
        name = key_of(one.who)
        tries.recall(name, one.address, max(0.0, (now - one.at).total_seconds()))
        if one.kind in _RIGHT:
            tries.forgive(name, one.address)
