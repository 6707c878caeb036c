"""Tables of data: mappings of columns by their names, and their rows."""

from __future__ import annotations

from dataclasses import replace

from clip_lint.reading.lattice import element
from clip_lint.reading.values import Dict, Features, Seq, Unknown, Value

_SAME = frozenset(
    {"assign", "dropna", "drop", "drop_duplicates", "fillna", "head", "query", "reset_index", "sample"}
    | {"set_index", "sort_index", "sort_values", "tail", "filter", "sort"}
)
"""Methods that give the same columns, though not all rows, or in another order."""
LOOKED_INTO = frozenset({"loc", "iloc", "values", "array", "at", "iat"})
"""Attributes of tables and columns that give the same with another way of asking."""


def row(table: Dict) -> Dict:
    """A row of a table."""
    entries = tuple(
        (name, element(column) if isinstance(column, (Seq, Features)) else column)
        for name, column in table.entries
    )
    return replace(table, entries=entries)


def table_method(table: Dict, name: str) -> Value | None:
    """A method that only tables have; None for any other."""
    if name in _SAME:
        return table
    if name == "iterrows":
        return Seq((Seq((Unknown("index"), row(table)), "tuple"),), "generator", is_whole=False)
    if name in {"itertuples", "iter_rows"}:
        return Seq((row(table),), "generator", is_whole=False)
    return None
