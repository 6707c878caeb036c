"""The keys of `[tool.clip-lint]`: what each takes, what it means, and what holds without it. The reference and the schema come from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the kind of its value (a method of `TableReader`), what it does, and its default as TOML."""

    kind: str
    means: str
    default: str = ""


KEYS = {
    "extend": Key("path_value", "A configuration that this one builds on; what is said here goes before."),
    "required-version": Key(
        "required_version", "The versions of clip-lint that may read this, such as `>=0.2,<1`."
    ),
    "select": Key(
        "selectors",
        "Report these rules: codes, prefixes, names or `ALL`.",
        "every rule that is not in preview",
    ),
    "extend-select": Key("selectors", "Report these rules as well.", "[]"),
    "ignore": Key("selectors", "Leave these rules out.", "[]"),
    "preview": Key("flag", "Report rules in preview too.", "false"),
    "min-severity": Key("severity", "Leave out what matters less.", '"warning"'),
    "severity": Key("severities", "The severity of rules, by code, prefix or name.", "{}"),
    "per-file-ignores": Key(
        "per_file_ignores",
        "Rules to leave out in files that match a pattern; `!` before it means all others.",
        "{}",
    ),
    "target-versions": Key(
        "target_versions",
        "The versions of libraries to assume.",
        "what a file installs itself, what the project pins, what is installed, the newest",
    ),
    "extra-libraries": Key(
        "libraries", "Tables that describe libraries of your own. They lie in the project.", "[]"
    ),
    "exclude": Key("patterns", "Files and folders to leave out, instead of the usual ones.", "Ruff's"),
    "extend-exclude": Key("patterns", "Files and folders to leave out as well.", "[]"),
    "force-exclude": Key("flag", "Exclude even what the command line names.", "false"),
    "respect-gitignore": Key("flag", "Leave out what git ignores.", "true"),
    "output-format": Key(
        "formats",
        "How findings are written. A file for one, `FORMAT:PATH`, is obeyed in your own configuration.",
        '"text"',
    ),
    "output-file": Key(
        "path_value", "Where findings are written. Obeyed in your own configuration.", "standard output"
    ),
    "show-fixes": Key("flag", "Show below each finding what its fix would change.", "false"),
    "show-suppressed": Key("flag", "Report silenced findings too, marked as such.", "false"),
    "statistics": Key("flag", "Count the findings of each rule at the end.", "false"),
    "quiet": Key("flag", "Print findings and errors only.", "false"),
    "color": Key("color", "Colours.", '"auto"'),
    "baseline": Key("path_value", "Findings that this file knows do not count. It lies in the project."),
    "exit-zero": Key("flag", "Exit with 0 whatever the linted files hold.", "false"),
    "exit-non-zero-on-fix": Key("flag", "Exit with 1 if anything was repaired.", "false"),
    "fix": Key(
        "flag", "Repair what can be repaired with safe fixes. Obeyed in your own configuration.", "false"
    ),
    "unsafe-fixes": Key(
        "flag", "Repair with fixes that change results too. Obeyed in your own configuration.", "false"
    ),
    "fix-only": Key(
        "flag", "Repair, and report nothing of what is left. Obeyed in your own configuration.", "false"
    ),
    "extend-safe-fixes": Key("selectors", "Rules whose fixes are taken for safe.", "[]"),
    "extend-unsafe-fixes": Key("selectors", "Rules whose fixes are taken for unsafe.", "[]"),
    "verify": Key(
        "flag",
        "Measure each finding on the model that the code loads. Obeyed in your own configuration.",
        "false",
    ),
    "cache": Key("flag", "Remember findings from run to run.", "true"),
    "cache-dir": Key(
        "path_value",
        "Where. The folder is new, or one that clip-lint made; it lies in the project.",
        '".clip_lint_cache"',
    ),
    "workers": Key("workers", "Processes to use; 0 stands for as many as pay.", "0"),
}
