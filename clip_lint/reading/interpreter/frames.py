"""What is known of a running module body or function."""

from __future__ import annotations

from dataclasses import dataclass, field

from clip_lint.reading.scope import NOTHING, Scope, State
from clip_lint.reading.values import Class, Site, Tristate, Value


@dataclass
class Frame:
    """One activation of a module body or function."""

    scope: Scope
    function: str = ""
    owner: Class | None = None
    receiver: Value | None = None
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    grads_at_yields: list[Tristate] = field(default_factory=list)
    breaks: list[list[State]] = field(default_factory=list)
    grad: Tristate = Tristate.YES
    is_under: bool = False
    """Whoever calls has gradients off."""
    thread: Site | None = None
    """Where another thread was given the call, by code that has gradients off for its own thread."""
    handler: str = ""
    is_cached: bool = False
    entry: str = ""
    lazy: int = 0
    """How many tests for something's absence ("not loaded yet") enclose the running statement."""
    asked: int = 0
    """How many tests for what a person does enclose the running statement."""
    answered: int = 0
    """How many handlers that tell whoever asks what was wrong with it enclose the running statement."""
    autocast: bool = False
    control: frozenset[int] = NOTHING
    sorted_out: frozenset[int] = NOTHING
    """Of the loops in ``control``, those whose rounds are let through for how much there is, whatever kind they are of."""
    """The loops whose round the conditions around the running statement depend on."""
    called_at: Site | None = None
    loops_around: int = 0
    """How many loops of the callers the activation runs in."""
    shared: set[str] = field(default_factory=set)
    """Names that functions defined in this one rebind (``nonlocal``): any call may change them."""
