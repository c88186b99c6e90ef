"""Tables of values: CSV, Excel and what a database answers, each value with the place that it stands at."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batches.slate import Table
from storyboard.document.named_files import confine
from storyboard.document.values import Given
from storyboard.wording import first_line, shown

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_ROWS = 10_000
MOST_COLUMNS = 200
MAX_TABLE_BYTES = 64 * 2**20
_DRIVER = "postgresql+pg8000"

Row = dict[str, Given]


class TableError(ValueError):
    """A table that cannot be read; says why."""


def rows_of(folder: Path, table: str | Table) -> list[Row]:
    """The rows of a table.

    Args:
        folder: that files are named from.
        table: a CSV or Excel file, or a table described.

    Raises:
        TableError: it cannot be read, or too little is said of it.
    """
    if isinstance(table, str):
        return rows_of_file(folder, table)
    if table.file is not None and table.database is None and table.query is None:
        return rows_of_file(folder, table.file, table.sheet)
    if table.database is not None and table.query is not None and table.file is None and table.sheet is None:
        return rows_of_query(folder, table.database, table.query)
    raise TableError("a table is a file (and a sheet), or a database and a query")


def rows_of_file(folder: Path, name: str, sheet: str | None = None) -> list[Row]:
    """The rows of a CSV or Excel file; its first row has the names, and empty rows are passed over.

    Args:
        folder: the file lies in it.
        name: the file, relative to it.
        sheet: of an Excel file; its first when left out.

    Raises:
        TableError: it cannot be read, or its first row has no names.
    """
    try:
        path = confine(folder, name)
        size = path.stat().st_size
    except (ValueError, OSError) as error:
        raise TableError(str(error)) from None
    if size > MAX_TABLE_BYTES:
        raise TableError(f'"{name}" is larger than a table may be ({MAX_TABLE_BYTES // 2**20} MiB)')
    ending = path.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise TableError(f'"{name}" is no table; it ends in .csv or .xlsx')
    if ending == ".csv" and sheet is not None:
        raise TableError("only an Excel file has sheets")
    try:
        return _read(name, _csv_rows(path) if ending == ".csv" else _excel_rows(path, sheet))
    except TableError:
        raise
    except (ValueError, OSError, csv.Error) as error:
        raise TableError(f'"{name}" cannot be read: {first_line(error)}') from None


def rows_of_query(folder: Path, database: str, query: str) -> list[Row]:
    """What a database answers to a query that can only read.

    Args:
        folder: that the file of a SQLite database is named from.
        database: as SQLAlchemy names it.
        query: whose columns have names of parameters.

    Raises:
        TableError: the database cannot be reached or read, or the query is refused.
    """
    import sqlalchemy as sql
    from sqlalchemy.exc import SQLAlchemyError

    engine, name = _engine(folder, database)
    is_file = engine.dialect.name == "sqlite"
    try:
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            if is_file:
                connection.exec_driver_sql("PRAGMA query_only = ON")
            # A colon in it begins no parameter of ours.
            answer = connection.execute(sql.text(query.replace(":", "\\:")))
            if not answer.returns_rows:
                raise TableError(f"{name}: the query answers no rows; it begins with SELECT")
            read = answer.fetchmany(MOST_ROWS + 1)
            return _read(name, enumerate([tuple(answer.keys()), *map(tuple, read)]))
    except SQLAlchemyError as error:
        told = first_line(getattr(error, "orig", None) or error)
        raise TableError(f"{name}: the query is refused: {told}") from None
    finally:
        engine.dispose()


def _engine(folder: Path, database: str) -> tuple[Engine, str]:
    """A database, and what it is called in messages: no password is in it.

    Raises:
        TableError: there is none of this name, or of a kind that can be read.
    """
    import sqlalchemy as sql
    from sqlalchemy.exc import ArgumentError

    try:
        url = sql.make_url(database)
        kind = url.get_backend_name()
        if kind == "postgresql":
            url = url.set(drivername=_DRIVER if url.drivername == kind else url.drivername)
            return sql.create_engine(url), url.render_as_string(hide_password=True)
        if kind == "sqlite":
            file = confine(folder, url.database or "")
            return sql.create_engine(sql.URL.create("sqlite", database=str(file))), url.database or ""
    except (ArgumentError, ImportError, ValueError) as error:
        raise TableError(f"the database cannot be used: {first_line(error)}") from None
    raise TableError(f"a database is SQLite or PostgreSQL, not {shown(kind)}")


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        for row in reader:
            yield reader.line_num, row


def _excel_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise TableError("Excel files need the extra: pip install 'shotfarm[excel]'") from None
    import zipfile

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        ValueError,
        openpyxl.utils.exceptions.InvalidFileException,
    ) as error:
        raise TableError(f'"{path.name}" is no Excel file: {first_line(error)}') from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise TableError(
                f'"{path.name}" has no sheet {shown(sheet)} (there are: {", ".join(book.sheetnames)})'
            )
        page = book[sheet or book.sheetnames[0]]
        yield from enumerate(page.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1)
    finally:
        book.close()


def _read(name: str, numbered: Iterable[tuple[int, Sequence[Any]]]) -> list[Row]:
    """Rows by the names in the first of them."""
    lines = iter(numbered)
    _, first = next(lines, (0, ()))
    names = [str(one).strip() if one is not None else "" for one in first]
    while names and not names[-1]:
        names.pop()
    if not names or not all(names):
        raise TableError(f'"{name}": each column has the name of a parameter in the first row')
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice:
        raise TableError(f'"{name}": two columns are called {shown(twice)}')
    rows: list[Row] = []
    for line, values in lines:
        if not any(value not in {None, ""} for value in values):
            continue
        if len(rows) == MOST_ROWS:
            raise TableError(f'"{name}" has more than {MOST_ROWS:,} rows')
        if any(value not in {None, ""} for value in values[len(names) :]):
            raise TableError(f'"{name}", row {line}: there are more values than columns with names')
        rows.append(
            {
                key: Given(_plain(value), name, line, 0, key)
                for key, value in zip(names, values, strict=False)
                if value is not None
            }
        )
    return rows


def _plain(value: object) -> Any:
    """A cell as a value of a parameter: times as ISO 8601 has them, exact numbers as floats."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, str | int | float | bool) else str(value)
