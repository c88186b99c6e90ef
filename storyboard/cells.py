"""Cells of tables that a spreadsheet shows as they are, and never calculates."""

from __future__ import annotations

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  (Excel takes wide ones too)


def harmless(cell: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe begins it, as one typed there would.

    One that none would take for one is left as it is. Source: OWASP, "CSV Injection".
    """
    return f"'{cell}" if cell.startswith(_FORMULAS) or cell.lstrip().startswith(_FORMULAS) else cell
