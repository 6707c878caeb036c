"""The options of `clip-lint check`, and the checks of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from clip_lint.cli import completing
from clip_lint.cli.verify import VERIFY_OPTIONS
from clip_lint.settings.formats import FORMATS
from clip_lint.settings.variables import OUTPUT_FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Command = TypeVar("_Command", bound="Callable[..., Any]")

SEVERITIES = ("note", "warning", "error")


def _checked(kind: str) -> Callable[[click.Context, click.Parameter, Sequence[str]], tuple[Any, ...]]:
    """A check of an option's values by the function of that name in `option_values`."""

    def check(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[Any, ...]:
        if not values:
            return ()
        from clip_lint.cli import option_values  # noqa: PLC0415  (most runs give none of these options)

        checked: tuple[Any, ...] = getattr(option_values, kind)(param, values)
        return checked

    return check


LINTING_OPTIONS = (
    click.option(
        "--select",
        multiple=True,
        metavar="CODES",
        callback=_checked("codes"),
        shell_complete=completing.codes,
        help="Report these rules: codes, prefixes, names or ALL; with commas between.",
    ),
    click.option(
        "--extend-select",
        multiple=True,
        metavar="CODES",
        callback=_checked("codes"),
        shell_complete=completing.codes,
        help="Report these rules as well.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="CODES",
        callback=_checked("codes"),
        shell_complete=completing.codes,
        help="Leave these rules out.",
    ),
    click.option("--preview/--no-preview", default=None, help="Report rules in preview too."),
    click.option(
        "--min-severity",
        type=click.Choice(SEVERITIES),
        help="Leave out what matters less.  [default: warning]",
    ),
    click.option(
        "--show-suppressed", is_flag=True, default=None, help="Report silenced findings too, marked as such."
    ),
    click.option(
        "--ignore-noqa",
        is_flag=True,
        default=None,
        help="Report as if no comment silenced anything, to see what suppressions hide.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="GLOBS",
        callback=_checked("patterns"),
        help="Leave these files and folders out, instead of the default ones.",
    ),
    click.option(
        "--extend-exclude",
        multiple=True,
        metavar="GLOBS",
        callback=_checked("patterns"),
        help="Leave these out as well.",
    ),
    click.option(
        "--target-version",
        "target_version",
        multiple=True,
        metavar="PACKAGE=VERSION",
        callback=_checked("targets"),
        help="Assume this version of a library, such as transformers=5.",
    ),
    click.option(
        "--config",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="Use this configuration for all files, or this value (TOML) for a key of it.",
    ),
    click.option(
        "--isolated", is_flag=True, help="Ignore configuration files and the versions that projects pin."
    ),
)
"""Those that say how files are linted, whatever is done with what is found."""

_OPTIONS = (
    click.argument("paths", nargs=-1, type=click.Path(path_type=str)),
    *LINTING_OPTIONS,
    click.option(
        "--output-format",
        multiple=True,
        metavar="FORMAT[:PATH]",
        callback=_checked("formats"),
        envvar=OUTPUT_FORMAT,
        shell_complete=completing.formats,
        help=f"{', '.join(FORMATS)}; with :PATH into a file. May be given several times.  [default: text]",
    ),
    click.option(
        "--output-file",
        "-o",
        type=click.Path(dir_okay=False, path_type=str),
        help="Write findings here instead of to standard output.",
    ),
    click.option(
        "--statistics", is_flag=True, default=None, help="Count the findings of each rule at the end."
    ),
    click.option("--force-exclude/--no-force-exclude", default=None, help="Exclude even what PATHS names."),
    click.option(
        "--respect-gitignore/--no-respect-gitignore",
        default=None,
        help="Leave out what git ignores.  [default: respect]",
    ),
    click.option(
        "--stdin-filename",
        metavar="NAME",
        help="What to call the code that the path - reads from standard input.",
    ),
    click.option("--fix/--no-fix", default=None, help="Repair what can be repaired with safe fixes."),
    click.option(
        "--unsafe-fixes/--no-unsafe-fixes", default=None, help="Repair with fixes that change results too."
    ),
    click.option(
        "--show-fixes/--no-show-fixes",
        default=None,
        help="Show below each finding what its fix would change; with --fix, list what was repaired.",
    ),
    click.option(
        "--diff", is_flag=True, help="Write nothing, show what would change; exit with 1 if anything would."
    ),
    click.option(
        "--fix-only/--no-fix-only", default=None, help="Repair, and report nothing of what is left."
    ),
    click.option("--review", is_flag=True, help="Show each fix and ask."),
    click.option("--show-files", is_flag=True, help="Print which files would be linted, and lint none."),
    click.option(
        "--show-settings", is_flag=True, help="Print the settings of the first of the files, and lint none."
    ),
    click.option("--watch", is_flag=True, help="Lint again whenever a file changes, until Ctrl-C."),
    *VERIFY_OPTIONS,
    click.option(
        "--baseline",
        type=click.Path(dir_okay=False, path_type=str),
        metavar="FILE",
        help="Findings that this file knows do not count; `clip-lint baseline create` makes one.",
    ),
    click.option(
        "--diff-base", metavar="REV", help="Report only what stands on lines changed since this git revision."
    ),
    click.option(
        "--changed-only",
        is_flag=True,
        help="Lint only files changed since --diff-base, or since the last commit.",
    ),
    click.option(
        "--add-ignore",
        metavar="REASON",
        help="Write a suppression with this reason at each finding; --diff shows it.",
    ),
    click.option(
        "--exit-non-zero-on-fix", is_flag=True, default=None, help="Exit with 1 if anything was repaired."
    ),
    click.option(
        "--exit-zero", is_flag=True, default=None, help="Exit with 0 whatever the linted files hold."
    ),
    click.option("--quiet", "-q", is_flag=True, default=None, help="Print findings and errors only."),
    click.option(
        "--color",
        type=click.Choice(("auto", "always", "never")),
        help="Colours; auto obeys NO_COLOR and FORCE_COLOR.  [default: auto]",
    ),
    click.option(
        "--cache/--no-cache", default=None, help="Remember findings from run to run.  [default: cache]"
    ),
    click.option(
        "--cache-dir",
        type=click.Path(file_okay=False, path_type=str),
        help="Where.  [default: .clip_lint_cache in the project]",
    ),
    click.option(
        "--workers",
        "-j",
        type=click.IntRange(min=0),
        metavar="N",
        help="Processes to use; 0, as many as pay.  [default: 0]",
    ),
)


def check_options(command: _Command) -> _Command:
    """Add the options to a command, which gets each by the name of its setting."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
