"""`clip-lint COMMAND`, and `check` where the first word is no command; a command is loaded only when it is used."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from clip_lint.cli.exits import PROGRAM
from clip_lint.settings.variables import VARIABLES

COMMANDS = {
    "rules": ("clip_lint.cli.cards", "list_rules", "List the rules."),
    "explain": ("clip_lint.cli.cards", "explain", "Print rules' cards, or pages of the references."),
    "libraries": (
        "clip_lint.cli.libraries",
        "libraries",
        "List the libraries that are known; check a table of your own.",
    ),
    "query": ("clip_lint.cli.query", "query", "Say whether CLIP is the right model for these prompts."),
    "server": (
        "clip_lint.cli.server",
        "server",
        "Speak the Language Server Protocol over standard input and output, for editors.",
    ),
    "baseline": (
        "clip_lint.cli.baseline",
        "baseline",
        "Keep a file of known findings, so that only new ones fail.",
    ),
    "mcp": (
        "clip_lint.cli.assistants",
        "serve",
        "Speak the Model Context Protocol over standard input and output, for coding assistants.",
    ),
    "skill": (
        "clip_lint.cli.assistants",
        "skill",
        "Write a SKILL.md into DIR that tells coding assistants when CLIP is the wrong model, and what to use.",
    ),
    "diagnose": (
        "clip_lint.cli.evidence",
        "diagnose",
        "Why does CLIP answer this way?",
    ),
    "verify": (
        "clip_lint.cli.reproduce",
        "verify",
        "Measure published benchmarks again: ours beside theirs.",
    ),
    "doctor": ("clip_lint.cli.evidence", "doctor", "Can verification run here, and how fast?"),
    "fixtures": (
        "clip_lint.cli.evidence",
        "fixtures",
        "Images with known truth: draw more of them, or look at what is there.",
    ),
    "settings": (
        "clip_lint.cli.settings",
        "settings",
        "List the keys of the configuration and what they mean.",
    ),
    "scan": (
        "clip_lint.cli.scan",
        "scan",
        "Lint many repositories in one go, each as a project of its own.",
    ),
    "clean": (
        "clip_lint.cli.clean",
        "clean",
        "Remove what is kept between runs for the project around the current folder.",
    ),
    "completion": (
        "clip_lint.cli.cards",
        "completion",
        "Print a script that completes this command line in your shell.",
    ),
}
"""Module, object and first sentence of each command but `check`; a new command is a line here."""

_ELSEWHERE = {
    "help": "`clip-lint --help`, and `clip-lint COMMAND --help`",
    "config": "`clip-lint settings` for all keys, `clip-lint settings KEY` for one",
    "rule": "`clip-lint explain CODE`, `clip-lint rules` for a list",
    "linter": "`clip-lint rules`",
    "format": "`clip-lint --fix`; code is laid out by a formatter",
    "version": "`clip-lint --version`",
}
"""Commands of other linters, and what does here what they do there."""
_OWN_OPTIONS = ("--help", "-h", "--version")


class Commands(click.Group):
    """Subcommands, and `check` where the first word is none of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words as click wants them, with `check` put in where no command is named."""
        completing_nothing = ctx.resilient_parsing and not args
        if not completing_nothing and not (
            args and (args[0] in self.list_commands(ctx) or args[0] in _OWN_OPTIONS)
        ):
            if args and args[0] in _ELSEWHERE and not os.path.lexists(args[0]):
                raise click.UsageError(f"no command {args[0]!r}; there is {_ELSEWHERE[args[0]]}")
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in the order of the help."""
        return [*super().list_commands(ctx), *COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now."""
        if cmd_name in COMMANDS:
            module, name, _ = COMMANDS[cmd_name]
            command: click.Command = getattr(import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Commands, options of `check` and files: what may stand here."""
        own = super().shell_complete(ctx, incomplete)
        known = {item.value for item in own}
        if incomplete.startswith("-"):
            more = self.commands["check"].shell_complete(ctx, incomplete)
        else:
            more = [click.shell_completion.CompletionItem(incomplete, type="file")]
        # Files first: bash forgets what it was told before it is told to look for them.
        return [*(item for item in more if item.value not in known), *own]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways to call the program."""
        del ctx
        formatter.write_usage(PROGRAM, "[check] [OPTIONS] [PATHS]...")
        formatter.write_usage(PROGRAM, "COMMAND [ARGS]...")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of `check`, then the commands."""
        self.commands["check"].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
        with formatter.section("Environment variables"):
            formatter.write_dl(list(VARIABLES.items()))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, without importing them."""
        del ctx
        rows = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        rows += [(name, summary) for name, (_, _, summary) in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
