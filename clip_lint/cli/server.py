"""The command ``clip-lint server``."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout

import click

from clip_lint.cli.exits import CLEAN, HELP
from clip_lint.cli.extras import needs


@click.command("server", context_settings=HELP)
def server() -> int:
    """Speak the Language Server Protocol over standard input and output, for editors."""
    needs("lsp", "pygls", "the language server")
    from clip_lint.server.app import make_server  # noqa: PLC0415 (only with the extra)

    made = make_server()
    # The protocol has standard output to itself: whatever else were printed would break it. pygls closes what it got.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output, redirect_stdout(sys.stderr):
        made.start_io(stdout=output)
    return CLEAN if made.session.is_stopped else 1
