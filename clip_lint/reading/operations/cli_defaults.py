"""What a user may set, and what holds until then: command lines, settings, fields of pages.

Only defaults that are prompts (several words, or lists of labels) or paths of label files are followed: which checkpoint is meant
stays open where the user may name another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.lattice import element, join
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.operations.files import yaml_file
from clip_lint.reading.values import (
    UNKNOWN,
    CommandLine,
    Const,
    Dict,
    Function,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.reading.interpreter.state import Run

_FILES = (".txt", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".tsv")
_OPTION = "command-line option"
_NUMBER = re.compile(r"\s*-?\d*\.?\d+\s*")
_MODEL_SETTING = re.compile(
    r"model|arch|backbone|weights|pretrain|checkpoint|ckpt|clip|encoder|tokenizer|processor", re.IGNORECASE
)
"""Options whose values are the names of models, weights and what goes with them."""
_ENVIRONMENT = {"os.getenv", "os.environ.get", "environ.get"}


def default_of(value: Value, name: str) -> Value:
    """A setting that holds ``value`` until a user says otherwise; unknown where the default tells nothing about prompts."""
    kept = [option for option in options(value) if is_prompt(option)]
    unknown = Unknown(name, is_parameter=True)
    return join(kept[0], unknown) if len(kept) == 1 else OneOf((*kept, unknown)) if kept else unknown


def setting_of(run: Run, value: Value, name: str) -> Value:
    """As `default_of`, for settings whose numbers, and names of models and weights, are followed too."""
    kept = tuple(
        option
        for option in options(value)
        if _is_number(option) or _names_model(run, option, name) or _is_written_number(option)
    )
    return OneOf((*kept, Unknown(name, is_parameter=True))) if kept else default_of(value, name)


def _is_number(value: Value) -> bool:
    return (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    )


def _is_written_number(value: Value) -> bool:
    return isinstance(value, Text) and bool(_NUMBER.fullmatch(value.text))


def _names_model(run: Run, value: Value, name: str) -> bool:
    """Whether a setting is a model's name, by what the setting is called or by the name itself."""
    return (
        isinstance(value, Text)
        and not value.is_holed
        and (bool(_MODEL_SETTING.search(name)) or run.libraries.related(value.text) is not None)
    )


def is_prompt(value: Value) -> bool:
    """Whether a setting is a text of several words, the path of a label file or a list of labels."""
    if isinstance(value, Text):
        return not value.is_holed and (" " in value.text.strip() or value.text.endswith(_FILES))
    return (
        isinstance(value, Seq)
        and bool(value.items)
        and all(isinstance(item, Text) and "/" not in item.text for item in value.items)
    )


