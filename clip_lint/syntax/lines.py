"""Offsets in a text as lines and columns, and back."""

from __future__ import annotations

from bisect import bisect_right


class Lines:
    """Offsets as lines and columns, and back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def at(self, offset: int) -> tuple[int, int]:
        """The line (from 1) and column (from 0, in code points) of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]

    def start(self, line: int) -> int:
        """Where a line (from 1) begins; behind the last one, where the text ends."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def of(self, line: int) -> str:
        """The text of a line (from 1) without its end."""
        end = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        return self.text[self._starts[line - 1] : end]

    def __len__(self) -> int:
        return len(self._starts)
