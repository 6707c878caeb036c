"""CLP000: what could not be read is a finding as well, in every report. No selection turns it off."""

from __future__ import annotations

CODE = "CLP000"
NAME = "unreadable"
SUMMARY = "A file could not be read or parsed, so that nothing is known of it."
ABOUT = """\
Reported for a file, a folder or a cell of a notebook that uses CLIP and that clip-lint should have linted and could not: it cannot be opened, it is no text in
the encoding that it declares, it does not parse as Python, or it is too large, too deeply nested or takes too long. The run then ends with
status 2: faults may be there that nobody saw.

Where the other cells of a notebook are those that use CLIP, a cell that is no Python is left out instead: a note for the notebook, and no status 2.

It has no rule card and is always on, whatever `select` and `ignore` say. To leave such a file out, name it in `exclude`, or list CLP000 for it
in `per-file-ignores`.
"""
