"""Which rules there are: every module in the packages beside this file that declares a check.

A new rule is a module and a card of the same name; there is no list to keep.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from clip_lint.checks.rule import FactsCheck, PromptCheck

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from types import ModuleType

    from clip_lint.core.cards import Rule

AnyCheck = TypeVar("AnyCheck", FactsCheck, PromptCheck)


class DeclarationError(TypeError):
    """Rules that are not declared as they should be; the message names the modules."""


@cache
def facts_checks() -> tuple[FactsCheck, ...]:
    """Every check on facts, in the order of the codes."""
    return _sorted(modules(), FactsCheck)


@cache
def prompt_checks() -> tuple[PromptCheck, ...]:
    """Every check on prompt sets, in the order of the codes; a query loads no other rule."""
    package = import_module(f"{__name__.rpartition('.')[0]}.prompts")
    return _sorted(by_code(_modules_of(package)), PromptCheck)


@cache
def modules() -> Mapping[str, ModuleType]:
    """The modules that declare a check, by code; DeclarationError where two declare the same or one declares two."""
    return by_code(_below(import_module(__name__.rpartition(".")[0])))


def by_code(found: Iterator[ModuleType]) -> Mapping[str, ModuleType]:
    """The modules among those found that declare a check, by its code."""
    known: dict[str, ModuleType] = {}
    for module in found:
        declared = _declared(module)
        if len(declared) > 1:
            codes = " and ".join(check.code for check in declared)
            raise DeclarationError(f"{module.__name__} declares {codes}: write one rule a module")
        for check in declared:
            if isinstance(check, PromptCheck) and ".prompts." not in module.__name__:
                raise DeclarationError(
                    f"{module.__name__} declares a check of prompts: it belongs to checks/prompts/"
                )
            if check.code in known:
                raise DeclarationError(
                    f"{check.code} is declared in {known[check.code].__name__} and in {module.__name__}"
                )
            known[check.code] = module
    return known


def unpaired(
    cards: Mapping[str, Rule], declared: Mapping[str, ModuleType], elsewhere: Collection[str] = ()
) -> list[str]:
    """What keeps cards and modules from being pairs, a sentence each; ``elsewhere``: codes that are reported without a check."""
    wrong = []
    for code, module in declared.items():
        if code not in cards:
            wrong.append(f"{module.__name__} declares {code}, which has no card in rules/")
        elif (name := cards[code].name.replace("-", "_")) != module.__name__.rpartition(".")[2]:
            wrong.append(
                f"{module.__name__} declares {code}: its card is {cards[code].card}, so call it {name}.py"
            )
    for code, card in cards.items():
        if code not in declared and code not in elsewhere:
            wrong.append(f"{card.card} has no check: no module declares {code}")
    return wrong


def _below(package: ModuleType) -> Iterator[ModuleType]:
    """The modules of the packages inside a package; from a folder or a zip file alike."""
    for family in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if family.ispkg:
            yield from _modules_of(import_module(family.name))


def _modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield import_module(module.name)


def _declared(module: ModuleType) -> list[FactsCheck | PromptCheck]:
    return [value for value in vars(module).values() if isinstance(value, (FactsCheck, PromptCheck))]


def _sorted(found: Mapping[str, ModuleType], kind: type[AnyCheck]) -> tuple[AnyCheck, ...]:
    checks = (check for module in found.values() for check in _declared(module) if isinstance(check, kind))
    return tuple(sorted(checks, key=lambda check: check.code))
