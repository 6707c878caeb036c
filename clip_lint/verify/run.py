"""Requests become Evidence: each is measured once, on a model that is loaded once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
import transformers

from clip_lint.core.evidence import IDENTITIES, Evidence, Verdict
from clip_lint.verify import cache
from clip_lint.verify.fixtures import load_fixtures
from clip_lint.verify.loading import STAND_IN, Models, choose_device, open_towers
from clip_lint.verify.measuring import Bench
from clip_lint.verify.probes.contrast import ContrastProbe
from clip_lint.verify.probes.fine_grained import FineGrainedProbe
from clip_lint.verify.probes.inputs import InputsProbe
from clip_lint.verify.probes.running import RunningProbe
from clip_lint.verify.probes.scores import ScoresProbe
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.threads import fitting_threads
from clip_lint.verify.transformers_towers import one_line
from clip_lint.verify.unmeasured import without_probe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Protocol

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.fixtures import FixtureSet
    from clip_lint.verify.measuring import Measurement
    from clip_lint.verify.options import VerifyOptions

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
    session = _Session.start(options)
    if options.model is not None:
        session.models.towers(None)
    results: dict[EvidenceRequest, Evidence] = {}
    for done, request in enumerate(wanted):
        if options.tell is not None:
            options.tell(f"{request.code} on {session.models.label(request.checkpoint)}", done, len(wanted))
        results[request] = session.evidence(request)
    return results


@dataclass
class _Session:
    """Everything that one run shares."""

    models: Models
    fixtures: FixtureSet
    images: Path | None
    results: cache.EvidenceCache
    benches: dict[str, Bench]

    @classmethod
    def start(cls, options: VerifyOptions) -> _Session:
        device = choose_device(options.device)
        models = Models(device, options.is_offline, options.model, options.detector, options.processor)
        results = cache.EvidenceCache(options.cache_folder)
        return cls(models, load_fixtures(options.fixtures), options.images, results, {})

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
            self.fixtures.digest,
            self.models.detector_spec,
            self.models.device,
            str(self.images),
            str(self.models.is_own(request.checkpoint)),
            _versions(),
        )
        if (known := self.results.get(name)) is not None:
            return known
        started = time.perf_counter()
        try:
            bench = self._bench(request)
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
        self.results.put(name, evidence)
        return evidence

    def _bench(self, request: EvidenceRequest) -> Bench:
        found = self.models.found(request.checkpoint)
        if found.identity not in self.benches:
            self.benches[found.identity] = Bench(
                self.models.towers(request.checkpoint),
                self.fixtures,
                self.models.detector,
                partial(open_towers, found, self.models.device),
                self.models.image_encoder,
                self.images,
            )
        return self.benches[found.identity]

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
        is_refuted = measured.verdict is Verdict.REFUTED
        clears = is_refuted and not other and request.code not in IDENTITIES
        notes = (
            measured.note,
            f"{other} may differ, so the finding stands" if is_refuted and other else "",
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
            clears,
            self.models.found(request.checkpoint).revision,
        )


def _versions() -> str:
    return f"torch {torch.__version__} transformers {transformers.__version__}"
