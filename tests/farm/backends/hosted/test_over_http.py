"""What answers by HTTP ask for."""

from __future__ import annotations

import pytest

from farm.backends.hosted.over_http import retry_after

DATE = "Mon, 30 Nov 2026 10:00:00 GMT"
LATER = "Mon, 30 Nov 2026 10:00:45 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": LATER, "date": DATE}, 45.0),  # by the clock of who answers, whatever ours shows
        ({"retry-after": DATE, "date": LATER}, 0.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.0),
        ({"retry-after": "Sunday, 06-Nov-94 08:49:37 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": LATER, "date": "now"}, None),
    ],
)
def test_how_long_to_leave_a_service_alone(headers, seconds):
    assert retry_after(headers) == seconds
