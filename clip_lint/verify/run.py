"""Requests become Evidence: each is measured once, on a model that is loaded once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import torch
import transformers

from clip_lint.core.evidence import IDENTITIES, TIMED, WHATEVER_IMAGES, Evidence, Verdict
from clip_lint.verify import cache
from clip_lint.verify.budget import SLOW, Budget, passes, speed, turn
from clip_lint.verify.building import one_line
from clip_lint.verify.fixtures import digest_of
from clip_lint.verify.folders import open_fixtures
from clip_lint.verify.loading import STAND_IN, choose_device
from clip_lint.verify.measuring import MOST, Bench
from clip_lint.verify.models import Models
from clip_lint.verify.probes.contrast import ContrastProbe
from clip_lint.verify.probes.fine_grained import FineGrainedProbe
from clip_lint.verify.probes.inputs import InputsProbe
from clip_lint.verify.probes.running import RunningProbe
from clip_lint.verify.probes.scores import ScoresProbe
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.threads import fitting_threads
from clip_lint.verify.unmeasured import without_probe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Protocol

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.fixtures import FixtureSet
    from clip_lint.verify.loading import Found
    from clip_lint.verify.measuring import Measurement
    from clip_lint.verify.options import Tell, VerifyOptions
    from clip_lint.verify.rounding import Rounding

    class Probe(Protocol):
        """One family's measurement."""

        @property
        def name(self) -> str:
            """What reports call it."""

        @property
        def version(self) -> int:
            """Changes when results may change."""

        @property
        def codes(self) -> tuple[str, ...]:
            """The findings that it can prove."""

        def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
            """Measure."""


_USUAL_SAMPLE = 1_000
"""Images of a folder of the user's own, where --sample does not say how many."""
PROBES: tuple[Probe, ...] = (
    ContrastProbe(),
    FineGrainedProbe(),
    ScoresProbe(),
    InputsProbe(),
    RunningProbe(),
)


def probe_for(code: str) -> Probe | None:
    """The probe that can prove a finding with this code, or None."""
    return next((probe for probe in PROBES if code in probe.codes), None)


def measure(requests: Sequence[EvidenceRequest], options: VerifyOptions) -> dict[EvidenceRequest, Evidence]:
    """Evidence for each distinct request that has a probe."""
    wanted = [request for request in dict.fromkeys(requests) if probe_for(request.code) is not None]
    if not wanted:
        return {}
    session = _Session.start(options, wanted)
    if options.model is not None:
        session.models.towers(None)
    results: dict[EvidenceRequest, Evidence] = {}
    for done, request in enumerate(sorted(wanted, key=lambda each: turn(each.code))):
        words = f"{request.code} on {session.models.label(request.checkpoint)}"
        session.say = partial(_say, options.tell, words, done, len(wanted))
        session.say("")
        results[request] = session.evidence(request)
    return results


def _say(tell: Tell | None, words: str, done: int, total: int, more: str) -> None:
    if tell is not None:
        tell(f"{words}: {more}" if more else words, done, total)


