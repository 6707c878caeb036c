"""What a user types: `clip-lint [PATHS]` and its subcommands."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from clip_lint.cli.exits import CLEAN, COMPLETE, FAILED, HELP, INTERRUPTED, PROGRAM
from clip_lint.cli.group import Commands
from clip_lint.cli.options import check_options
from clip_lint.core.escaping import printable
from clip_lint.core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(cls=Commands, context_settings={**HELP, "max_content_width": 100})
@click.version_option(__version__, prog_name=PROGRAM)
def cli() -> None:
    """Lint Python code that uses CLIP-style image-text models.

    PATHS are files, folders or globs; without any, the current folder. A path that is named like a command is
    reached as ./NAME. The exit status is 0 when nothing was found, 1 with findings and 2 when something went wrong.
    """


@cli.command("check", context_settings=HELP)
@check_options
def check(**options: Any) -> int:
    """Lint files (what happens without a command)."""
    from clip_lint.cli.check import run  # noqa: PLC0415  (the help and other commands need nothing of it)

    return run(**options)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status; never with a traceback."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    _prepare()
    try:
        status = _status(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()  # whoever reads our output has seen enough
        return FAILED
    except OSError as error:
        _drop_output()
        _complain(_reason(error))
        return FAILED
    except MemoryError:
        _complain("not enough memory")
        return FAILED
    return status


def _prepare() -> None:
    """Streams that are there and take any text, and a width of the terminal that can be one."""
    if sys.stdout is None or sys.stderr is None:  # closed by whoever started us: nobody wants to read it
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (as long as we run)
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "1").strip("0").isdecimal():
            del os.environ[name]  # a report without width shows nothing


def _status(arguments: Sequence[str] | None) -> int:
    from clip_lint.core.bounds import BoundError  # noqa: PLC0415
    from clip_lint.settings.model import ConfigError  # noqa: PLC0415

    try:
        status = cli.main(arguments, prog_name=PROGRAM, complete_var=COMPLETE, standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return FAILED
    except click.ClickException as error:
        _complain(error.format_message())
        return FAILED
    except ConfigError as error:
        _complain(str(error))
        return FAILED
    except BoundError as error:
        _complain(f"stopped: {error}")
        return FAILED
    except (OSError, MemoryError):
        raise
    except Exception as error:
        from clip_lint.core.faults import fault  # noqa: PLC0415

        _complain(fault(error))
        return FAILED
    return status if isinstance(status, int) else CLEAN


def _drop_output() -> None:
    """Nothing is written any more: what waits to be flushed at the end would fail once more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        return  # it is no file, and has nothing that waits


def _reason(error: OSError) -> str:
    """What the system refused, without a word of where in the program that was."""
    words = error.strerror or str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {words}"
    try:
        os.getcwd()
    except FileNotFoundError:
        return "the current folder is gone"
    return f"the output could not be written: {words}"


def _complain(message: str) -> None:
    for line in message.splitlines() or [""]:
        click.echo(f"{PROGRAM}: {printable(line)}", err=True)
