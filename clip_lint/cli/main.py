"""What a user types: `clip-lint [PATHS]` and its subcommands."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from clip_lint import __version__
from clip_lint.cli.adopting import Adoption
from clip_lint.cli.check import Fixing, check_tree, finish, fix_paths, fix_stdin
from clip_lint.cli.exits import CLEAN, COMPLETE, FAILED, HELP, INTERRUPTED, PROGRAM
from clip_lint.cli.group import Commands
from clip_lint.cli.options import check_options
from clip_lint.cli.verify import check_verifying, taken
from clip_lint.core.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.engine.project import Project
    from clip_lint.settings.model import Overrides


@click.group(cls=Commands, context_settings={**HELP, "max_content_width": 100})
@click.version_option(__version__, prog_name=PROGRAM)
def cli() -> None:
    """Lint Python code that uses CLIP-style image-text models.

    PATHS are files, folders or globs; without any, the current folder. A path that is named like a command is
    reached as ./NAME. The exit status is 0 when nothing was found, 1 with findings and 2 when something went wrong.
    """


@cli.command("check", context_settings=HELP)
@check_options
def check(
    paths: tuple[str, ...],
    config: str | None,
    isolated: bool,
    stdin_filename: str | None,
    diff: bool,
    review: bool,
    diff_base: str | None,
    changed_only: bool,
    add_ignore: str | None,
    watch: bool,
    **options: Any,
) -> int:
    """Lint files (what happens without a command)."""
    from clip_lint.engine.project import Project  # noqa: PLC0415
    from clip_lint.settings.configuration import Configuration  # noqa: PLC0415

    if config is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    base = os.getcwd()
    options["verifying"] = taken(options)
    overrides = _overrides(options, base)
    configuration = Configuration(overrides, base, file=config, isolated=isolated)
    settings = configuration.for_folder(base)
    project = Project(configuration, base, isolated=isolated)
    check_verifying(settings)
    if diff and review:
        raise click.UsageError("--diff and --review exclude each other")
    fixing = Fixing(settings.unsafe_fixes, diff, review)
    is_fixing = diff or review or settings.fix or settings.fix_only
    adoption = Adoption(diff_base, changed_only, add_ignore)
    adoption.check(paths, is_fixing=is_fixing, diff=diff)
    if watch:
        if is_fixing or add_ignore is not None or "-" in paths:
            raise click.UsageError(
                "--watch only reports files: leave out what changes them, and standard input"
            )

        def once() -> int:
            now = Configuration(overrides, base, file=config, isolated=isolated)
            return _checked(Project(now, base, isolated=isolated), paths, adoption, dry=False)

        return _watch(paths, base, once)
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- (standard input) cannot be mixed with other paths")
        name = stdin_filename or "-"
        data = sys.stdin.buffer.read()
        if is_fixing:
            return fix_stdin(project, data, name, settings, fixing)
        outcome = project.lint_text(data, name, fixes=True)
        contents = {each.place.path: data for each in outcome.findings}
        return finish(outcome, settings, base, contents)
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename goes with the path - (standard input)")
    if is_fixing and add_ignore is None:
        wanted = adoption.paths(project, paths or (".",), adoption.changes(base))
        return fix_paths(project, wanted, settings, fixing)
    return _checked(project, paths, adoption, dry=diff)


def _checked(project: Project, paths: tuple[str, ...], adoption: Adoption, *, dry: bool) -> int:
    """Lint and report once."""
    changes = adoption.changes(project.base)
    wanted = adoption.paths(project, paths or (".",), changes)
    return check_tree(project, wanted, adoption, changes, dry=dry)


def _watch(paths: tuple[str, ...], base: str, once: Callable[[], int]) -> int:
    """Lint again and again."""
    from clip_lint.cli.extras import needs  # noqa: PLC0415

    needs("watch", "watchfiles", "--watch")
    from clip_lint.cli.watch import lint_on_change  # noqa: PLC0415 (only with the extra)

    lint_on_change(paths or (".",), base, once)
    return CLEAN


def _overrides(options: dict[str, Any], base: str) -> Overrides:
    """The options that were given, by the names of the settings."""
    from clip_lint.core.finding import Severity  # noqa: PLC0415
    from clip_lint.settings.model import Overrides  # noqa: PLC0415
    from clip_lint.settings.selection import Stage  # noqa: PLC0415

    stage = Stage(options.pop("select") or None, options.pop("extend_select"), options.pop("ignore"))
    values = {name: value for name, value in options.items() if value is not None and value != ()}
    if "target_version" in values:
        values["target_versions"] = values.pop("target_version")
    if "min_severity" in values:
        values["min_severity"] = Severity.named(values["min_severity"])
    for name in ("cache_dir", "output_file", "baseline"):
        if name in values:
            values[name] = os.path.normpath(os.path.join(base, values[name]))
    return Overrides(values, stage)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status; never with a traceback."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    from clip_lint.settings.model import ConfigError  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(arguments, prog_name=PROGRAM, complete_var=COMPLETE, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        _complain(error.format_message())
        return FAILED
    except ConfigError as error:
        _complain(str(error))
        return FAILED
    except BrokenPipeError:
        # Whoever reads our output has seen enough. Nothing may be flushed to the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        from clip_lint.core.faults import fault  # noqa: PLC0415

        _complain(fault(error))
        return FAILED
    return status if isinstance(status, int) else CLEAN


def _complain(message: str) -> None:
    for line in message.splitlines() or [""]:
        click.echo(f"{PROGRAM}: {printable(line)}", err=True)