@dataclass
class _Session:
    """Everything that one run shares."""

    models: Models
    fixtures: FixtureSet
    images: Path | None
    results: cache.EvidenceCache
    budget: Budget
    wanted: Sequence[EvidenceRequest]
    benches: dict[str, Bench] = field(default_factory=dict)
    say: Callable[[str], None] = lambda _words: None

    @classmethod
    def start(cls, options: VerifyOptions, wanted: Sequence[EvidenceRequest]) -> _Session:
        budget = Budget.of(options.budget, wanted, options.started)
        device = choose_device(options.device)
        is_hurried = options.budget is not None
        models = Models(
            device, options.is_offline, options.model, options.detector, options.processor, is_hurried
        )
        results = cache.EvidenceCache(options.cache_folder)
        fixtures = open_fixtures(options.fixtures, options.images)
        most = options.sample or (None if fixtures.is_drawn or fixtures.published else _USUAL_SAMPLE)
        if most is not None:
            fixtures = fixtures.sampled(most)
        return cls(models, fixtures, options.images, results, budget, wanted)

    def evidence(self, request: EvidenceRequest) -> Evidence:
        """Measure one request, or take the result from the cache."""
        probe = probe_for(request.code)
        if probe is None:
            return without_probe(request.code)
        try:
            found = self.models.found(request.checkpoint)
        except VerifyProblem as problem:
            return Evidence(
                request.code, probe.name, Verdict.NOT_RUN, device=self.models.device, note=str(problem)
            )
        name = cache.key(
            request,
            found.identity,
            probe.name,
            str(probe.version),
            self.fixtures.contents,
            self.models.detector_identity,
            self.models.device,
            self._own_images,
            str(self.budget.seconds),
            str(self.models.is_own(request.checkpoint)),
            _versions(),
        )
        if (known := self.results.get(name)) is not None:
            return known
        if self.budget.is_spent:
            note = f"the budget of {self.budget.seconds:g} s was spent before its turn"
            return Evidence(
                request.code, probe.name, Verdict.NOT_RUN, found.source, self.models.device, note=note
            )
        started = time.perf_counter()
        try:
            bench = self._bench(request)
            bench.missing.clear()
            with fitting_threads(bench.towers.module()):
                measured = probe.run(request, bench)
        except (VerifyProblem, RuntimeError) as error:
            # torch raises RuntimeError where memory or an operation is missing; the other findings are still measured.
            note = (
                str(error)
                if isinstance(error, VerifyProblem)
                else f"the measurement failed ({one_line(error)})"
            )
            return Evidence(
                request.code, probe.name, Verdict.NOT_RUN, found.source, self.models.device, note=note
            )
        evidence = self._assembled(request, probe, measured, bench, time.perf_counter() - started)
        # What lacks a companion is measured again: next time it may be there.
        if not bench.missing and not isinstance(bench.__dict__.get("detector"), VerifyProblem):
            self.results.put(name, evidence)
        return evidence

    @cached_property
    def _own_images(self) -> str:
        """The bytes of the user's own class folders."""
        if self.images is None:
            return ""
        files = sorted(path for path in self.images.glob("*/*") if path.is_file())
        return f"{[str(path.relative_to(self.images)) for path in files]} {digest_of(files)}"

    def _bench(self, request: EvidenceRequest) -> Bench:
        found = self.models.found(request.checkpoint)
        if found.identity not in self.benches:
            self.say("loading the model")
            started = time.monotonic()
            towers = self.models.towers(request.checkpoint)
            loading = time.monotonic() - started
            seconds, seconds_a_text = speed(towers, self.fixtures.images[:2])
            most = self.budget.cases(seconds, MOST)
            own = [each for each in self.wanted if self.models.is_for(found, each.checkpoint)]
            self.benches[found.identity] = Bench(
                towers,
                self.fixtures,
                self.models.detector,
                partial(self._reload, found),
                self.models.image_encoder,
                self.images,
                is_slow=seconds > SLOW,
                pace=seconds,
                text_pace=seconds_a_text,
                is_hurried=most < MOST,
                loading=loading,
                expected=most * passes(own),
                afford=self.budget.afford,
                most=most,
            )
        bench = self.benches[found.identity]
        bench.tell = self.say
        return bench

    def _reload(self, found: Found) -> None:
        """Load a model once more, after the first was given up: two of them may be more than fits into memory."""
        bench = self.benches[found.identity]
        del bench.towers
        with torch.inference_mode(mode=False):  # weights that are made in it could never be differentiated
            bench.towers = self.models.reloaded(found)

    def _doubt(self, code: str, other: str, rounding: Rounding | None = None) -> str:
        """Why a measurement without harm does not clear a finding; nothing where it does."""
        if other:
            return f"{other} may differ"
        if rounding is not None:
            return "float32 may differ"
        if code in IDENTITIES:
            return "the harm is arithmetic"
        if code in TIMED:
            return "another machine may differ"
        if self.fixtures.is_drawn and code not in WHATEVER_IMAGES:
            return "photographs may differ from drawn scenes (--fixtures measures on your own)"
        return ""

    def _in_place_of(self, request: EvidenceRequest, bench: Bench) -> str:
        """What the code loads, where another model was measured for it: the bundled one, or the one of ``--model``."""
        asked = request.checkpoint
        if bench.towers.name == STAND_IN:
            return "the code's own model" if asked is None or asked.name is None else str(asked)
        return "" if self.models.is_own(asked) else str(asked)

    def _assembled(
        self, request: EvidenceRequest, probe: Probe, measured: Measurement, bench: Bench, seconds: float
    ) -> Evidence:
        other = self._in_place_of(request, bench)
        is_harmless = measured.verdict is Verdict.HARMLESS
        rounding = bench.towers.rounding
        doubt = self._doubt(request.code, other, rounding) if is_harmless else ""
        notes = (
            measured.note,
            str(rounding or ""),
            f"{doubt}, so the finding stands" if doubt else "",
        )
        interval = measured.interval
        return Evidence(
            request.code,
            probe.name,
            measured.verdict,
            bench.towers.name,
            bench.towers.device,
            self.fixtures.name,
            measured.n,
            measured.metric,
            None if interval is None else interval.value,
            None if interval is None else interval.low,
            None if interval is None else interval.high,
            measured.chance,
            measured.alternative,
            measured.alternative_name,
            seconds,
            "; ".join(note for note in notes if note),
            tuple(measured.extra.items()),
            measured.exhibits,
            other,
            is_harmless and not doubt,
            self.models.found(request.checkpoint).revision,
        )


def _versions() -> str:
    return f"torch {torch.__version__} transformers {transformers.__version__}"
