"""What cannot be answered, in words: as JSON for the page and for scripts, as a page for a person."""

from __future__ import annotations

import re
from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response

_FOR_SCRIPTS = ("/api/", "/media/", "/hls/")
DOCS = "/api/docs"
"""a page, although it lies among what scripts ask"""
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{words} · shotfarm</title>
<link rel="stylesheet" href="/static/base.css">
<body class="refused">
<main>
<p class="mark">shotfarm</p>
<h1>{words}</h1>
<p>{hint}</p>
</main>
"""


def refused(path: str, status: int, words: str, hint: str | None, wait_s: int = 0) -> Response:
    """An answer in the form that whoever asks for a path can read.

    Args:
        path: that was asked for.
        status: of HTTP.
        words: what happened.
        hint: what to do about it, where that is known.
        wait_s: how long the next try waits, in seconds.
    """
    if is_for_scripts(path):
        answer = {"error": words, "hint": hint, **({"wait_s": wait_s} if wait_s else {})}
        return JSONResponse(answer, status, {"Retry-After": str(wait_s)} if wait_s else None)
    said = words[:1].upper() + words[1:]
    told = re.sub("`([^`]+)`", r"<code>\1</code>", escape(_sentence(hint or "")))
    return HTMLResponse(_PAGE.format(words=escape(said), hint=told), status)


def is_for_scripts(path: str) -> bool:
    """Whether what lies at a path is no page of a person."""
    return path.startswith(_FOR_SCRIPTS) and path != DOCS


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("." if words and words[-1] not in ".!?" else "")
