"""What a user may set, and what holds until then: argparse, click, typer and streamlit defaults.

Only defaults that are prompts (several words, or lists of labels) or paths of label files are followed: which checkpoint is meant
stays open where the user may name another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.lattice import element, join
from clip_lint.reading.operations.call import text_of
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

_FILES = (".txt", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".tsv")
_PARSERS = {"argparse.ArgumentParser", "configargparse.ArgumentParser", "configargparse.ArgParser"}
_OPTIONS = {"click.option", "rich_click.option", "asyncclick.option"}
_OPTION = "command-line option"
_NUMBER = re.compile(r"\s*-?\d*\.?\d+\s*")
_MODEL_SETTING = re.compile(
    r"model|arch|backbone|weights|pretrain|checkpoint|ckpt|clip|encoder|tokenizer|processor", re.IGNORECASE
)
"""Options whose values are the names of models, weights and what goes with them."""
_ENVIRONMENT = {"os.getenv", "os.environ.get", "environ.get"}
_NAMESPACES = {
    "types.SimpleNamespace",
    "argparse.Namespace",
    "easydict.EasyDict",
    "ml_collections.ConfigDict",
    "omegaconf.OmegaConf.create",
    "omegaconf.DictConfig",
    "munch.Munch",
    "box.Box",
    "addict.Dict",
}
_FIELDS_OF_CLASSES = {
    "dataclasses.field",
    "pydantic.Field",
    "pydantic.fields.Field",
    "sqlmodel.Field",
    "attrs.field",
    "attr.ib",
}
_REQUEST_FIELDS = {f"fastapi.{name}" for name in ("Query", "Form", "Body", "Header", "Cookie")}
_FIELDS = {"text_input": 1, "text_area": 1}
"""Streamlit's text fields, and at which argument their first text stands."""
_CHOICES = {"selectbox": 1, "radio": 1, "select_slider": 1, "pills": 1, "segmented_control": 1}
_MANY = {"multiselect": 1}


def default_of(value: Value, name: str) -> Value:
    """A setting that holds ``value`` until a user says otherwise; unknown where the default tells nothing about prompts."""
    kept = [option for option in options(value) if is_prompt(option)]
    unknown = Unknown(name, is_parameter=True)
    return join(kept[0], unknown) if len(kept) == 1 else OneOf((*kept, unknown)) if kept else unknown


def setting_of(value: Value, name: str) -> Value:
    """As `default_of`, for settings whose numbers, and names of models and weights, are followed too."""
    kept = tuple(
        option
        for option in options(value)
        if _is_number(option) or _names_model(option, name) or _is_written_number(option)
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


def _names_model(value: Value, name: str) -> bool:
    return isinstance(value, Text) and not value.is_holed and bool(_MODEL_SETTING.search(name))


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
    """A call that makes a parser or a field; None for any other."""
    root, _, name = path.partition(".")
    if path in _PARSERS:
        run.interface.command_lines.setdefault(id(node), {})
        run.memory.kept.append(node)
        return CommandLine(id(node))
    if path in {"typer.Option", "typer.Argument"}:
        first = _argument(arguments, 0, "default")
        return default_of(first, "") if not isinstance(first, Const) else first
    if path in _OPTIONS:
        return _option(arguments)
    if path == "hydra.main":
        return _configuration(run, arguments, node)
    if path in _ENVIRONMENT:
        name = text_of(_argument(arguments, 0, "key")) or ""
        return setting_of(_argument(arguments, 1, "default"), name)
    if path in _NAMESPACES:
        named = tuple((Text(key), each.value) for key, each in arguments.keywords.items() if key != "**")
        first = _argument(arguments, 0, "d")
        return Dict((*(first.entries if isinstance(first, Dict) else ()), *named), not arguments.has_more)
    if path in _FIELDS_OF_CLASSES:
        return _field_of_class(run, arguments, node)
    if path in _REQUEST_FIELDS:
        return default_of(_argument(arguments, 0, "default"), "")
    if root == "streamlit":
        return _field(name.rpartition(".")[2], arguments)
    return None


def _configuration(run: Run, arguments: Arguments, node: nodes.Call) -> Dict:
    """``@hydra.main(...)``: the first parameter is what stands in a YAML file."""
    folder = text_of(_argument(arguments, 0, "config_path")) or "."
    name = text_of(_argument(arguments, 1, "config_name"))
    if name is None:
        return Dict((), name=_OPTION)
    file = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    known = yaml_file(run, Text(f"{folder}/{file}".removeprefix("./")), node)
    return Dict(((Text(""), known if known is not None else UNKNOWN),), name=_OPTION)


def _field_of_class(run: Run, arguments: Arguments, node: nodes.Call) -> Value:
    """``field(default=...)`` or ``field(default_factory=...)`` in the body of a dataclass or of a pydantic model."""
    if "default_factory" in arguments.keywords:
        factory = arguments.keywords["default_factory"].value
        return run.call(factory, Arguments([], {}), node) if isinstance(factory, Function) else UNKNOWN
    value = _argument(arguments, 0, "default")
    return value if isinstance(value, (Text, Seq, Dict)) or _is_number(value) else UNKNOWN


def _field(name: str, arguments: Arguments) -> Value | None:
    if name in _FIELDS:
        return default_of(_argument(arguments, _FIELDS[name], "value"), name)
    if name in _CHOICES:
        chosen = _argument(arguments, _CHOICES[name], "options")
        return element(chosen) if is_prompt(chosen) else None
    if name in _MANY:
        chosen = _argument(arguments, _MANY[name], "options")
        return chosen if is_prompt(chosen) else None
    return None


def field_method(name: str, arguments: Arguments) -> Value | None:
    """A field made by a method of something unknown (``st.sidebar``, a column): as that of streamlit itself."""
    return _field(name, arguments)


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
            settings[target] = setting_of(arguments.keywords["default"].value, target)
    elif name == "set_defaults":
        settings.update((key, setting_of(each.value, key)) for key, each in arguments.keywords.items())
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
    return run.interface.command_lines.get(line.key, {}).get(name, Unknown(name))


def _option(arguments: Arguments) -> Dict:
    """What ``@click.option`` sets: the parameter's name and its default, empty where that tells nothing."""
    names = [text for each in arguments.positional if (text := text_of(each.value))]
    target = next((name for name in names if name.isidentifier()), "") or _target(arguments, names)
    if not target or "default" not in arguments.keywords:
        return Dict((), name=_OPTION)
    return Dict(((Text(target), setting_of(arguments.keywords["default"].value, target)),), name=_OPTION)


def decorated_defaults(decorators: Iterable[Value]) -> Iterable[tuple[str, Value]]:
    """The defaults that options written as decorators give to a function's parameters; an empty name is the first one's."""
    for value in decorators:
        if isinstance(value, Dict) and value.name == _OPTION:
            for key, default in value.entries:
                if isinstance(key, Text):
                    yield key.text, default
