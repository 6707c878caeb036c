"""Hub checkpoints as people have them: the local cache first understood, the hub asked with patience that ends."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.utils.tqdm import disable_progress_bars

from clip_lint.verify.model_safety import CONFIGURATIONS, NEEDED, chosen_weights
from clip_lint.verify.problem import VerifyProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_T = TypeVar("_T")

ANSWER_WITHIN = 12.0
"""Seconds after which a hub that says nothing is given up."""
_STALLED_AFTER = 60.0
"""Seconds without a new byte after which a download is given up."""
_CONVERTED = "Adding `safetensors` variant of this model"
_CONVERTER = "SFconvertbot"
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A checkpoint's files: ``folder`` has its configuration, ``weights`` its safetensors.

    The two differ where the weights were published as a pickle and converted on a revision of their own.
    """

    folder: Path
    weights: Path

    @property
    def revision(self) -> str:
        """The commits that were loaded, as reports name them."""
        own, other = self.folder.name[:8], self.weights.name[:8]
        return own if self.folder == self.weights else f"{own}, weights converted at {other}"


def _is_plain(revision: str) -> bool:
    """Whether a revision is a name and no way out of the cache."""
    return _REVISION.fullmatch(revision) is not None and ".." not in revision


def _home(name: str) -> Path:
    return Path(constants.HF_HUB_CACHE) / f"models--{name.replace('/', '--')}"


def _at(home: Path, revision: str) -> Path | None:
    """The cached snapshot of a branch, tag, pull request or commit."""
    try:
        commit = (home / "refs" / revision).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        commit = revision
    folder = home / "snapshots" / commit
    if _is_plain(commit) and folder.is_dir():
        return folder
    if not _COMMIT.fullmatch(revision):
        return None
    found = sorted(home.glob(f"snapshots/{revision}*"))
    return found[0] if len(found) == 1 else None


def _has_configuration(folder: Path) -> bool:
    return any((folder / name).is_file() for name in CONFIGURATIONS)


def cached(name: str, revision: str | None = None) -> Snapshot | None:
    """The checkpoint in the local cache, with safetensors; None where it is not there as a whole."""
    home = _home(name)
    if revision is not None and not _is_plain(revision):
        return None
    folder = _at(home, revision or "main")
    if folder is None and revision is None:
        # Code that names a commit leaves no "main" behind.
        whole = [path for path in sorted(home.glob("snapshots/*")) if _has_configuration(path)]
        folder = whole[0] if len(whole) == 1 else None
    if folder is None or not _has_configuration(folder):
        return None
    if chosen_weights(folder):
        return Snapshot(folder, folder)
    if revision not in {None, "main"}:
        return None
    for reference in sorted((home / "refs" / "refs" / "pr").glob("*"), key=lambda path: path.name.zfill(8)):
        converted = _at(home, f"refs/pr/{reference.name}")
        if converted is not None and chosen_weights(converted):
            return Snapshot(folder, converted)
    return None