def call_setting(run: Run, path: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A call of the standard library that makes a parser, a field or a setting; None for any other."""
    if path == "argparse.ArgumentParser":
        return _parser(run, node)
    if path in _ENVIRONMENT:
        name = text_of(_argument(arguments, 0, "key")) or ""
        return setting_of(run, _argument(arguments, 1, "default"), name)
    if path in {"types.SimpleNamespace", "argparse.Namespace"}:
        return _namespace(arguments, UNKNOWN)
    if path == "dataclasses.field":
        return _field_of_class(run, arguments, node)
    return None


def op_command_line(run: Run, call: Call) -> Value:
    """A parser of command lines."""
    return _parser(run, call.node)


def op_setting(_run: Run, call: Call) -> Value:
    """A default until a user says otherwise."""
    first = call.value("default")
    return first if call.spec.get("keeps_numbers") and isinstance(first, Const) else default_of(first, "")


def op_option(run: Run, call: Call) -> Value:
    """A decorator that sets a parameter's default."""
    return _option(run, call.arguments)


def op_configuration(run: Run, call: Call) -> Value:
    """A decorator: the first parameter is what stands in a YAML file."""
    folder, name = text_of(call.value("folder")) or ".", text_of(call.value("file"))
    if name is None:
        return Dict((), name=_OPTION)
    file = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    known = yaml_file(run, Text(f"{folder}/{file}".removeprefix("./")), call.node)
    return Dict(((Text(""), known if known is not None else UNKNOWN),), name=_OPTION)


def op_namespace(_run: Run, call: Call) -> Value:
    """A mapping whose entries are attributes."""
    return _namespace(call.arguments, call.value("entries"), given="entries" in call)


def op_class_field(run: Run, call: Call) -> Value:
    """The default of a class's field."""
    return _field_of_class(run, call.arguments, call.node)


def op_text_field(_run: Run, call: Call) -> Value:
    """What a user writes into a field of a page."""
    return default_of(call.value("value"), _called(call))


def op_chosen(_run: Run, call: Call) -> Value:
    """What a user chooses on a page."""
    chosen = call.value("options")
    if not is_prompt(chosen):
        return Unknown(_called(call))
    return chosen if call.spec.get("many") else element(chosen)


def _called(call: Call) -> str:
    function = call.node.func
    return function.attr if isinstance(function, nodes.Attribute) else ""


def _parser(run: Run, node: nodes.Call) -> CommandLine:
    run.interface.command_lines.setdefault(id(node), {})
    run.memory.kept.append(node)
    return CommandLine(id(node))


def _namespace(arguments: Arguments, first: Value, *, given: bool = False) -> Dict:
    named = tuple(
        (Text(key), each.value)
        for key, each in arguments.keywords.items()
        if key != "**" and not (given and not arguments.positional and each.value is first)
    )
    return Dict((*(first.entries if isinstance(first, Dict) else ()), *named), not arguments.has_more)


def _field_of_class(run: Run, arguments: Arguments, node: nodes.Call) -> Value:
    """``field(default=...)`` or ``field(default_factory=...)`` in the body of a class."""
    if "default_factory" in arguments.keywords:
        factory = arguments.keywords["default_factory"].value
        return run.call(factory, Arguments([], {}), node) if isinstance(factory, Function) else UNKNOWN
    value = _argument(arguments, 0, "default")
    return value if isinstance(value, (Text, Seq, Dict)) or _is_number(value) else UNKNOWN


def _argument(arguments: Arguments, position: int, keyword: str) -> Value:
    if keyword in arguments.keywords:
        return arguments.keywords[keyword].value
    return arguments.positional[position].value if position < len(arguments.positional) else UNKNOWN


def command_line_method(run: Run, line: CommandLine, name: str, arguments: Arguments) -> Value:
    """A method of a parser or of what it parsed."""
    settings = run.interface.command_lines.setdefault(line.key, {})
    if name == "add_argument":
        names = [text for argument in arguments.positional if (text := text_of(argument.value))]
        target = _target(arguments, names)
        if target and "default" in arguments.keywords:
            settings[target] = setting_of(run, arguments.keywords["default"].value, target)
    elif name == "set_defaults":
        settings.update((key, setting_of(run, each.value, key)) for key, each in arguments.keywords.items())
    elif name in {"parse_args", "parse_intermixed_args"}:
        return CommandLine(line.key, is_parsed=True)
    elif name == "parse_known_args":
        return Seq((CommandLine(line.key, is_parsed=True), UNKNOWN), "tuple")
    elif name in {"add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"}:
        return line
    return UNKNOWN


def _target(arguments: Arguments, names: Sequence[str]) -> str:
    """The attribute that an option is stored under."""
    if "dest" in arguments.keywords:
        return text_of(arguments.keywords["dest"].value) or ""
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    return long.lstrip("-").replace("-", "_")


def command_line_field(run: Run, line: CommandLine, name: str) -> Value:
    """An option's value; a plain unknown where nothing but the user tells it."""
    return run.interface.command_lines.get(line.key, {}).get(name, Unknown(name, source="argparse"))


def _option(run: Run, arguments: Arguments) -> Dict:
    """What ``@click.option`` sets: the parameter's name and its default, empty where that tells nothing."""
    names = [text for each in arguments.positional if (text := text_of(each.value))]
    target = next((name for name in names if name.isidentifier()), "") or _target(arguments, names)
    if not target or "default" not in arguments.keywords:
        return Dict((), name=_OPTION)
    return Dict(((Text(target), setting_of(run, arguments.keywords["default"].value, target)),), name=_OPTION)


def decorated_defaults(decorators: Iterable[Value]) -> Iterable[tuple[str, Value]]:
    """The defaults that options written as decorators give to a function's parameters; an empty name is the first one's."""
    for value in decorators:
        if isinstance(value, Dict) and value.name == _OPTION:
            for key, default in value.entries:
                if isinstance(key, Text):
                    yield key.text, default
