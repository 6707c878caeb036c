"""What a user types: `clip-lint [PATHS]` and its subcommands."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from clip_lint import __version__
from clip_lint.report import FORMATS
from clip_lint.report.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.config import Configuration, Overrides, Settings
    from clip_lint.engine import Outcome
    from clip_lint.fixes.session import Repair

PROGRAM = "clip-lint"
_COMPLETE = "_CLIP_LINT_COMPLETE"
_CLEAN, _FINDINGS, _FAILED, _INTERRUPTED = 0, 1, 2, 130
_SEVERITIES = ("note", "warning", "error")


class _Commands(click.Group):
    """Subcommands, and `check` where the first word is none of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        completing_nothing = ctx.resilient_parsing and not args
        if not completing_nothing and not (
            args and (args[0] in self.list_commands(ctx) or args[0] in _OWN_OPTIONS)
        ):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "query"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "query":
            from clip_lint.query_cli import query  # noqa: PLC0415  (the only command that reads prompts)

            return query
        return super().get_command(ctx, cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        own = super().shell_complete(ctx, incomplete)
        known = {item.value for item in own}
        paths = (
            []
            if incomplete.startswith("-")
            else [click.shell_completion.CompletionItem(incomplete, type="file")]
        )
        more = check.shell_complete(ctx, incomplete) if incomplete.startswith("-") else paths
        return [*own, *(item for item in more if item.value not in known)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        formatter.write_usage(PROGRAM, "[check] [OPTIONS] [PATHS]...")
        formatter.write_usage(PROGRAM, "COMMAND [ARGS]...")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        check.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        rows = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        rows.append(("query", "Is CLIP the right model for these prompts?"))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


_OWN_OPTIONS = ("--help", "-h", "--version")


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name=PROGRAM)
def cli() -> None:
    """Lint Python code that uses CLIP-style image-text models.

    PATHS are files, folders or globs; without any, the current folder. A path that is named like a command is
    reached as ./NAME. The exit status is 0 when nothing was found, 1 with findings and 2 when something went wrong.
    """


def _codes(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Comma-separated selectors, checked."""
    from clip_lint.config import rules  # noqa: PLC0415
    from clip_lint.selection import unknown  # noqa: PLC0415

    selectors = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for selector in selectors:
        complaint = unknown(selector, rules())
        if complaint:
            raise click.BadParameter(complaint, param=param)
    return selectors


def _patterns(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    from clip_lint.config import bad_pattern  # noqa: PLC0415

    patterns = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    complaint = bad_pattern(patterns, os.getcwd())
    if complaint:
        raise click.BadParameter(complaint, param=param)
    return patterns


def _formats(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    from clip_lint.config import bad_format  # noqa: PLC0415

    for value in values:
        complaint = bad_format(value)
        if complaint:
            raise click.BadParameter(complaint, param=param)
    return tuple(values)


def _targets(
    _ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """``transformers=5`` or ``transformers>=4.40,<5``, checked."""
    import re  # noqa: PLC0415

    from clip_lint.config import ConfigError, target_version  # noqa: PLC0415

    found = []
    for value in values:
        match = re.fullmatch(r"([A-Za-z][\w.-]*?)\s*(?:=(?!=)|(?=[<>=!~]))\s*(\S.*)", value)
        if not match:
            raise click.BadParameter(f"{value!r} is not of the form package=version", param=param)
        try:
            found.append(target_version(match.group(1), match.group(2)))
        except ConfigError as error:
            raise click.BadParameter(str(error), param=param) from None
    return tuple(sorted(found))


@cli.command("check", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    callback=_codes,
    help="Report these rules: codes, prefixes, names or ALL; with commas between.",
)
@click.option(
    "--extend-select", multiple=True, metavar="CODES", callback=_codes, help="Report these rules as well."
)
@click.option("--ignore", multiple=True, metavar="CODES", callback=_codes, help="Leave these rules out.")
@click.option("--preview/--no-preview", default=None, help="Report rules in preview too.")
@click.option(
    "--min-severity", type=click.Choice(_SEVERITIES), help="Leave out what matters less.  [default: warning]"
)
@click.option(
    "--output-format",
    multiple=True,
    metavar="FORMAT[:PATH]",
    callback=_formats,
    help=f"{', '.join(FORMATS)}; with :PATH into a file. May be given several times.  [default: text]",
)
@click.option(
    "--output-file",
    type=click.Path(dir_okay=False, path_type=str),
    help="Write findings here instead of to standard output.",
)
@click.option("--statistics", is_flag=True, default=None, help="Count the findings of each rule at the end.")
@click.option(
    "--show-suppressed", is_flag=True, default=None, help="Report silenced findings too, marked as such."
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOBS",
    callback=_patterns,
    help="Leave these files and folders out, instead of the default ones.",
)
@click.option(
    "--extend-exclude", multiple=True, metavar="GLOBS", callback=_patterns, help="Leave these out as well."
)
@click.option("--force-exclude/--no-force-exclude", default=None, help="Exclude even what PATHS names.")
@click.option(
    "--respect-gitignore/--no-respect-gitignore",
    default=None,
    help="Leave out what git ignores.  [default: respect]",
)
@click.option(
    "--target-version",
    "target_version",
    multiple=True,
    metavar="PACKAGE=VERSION",
    callback=_targets,
    help="Assume this version of a library, such as transformers=5.",
)
@click.option(
    "--config", type=click.Path(path_type=str), metavar="FILE", help="Use this configuration for all files."
)
@click.option(
    "--isolated", is_flag=True, help="Ignore configuration files and the versions that projects pin."
)
@click.option(
    "--stdin-filename",
    metavar="NAME",
    help="What to call the code that the path - reads from standard input.",
)
@click.option("--fix/--no-fix", default=None, help="Repair what can be repaired with safe fixes.")
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes", default=None, help="Repair with fixes that change results too."
)
@click.option(
    "--diff", is_flag=True, help="Write nothing, show what would change; exit with 1 if anything would."
)
@click.option("--fix-only/--no-fix-only", default=None, help="Repair, and report nothing of what is left.")
@click.option("--review", is_flag=True, help="Show each fix and ask.")
@click.option(
    "--exit-non-zero-on-fix", is_flag=True, default=None, help="Exit with 1 if anything was repaired."
)
@click.option("--exit-zero", is_flag=True, default=None, help="Exit with 0 whatever the linted files hold.")
@click.option("--quiet", "-q", is_flag=True, default=None, help="Print findings and errors only.")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    help="Colours; auto obeys NO_COLOR and FORCE_COLOR.  [default: auto]",
)
@click.option("--cache/--no-cache", default=None, help="Remember findings from run to run.  [default: cache]")
@click.option(
    "--cache-dir",
    type=click.Path(file_okay=False, path_type=str),
    help="Where.  [default: .clip_lint_cache in the project]",
)
@click.option(
    "--workers",
    "-j",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to use.  [default: as many as pay]",
)
def check(
    paths: tuple[str, ...],
    config: str | None,
    isolated: bool,
    stdin_filename: str | None,
    diff: bool,
    review: bool,
    **options: Any,
) -> int:
    """Lint files (what happens without a command)."""
    from clip_lint.config import Configuration  # noqa: PLC0415

    if config is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    base = os.getcwd()
    overrides = _overrides(options, base)
    configuration = Configuration(overrides, base, file=config, isolated=isolated)
    settings = configuration.for_folder(base)
    if diff and review:
        raise click.UsageError("--diff and --review exclude each other")
    fixing = _Fixing(settings.unsafe_fixes, diff, review)
    is_fixing = diff or review or settings.fix or settings.fix_only
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- (standard input) cannot be mixed with other paths")
        from clip_lint.engine import lint_text  # noqa: PLC0415

        name = stdin_filename or "-"
        data = sys.stdin.buffer.read()
        if is_fixing:
            return _fix_stdin(data, name, configuration, settings, base, fixing, isolated=isolated)
        outcome = lint_text(data, name, configuration, base, isolated=isolated)
        contents = {each.place.path: data for each in outcome.findings}
        return _finish(outcome, settings, base, contents)
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename goes with the path - (standard input)")
    if is_fixing:
        return _fix_tree(paths or (".",), configuration, settings, base, fixing, isolated=isolated)
    return _check_tree(paths or (".",), configuration, settings, base, isolated=isolated)


def _overrides(options: dict[str, Any], base: str) -> Overrides:
    """The options that were given, by the names of the settings."""
    from clip_lint.config import Overrides  # noqa: PLC0415
    from clip_lint.finding import Severity  # noqa: PLC0415
    from clip_lint.selection import Stage  # noqa: PLC0415

    stage = Stage(options.pop("select") or None, options.pop("extend_select"), options.pop("ignore"))
    values = {name: value for name, value in options.items() if value is not None and value != ()}
    if "target_version" in values:
        values["target_versions"] = values.pop("target_version")
    if "min_severity" in values:
        values["min_severity"] = Severity.named(values["min_severity"])
    for name in ("cache_dir", "output_file"):
        if name in values:
            values[name] = os.path.normpath(os.path.join(base, values[name]))
    return Overrides(values, stage)


def _check_tree(
    paths: Sequence[str], configuration: Configuration, settings: Settings, base: str, *, isolated: bool
) -> int:
    from clip_lint.engine import lint  # noqa: PLC0415
    from clip_lint.report.progress import Progress  # noqa: PLC0415

    with Progress(sys.stderr, enabled=sys.stderr.isatty() and not settings.quiet) as progress:
        outcome = lint(paths, configuration, base, isolated=isolated, progress=progress.update)
    return _finish(outcome, settings, base)


@dataclass(frozen=True, slots=True)
class _Fixing:
    """How to fix: with unsafe fixes too, only showing the difference, asking about each."""

    unsafe: bool
    diff: bool
    review: bool


def _fix_tree(
    paths: Sequence[str],
    configuration: Configuration,
    settings: Settings,
    base: str,
    fixing: _Fixing,
    *,
    isolated: bool,
) -> int:
    from clip_lint.fix_cli import Review  # noqa: PLC0415
    from clip_lint.fixes.session import fix_tree  # noqa: PLC0415
    from clip_lint.report.progress import Progress  # noqa: PLC0415

    color = _is_colored(settings.color)
    with Progress(
        sys.stderr, enabled=sys.stderr.isatty() and not settings.quiet and not fixing.review
    ) as progress:
        repair = fix_tree(
            paths,
            configuration,
            base,
            unsafe=fixing.unsafe,
            dry=fixing.diff,
            isolated=isolated,
            choose=Review(color=color) if fixing.review else None,
            progress=progress.update,
        )
    return _finish_fixing(repair, settings, base, fixing)


def _fix_stdin(
    data: bytes,
    name: str,
    configuration: Configuration,
    settings: Settings,
    base: str,
    fixing: _Fixing,
    *,
    isolated: bool,
) -> int:
    """The mended program goes to standard output, everything else to standard error."""
    if fixing.review:
        raise click.UsageError("--review needs a file: standard input holds the program")
    from clip_lint.fixes.session import fix_text  # noqa: PLC0415

    repair, mended = fix_text(data, name, configuration, base, unsafe=fixing.unsafe, isolated=isolated)
    if not fixing.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(mended)
        sys.stdout.buffer.flush()
    contents = {each.place.path: mended for each in repair.outcome.findings}
    return _finish_fixing(repair, settings, base, fixing, contents)


def _finish_fixing(
    repair: Repair, settings: Settings, base: str, fixing: _Fixing, contents: dict[str, bytes] | None = None
) -> int:
    """Show the difference or what is left, say what was done, and how the run ended."""
    from clip_lint.fix_cli import said, write_diff  # noqa: PLC0415

    for problem in (*repair.refused, *repair.failed):
        click.echo(printable(str(problem)), err=True)
    done = said(repair, dry=fixing.diff)
    if fixing.diff:
        write_diff(repair.mended, color=_is_colored(settings.color))
        status = _FINDINGS if repair.mended else _CLEAN
        for problem in (*repair.outcome.missing, *repair.outcome.problems):
            click.echo(printable(str(problem)), err=True)
            status = _FAILED
    elif settings.fix_only:
        status = _FAILED if repair.outcome.missing or repair.outcome.problems else _CLEAN
        for problem in (*repair.outcome.missing, *repair.outcome.problems):
            click.echo(printable(str(problem)), err=True)
    else:
        status = _finish(repair.outcome, settings, base, contents, fixing=True)
    if done and not settings.quiet:
        click.echo(done, err=True)
    if repair.failed:
        return _FAILED
    if repair.mended and settings.exit_non_zero_on_fix:
        return max(status, _FINDINGS)
    return status


def _finish(
    outcome: Outcome,
    settings: Settings,
    base: str,
    contents: dict[str, bytes] | None = None,
    *,
    fixing: bool = False,
) -> int:
    """Write what was found, and say how the run ended."""
    for problem in (*outcome.missing, *outcome.problems):
        click.echo(printable(str(problem)), err=True)
    if not settings.quiet:
        for warning in outcome.warnings:
            click.echo(printable(warning), err=True)
        if not (outcome.files or outcome.missing or outcome.problems):
            click.echo(f"{PROGRAM}: no Python files or notebooks here", err=True)
    _write(outcome, settings, base, contents, fixing=fixing)
    if outcome.missing:
        return _FAILED
    if settings.exit_zero:
        return _CLEAN
    if outcome.problems:
        return _FAILED
    return _FINDINGS if outcome.reported else _CLEAN


def _write(
    outcome: Outcome, settings: Settings, base: str, contents: dict[str, bytes] | None, *, fixing: bool
) -> None:
    from clip_lint.fix_cli import remaining  # noqa: PLC0415
    from clip_lint.report import report  # noqa: PLC0415
    from clip_lint.report.excerpts import Excerpts  # noqa: PLC0415
    from clip_lint.report.tally import statistics, summary  # noqa: PLC0415

    findings = outcome.findings if settings.show_suppressed else outcome.reported
    excerpts = Excerpts(base, contents)
    formats = settings.output_format or ("text",)
    is_stdin_fixed = fixing and contents is not None
    for text in formats:
        name, _, path = text.partition(":")
        path = os.path.join(base, path) if path else settings.output_file or ""
        if path:
            with _opened(path) as stream:
                report(name).write(findings, excerpts, stream, color=settings.color == "always")
        elif findings or name == "json":
            stream = sys.stderr if is_stdin_fixed else sys.stdout
            report(name).write(findings, excerpts, stream, color=_is_colored(settings.color))
    on_stdout = any(text in ("text", "concise") for text in formats) and not (
        settings.output_file or is_stdin_fixed
    )
    if settings.statistics:
        for line in statistics(findings):
            click.echo(line, err=not on_stdout)
    if not settings.quiet and "text" in formats and outcome.files:
        click.echo(summary(findings, outcome.files), err=not on_stdout)
        for line in remaining(outcome.reported, unsafe=settings.unsafe_fixes, fixing=fixing):
            click.echo(line, err=not on_stdout)


def _opened(path: str) -> Any:
    from clip_lint.config import ConfigError  # noqa: PLC0415

    try:
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def _is_colored(choice: str) -> bool:
    """Whether to colour standard output: the option, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


@cli.command("rules")
@click.option(
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    help="A table, or JSON with every field.",
)
def list_rules(output_format: str) -> int:
    """List the rules."""
    from clip_lint.config import rules  # noqa: PLC0415

    if output_format == "json":
        import json  # noqa: PLC0415

        rows = [
            {
                "code": rule.code,
                "name": rule.name,
                "summary": rule.summary,
                "severity": str(rule.severity),
                "preview": rule.is_preview,
                "fix": rule.fix.value if rule.fix else None,
            }
            for rule in rules().values()
        ]
        click.echo(json.dumps(rows, indent=1))
        return _CLEAN
    width = max((len(rule.name) for rule in rules().values()), default=0)
    for rule in rules().values():
        severity = f"{rule.severity}{' (preview)' if rule.is_preview else ''}"
        click.echo(f"{rule.code}  {rule.name:<{width}}  {severity:<17}  {rule.summary}")
    return _CLEAN


@cli.command("explain")
@click.argument("topic", metavar="CODE|NAME|TOPIC")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Render the Markdown for a terminal.",
)
def explain(topic: str, color: str) -> int:
    """Print a rule's card, or a page of the references."""
    title, markdown = _page(topic)
    if not _is_colored(color):
        click.echo(f"{title}\n\n{markdown.strip()}")
        return _CLEAN
    from rich.console import Console  # noqa: PLC0415
    from rich.markdown import Markdown  # noqa: PLC0415

    console = Console(file=sys.stdout, force_terminal=True)
    console.print(Markdown(f"{title}\n\n{markdown}"))
    return _CLEAN


def _page(topic: str) -> tuple[str, str]:
    """Title and Markdown of a rule or a reference page; UsageError names the nearest right word."""
    from importlib.resources import files  # noqa: PLC0415

    from clip_lint.rulebook import load_cards  # noqa: PLC0415
    from clip_lint.selection import nearest  # noqa: PLC0415

    cards = load_cards()
    for rule in cards.values():
        if topic.upper() == rule.code or topic.lower() == rule.name:
            retired = f" (retired: {rule.retired})" if rule.retired else ""
            return f"# {rule.code}: {rule.name}{retired}\n\n{rule.summary}", rule.markdown
    pages = {
        entry.name.removesuffix(".md"): entry
        for entry in files("clip_lint.references").iterdir()
        if entry.name.endswith(".md")
    }
    wanted = topic.lower().replace("-", "_")
    if wanted in pages:
        title, _, body = pages[wanted].read_text(encoding="utf-8").partition("\n")
        return title, body
    known = [*cards, *(rule.name for rule in cards.values()), *sorted(pages)]
    raise click.UsageError(
        f"no rule or topic {topic!r}{nearest(topic, known)} Topics: {', '.join(sorted(pages))}; rules: `{PROGRAM} rules`."
    )


@cli.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print a script that completes this command line in your shell.

    For bash: clip-lint completion bash > ~/.local/share/bash-completion/completions/clip-lint
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(cli, {}, PROGRAM, _COMPLETE).source())
    return _CLEAN


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status; never with a traceback for what a user can cause."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    from clip_lint.config import ConfigError  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(arguments, prog_name=PROGRAM, complete_var=_COMPLETE, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except click.ClickException as error:
        _complain(error.format_message())
        return _FAILED
    except ConfigError as error:
        _complain(str(error))
        return _FAILED
    except BrokenPipeError:
        # Whoever reads our output has seen enough. Nothing may be flushed to the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    return status if isinstance(status, int) else _CLEAN


def _complain(message: str) -> None:
    for line in message.splitlines() or [""]:
        click.echo(f"{PROGRAM}: {printable(line)}", err=True)
