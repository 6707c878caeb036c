"""The Python API: `lint_paths`, `lint_source` and `query`. Import them from `clip_lint`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint, lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError, Overrides
from clip_lint.settings.selection import Stage, unknown
from clip_lint.settings.values import rules, target_version
from clip_lint.source.decoding import encoded

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.problem import Problem
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.query import Answer

    StrPath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class LintResult:
    """What linting found.

    ``findings`` are in order of place; ``suppressed`` those that a comment in the code silences. ``problems`` are paths that do
    not exist and files that could not be read or parsed. ``files`` is how many files were linted.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files: int

    @property
    def ok(self) -> bool:
        """Whether all could be linted and nothing was found."""
        return not self.findings and not self.problems


def lint_paths(
    paths: Sequence[StrPath],
    *,
    base: StrPath | None = None,
    config: StrPath | None = None,
    isolated: bool = False,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    min_severity: Severity | None = None,
    preview: bool | None = None,
    target_versions: Mapping[str, str] | None = None,
    cache: bool = False,
    workers: int = 1,
) -> LintResult:
    """Lint files, folders or globs, as the command line does.

    Relative paths count from the folder ``base`` (default: the current one), and so do the paths of findings. The
    configuration is found upward from each file; ``config`` names one for all, ``isolated`` uses none. What is given here
    goes before it: ``select`` and ``ignore`` are codes, prefixes or names, ``target_versions`` are such as
    ``{"transformers": ">=5"}``. ``cache`` keeps findings in a folder of the project, ``workers`` is how many processes read
    (0: as many as pay). ConfigError says what is wrong with the configuration or with a value.
    """
    if isinstance(paths, str | bytes):
        raise TypeError("paths is a sequence of paths, not one path")
    folder = str(Path(base or ".").absolute())
    values: dict[str, Any] = {"cache": cache, "workers": workers}
    configuration = _configuration(
        folder, config, isolated, select, ignore, min_severity, preview, target_versions, values
    )
    return _result(lint([str(Path(path)) for path in paths], configuration, folder, isolated=isolated))


def lint_source(
    source: str | bytes,
    *,
    filename: StrPath = "source.py",
    base: StrPath | None = None,
    config: StrPath | None = None,
    isolated: bool = False,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    min_severity: Severity | None = None,
    preview: bool | None = None,
    target_versions: Mapping[str, str] | None = None,
) -> LintResult:
    """Lint a program as if it were the content of the file ``filename``, which need not exist.

    A name that ends in ``.ipynb`` stands for a notebook. Its folder says which configuration holds and what imports mean.
    The other arguments are those of `lint_paths`.
    """
    folder = str(Path(base or ".").absolute())
    configuration = _configuration(
        folder, config, isolated, select, ignore, min_severity, preview, target_versions, {}
    )
    data = encoded(source) if isinstance(source, str) else source
    return _result(lint_text(data, str(Path(filename)), configuration, folder, isolated=isolated))


def query(
    prompt: str | None = None,
    *,
    labels: Sequence[str] = (),
    template: str = "{}",
    model: str | None = None,
) -> Answer:
    """Say whether CLIP is the right model for a prompt, or for telling ``labels`` apart.

    ``template`` is put around each text, with ``{}`` for it; ``model`` is a checkpoint or ``ARCHITECTURE:WEIGHTS`` (default:
    openai/clip-vit-base-patch32). The answer has ``fits``, ``findings`` (most severe first) and ``alternatives``.
    ValueError where neither a prompt nor labels are given, or both, or the template has no ``{}``.
    """
    from clip_lint.engine.query import answer  # noqa: PLC0415
    from clip_lint.engine.requests import DEFAULT_MODEL, Request  # noqa: PLC0415

    if isinstance(labels, str) or (prompt is None) == (not labels):
        raise ValueError("give a prompt, or a sequence of labels")
    if "{}" not in template:
        raise ValueError("the template needs {} where the label goes")
    texts = (prompt,) if prompt is not None else tuple(labels)
    return answer(Request(texts, template, model or DEFAULT_MODEL, is_set=prompt is None))


def _configuration(
    base: str,
    config: StrPath | None,
    isolated: bool,
    select: Iterable[str] | None,
    ignore: Iterable[str],
    min_severity: Severity | None,
    preview: bool | None,
    target_versions: Mapping[str, str] | None,
    values: dict[str, Any],
) -> Configuration:
    if config is not None and isolated:
        raise ConfigError("config and isolated exclude each other")
    selected = None if select is None else _selectors(select)
    if min_severity is not None:
        values["min_severity"] = Severity(min_severity)
    if preview is not None:
        values["preview"] = preview
    if target_versions:
        values["target_versions"] = tuple(sorted(target_version(*pair) for pair in target_versions.items()))
    stage = Stage(selected, (), _selectors(ignore))
    file = None if config is None else str(Path(config))
    return Configuration(Overrides(values, stage), base, file=file, isolated=isolated)


def _selectors(given: Iterable[str]) -> tuple[str, ...]:
    selectors = (given,) if isinstance(given, str) else tuple(given)
    for selector in selectors:
        complaint = unknown(selector, rules())
        if complaint:
            raise ConfigError(complaint)
    return selectors


def _result(outcome: Outcome) -> LintResult:
    suppressed = tuple(finding for finding in outcome.findings if finding.suppressed)
    return LintResult(outcome.reported, suppressed, (*outcome.missing, *outcome.problems), outcome.files)
