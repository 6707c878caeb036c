"""Faults of clip-lint itself, as one line for people."""

from __future__ import annotations

from pathlib import Path


def fault(error: BaseException) -> str:
    """What went wrong, and where in clip-lint: no traceback, but enough for a report."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    text = " ".join(str(error).split())[:200]
    return f"a fault in clip-lint ({type(error).__name__}: {text}{where}); please report it"