@dataclass
class Hub:
    """What is asked of the hub in one run; once it has said nothing for long enough it is not asked again."""

    is_offline: bool = False
    _silent: str = field(default="")

    def snapshot(self, name: str, revision: str | None = None) -> Snapshot:
        """The files of hub checkpoint ``name``, downloaded unless offline; VerifyProblem where they cannot be had."""
        if revision is not None and not _is_plain(revision):
            raise VerifyProblem(f"{name}: {revision!r} is no revision")
        known = cached(name, revision)
        if known is not None and (self.is_offline or self._silent):
            return known
        where = f"{name} at {revision}" if revision else name
        if self.is_offline:
            raise VerifyProblem(_missing(where, "not in the local cache", _home(name)))
        try:
            return self._fetched(name, revision)
        except VerifyProblem:
            if known is not None:
                return known
            raise

    def file(self, repository: str, names: Iterable[str], name: str) -> Path:
        """The first of ``names`` that a repository has, as a local file."""
        reason = ""
        for file in names:
            for is_local in (True,) if self.is_offline or self._silent else (True, False):
                try:
                    return self._patiently(
                        lambda file=file, is_local=is_local: Path(  # type: ignore[misc]
                            huggingface_hub.hf_hub_download(repository, file, local_files_only=is_local)
                        ),
                        _home(repository),
                    )
                except VerifyProblem as problem:
                    raise VerifyProblem(f"{name}: {problem}") from problem
                # The hub's client raises its own errors, the HTTP library's, ValueError and OSError.
                except Exception as error:
                    reason = type(error).__name__
        place = "the local cache" if self.is_offline else repository
        raise VerifyProblem(
            f"{name}: no safetensors weights in {place} ({self._silent or reason});"
            " download them once with network, or choose --model bundled (--offline)"
        )

    def _fetched(self, name: str, revision: str | None) -> Snapshot:
        try:
            return self._download(name, revision)
        except VerifyProblem as problem:
            raise VerifyProblem(f"{name}: {problem}") from problem
        # As above: the client may raise anything.
        except Exception as error:
            reason = f"could not be downloaded ({type(error).__name__})"
            raise VerifyProblem(_missing(name, reason, _home(name))) from error

    def _download(self, name: str, revision: str | None) -> Snapshot:
        api = huggingface_hub.HfApi()
        home = _home(name)
        info = self._patiently(lambda: api.model_info(name, revision=revision, timeout=ANSWER_WITHIN), home)
        there = [sibling.rfilename for sibling in info.siblings or ()]
        weights = _weights_among(there)
        wanted = [file for file in there if "/" not in file and (file in NEEDED or file.endswith(".model"))]
        folder = self._taken(name, revision or "main", [*wanted, *weights])
        if weights:
            return Snapshot(folder, folder)
        if reference := self._conversion(api, name, str(info.sha), home):
            listed = self._patiently(lambda: api.list_repo_files(name, revision=reference), home)
            if weights := _weights_among(listed):
                return Snapshot(folder, self._taken(name, reference, weights))
        kinds = "as a pickle only" if any(file.endswith(".bin") for file in there) else "without weights"
        raise VerifyProblem(
            f"published {kinds}; a pickle can run code when it is loaded, so verification reads safetensors only"
            " (convert it: https://huggingface.co/docs/safetensors/convert-weights, then --model FOLDER)"
        )

    def _conversion(self, api: huggingface_hub.HfApi, name: str, commit: str, home: Path) -> str | None:
        """The hub's own conversion of ``commit`` to safetensors, the one that Transformers takes too."""
        for proposal in self._patiently(
            lambda: list(api.get_repo_discussions(name, author=_CONVERTER, discussion_type="pull_request")),
            home,
        ):
            reference = proposal.git_reference
            if proposal.title != _CONVERTED or proposal.author != _CONVERTER or not reference:
                continue
            commits = self._patiently(
                lambda reference=reference: api.list_repo_commits(name, revision=reference),  # type: ignore[misc]
                home,
            )
            if len(commits) > 1 and commits[1].commit_id == commit:
                return str(reference)
        return None

    def _taken(self, name: str, revision: str, files: list[str]) -> Path:
        disable_progress_bars()
        return self._patiently(
            lambda: Path(huggingface_hub.snapshot_download(name, revision=revision, allow_patterns=files)),
            _home(name),
        )

    def _patiently(self, work: Callable[[], _T], home: Path) -> _T:
        """What ``work`` gives; VerifyProblem once so many seconds went by without a first, or a new, byte below ``home``.

        A connection that is accepted and never answered ends in no error of its own for minutes, so the work runs
        beside this thread, and is left to itself when it is given up.
        """
        if self._silent:
            raise VerifyProblem(self._silent)
        results: list[_T] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                results.append(work())
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        since, size, most = time.monotonic(), _size(home), ANSWER_WITHIN
        while True:
            thread.join(0.25)
            if not thread.is_alive():
                break
            if (grown := _size(home)) != size:
                since, size, most = time.monotonic(), grown, _STALLED_AFTER
            elif time.monotonic() - since > most:
                self._silent = "the hub does not answer"
                raise VerifyProblem(self._silent)
        if errors and "Timeout" in type(errors[0]).__name__:
            # The HTTP library's own patience may end first, and it is asked for every file anew.
            self._silent = "the hub does not answer"
            raise VerifyProblem(self._silent) from errors[0]
        if errors:
            raise errors[0]
        return results[0]


def _size(home: Path) -> int:
    """The bytes below a repository's folder in the cache, unfinished ones too."""
    try:
        return sum(file.stat().st_size for file in (home / "blobs").glob("*"))
    except OSError:
        return -1


def _weights_among(files: Iterable[str]) -> list[str]:
    """The safetensors that are read of a repository's files: one file, or the shards of one."""
    names = sorted(file for file in files if "/" not in file and file.endswith(".safetensors"))
    for whole in ("model.safetensors", "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"):
        if whole in names:
            return [whole]
    return [name for name in names if re.fullmatch(r"model-\d+-of-\d+\.safetensors", name)]


def _missing(where: str, reason: str, home: Path) -> str:
    pickled = any(home.glob("snapshots/*/*.bin"))
    more = " (its weights are there as a pickle, which is not opened)" if pickled else ""
    return f"{where}: {reason}{more}; download it once with network, or choose --model bundled (--offline)"
