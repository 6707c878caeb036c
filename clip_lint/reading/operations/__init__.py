"""What the library tables' operations do to abstract values, and which events they leave behind.

A function ``op_X(run, call)`` carries out the table entries whose ``op`` is X; `table` puts them together. Calls come in
through `dispatch`; `models`, `containers`, `fields` and `subscripts` do what the language itself does to the values.
"""

from clip_lint.reading.operations.table import OPERATIONS, perform

__all__ = ["OPERATIONS", "perform"]
