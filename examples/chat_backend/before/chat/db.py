"""A database that lives in memory: tables of rows, enough for a demonstration."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any


class Database:
    """Tables by name; rows get a running number as their id."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[int, dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    async def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """Add a row to the table and return its id."""
        await asyncio.sleep(0)
        row_id = next(self._numbers)
        self._tables.setdefault(table, {})[row_id] = dict(row)
        return row_id

    async def select(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        """Return the rows of the table that have all the wanted values, oldest first."""
        await asyncio.sleep(0)
        rows = self._tables.get(table, {}).values()
        return [dict(row) for row in rows if all(row.get(key) == value for key, value in wanted.items())]

    async def delete(self, table: str, row_id: int) -> bool:
        """Remove a row; return whether there was one."""
        await asyncio.sleep(0)
        return self._tables.get(table, {}).pop(row_id, None) is not None


_database = Database()


def get_database() -> Database:
    """Return the database of this process, which is made when the module is imported."""
    return _database
