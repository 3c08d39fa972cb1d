"""Renders ``docs/reference/`` from the one home that each setting, metric, error, topic and command has.

python -m docs.render            write the pages (``make reference``)
python -m docs.render --check    fail if one of them is not current

It stands outside the package because it looks into every floor of it, and is of use only in a checkout.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias

from prometheus_client.metrics import MetricWrapperBase
from pydantic.fields import FieldInfo

from factwire import errors
from factwire.cli.configuration import all_models
from factwire.cli.main import COMMANDS, Entry, load_command
from factwire.events.topics import TOPICS, Topic
from factwire.gateway.routes import PROBLEMS
from factwire.runtime import metrics
from factwire.runtime.settings import Settings, variable
from factwire.runtime.web.problems import ProblemType
from factwire.streaming.provision import topic_config

Row: TypeAlias = tuple[str, ...]
PACKAGE: Final = Path(errors.__file__).parent
FOLDER: Final = Path(__file__).parent / "reference"
NOTE: Final = "<!-- Rendered by `make reference`; edit its source instead. -->"
KINDS: Final = {"boolean": "`true`, `false`", "password": "string, kept secret"}
BOUNDS: Final = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most"}
SERVICES: Final = ("gateway", "enricher", "sink", "console")


class Undescribed(Exception):
    """A name without words for it."""


def render() -> Mapping[str, str]:
    """Every page by its file name."""
    return {
        "settings.md": settings_page(all_models()),
        "metrics.md": metrics_page(metrics),
        "errors.md": errors_page(PROBLEMS),
        "topics.md": topics_page(TOPICS),
        "commands.md": commands_page(COMMANDS),
    }


def stale(folder: Path = FOLDER) -> Iterator[str]:
    """Pages that do not say what the code says."""
    for name, page in render().items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != page:
            yield f"docs/reference/{name} is not current: run make reference"


# -- settings


def settings_page(models: Sequence[type[Settings]]) -> str:
    """One section for each class that declares settings, those that several services share first."""
    lines = _head(
        "Settings",
        "Environment variables, or lines of a file `.env` in the working directory. A wrong, missing or unknown one "
        "stops the start with a message that names it; `factwire doctor` prints what is in force. `OTEL_*` variables "
        "mean what OpenTelemetry says; without `OTEL_EXPORTER_OTLP_ENDPOINT` no trace is sent.",
    )
    for owner in dict.fromkeys(base for model in models for base in reversed(_lineage(model))):
        rows = [_setting(owner, name) for name in owner.__annotations__ if name in owner.model_fields]
        if rows:
            lines += [f"## {owner.__name__.removesuffix('Settings')}", "", inspect.getdoc(owner) or "", ""]
            lines += [f"Read by {', '.join(_readers(owner, models))}.", ""]
            lines += [*_table(("Variable", "Value", "Default", "Meaning"), rows), ""]
    return _page(lines)


def _lineage(model: type[Settings]) -> list[type[Settings]]:
    return [base for base in model.__mro__ if issubclass(base, Settings) and base is not Settings]


def _readers(owner: type[Settings], models: Sequence[type[Settings]]) -> list[str]:
    named = {model.__name__.removesuffix("Settings").lower(): model for model in models}
    return [name for name in SERVICES if name in named and issubclass(named[name], owner)]


def _setting(owner: type[Settings], name: str) -> Row:
    field = owner.model_fields[name]
    meaning = _described(variable(name), field.description)
    schema = owner.model_json_schema()["properties"][name]
    return f"`{variable(name)}`", _value(schema), _default(field), meaning


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default in {None, ""}:
        return ""
    return f"`{str(field.default).lower() if field.annotation is bool else field.default}`"


def _value(schema: Mapping[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "anyOf" in schema:
        return " or ".join(_value(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kind = str(schema.get("format", schema["type"]))
    bounds = [f"{words} {float(schema[bound]):.15g}" for bound, words in BOUNDS.items() if bound in schema]
    return ", ".join([KINDS.get(kind, kind), *bounds])


# -- metrics


def metrics_page(home: ModuleType) -> str:
    """Every metric of a module in its order, and what dead letters are counted by."""
    rows = [_metric(metric) for metric in vars(home).values() if isinstance(metric, MetricWrapperBase)]
    reasons = [(f"`{reason}`", meaning) for reason, meaning in metrics.DEAD_REASONS.items()]
    return _page(
        [
            *_head(
                "Metrics",
                "At `/metrics` of every service, for Prometheus. Labels are closed sets: never a source, an entity or "
                "an article. A histogram `x` is exposed as `x_bucket`, `x_sum` and `x_count`. What to do when one of "
                "them looks bad: [operations.md](../operations.md).",
            ),
            *_table(("Name", "Kind", "Labels", "Meaning"), rows),
            "",
            "## Why a record died",
            "",
            "The label `reason` of `factwire_dead_letters_total`, and the header `__connect.errors.stage` of the "
            "dead letter.",
            "",
            *_table(("Reason", "Meaning"), reasons),
        ]
    )


def _metric(metric: MetricWrapperBase) -> Row:
    kind = str(metric._type)
    suffix = {"counter": "_total", "info": "_info"}.get(kind, "")
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)
    return f"`{metric._name}{suffix}`", kind, labels, _described(metric._name, metric._documentation)


# -- errors


def errors_page(problems: Sequence[ProblemType]) -> str:
    """Exit codes, the tree of errors, and what the HTTP interfaces answer."""
    tree = [
        (f"`{kind.__name__}`", f"`{kind.__mro__[1].__name__}`", str(kind.exit_code), meaning)
        for kind, meaning in _error_tree()
    ]
    answers = [(f"`{p.code}`", str(p.status), p.title, p.remedy) for p in problems]
    return _page(
        [
            *_head("Errors", "Every message says what happened, where, and what to do next."),
            "## Exit codes",
            "",
            *_table(("Code", "Meaning"), [("0", "Done."), *_exit_codes()]),
            "",
            "## Kinds",
            "",
            "Named by what the caller must do. A service or command that ends on one has its exit code.",
            "",
            *_table(("Error", "Is a", "Exit code", "Meaning"), tree),
            "",
            "## Over HTTP",
            "",
            "`application/problem+json` (RFC 9457); `type` is `/docs#` and the code.",
            "",
            *_table(("Code", "Status", "Title", "What to do"), answers),
        ]
    )


def _error_tree() -> Iterator[tuple[type[errors.FactwireError], str]]:
    for kind in vars(errors).values():
        if inspect.isclass(kind) and issubclass(kind, errors.FactwireError):
            yield kind, _described(kind.__name__, kind.__doc__)


def _exit_codes() -> Iterator[tuple[str, str]]:
    for constant, words in pairwise(ast.parse(inspect.getsource(errors)).body):
        if isinstance(constant, ast.AnnAssign) and ast.unparse(constant.target).startswith("EXIT_"):
            name = ast.unparse(constant.target)
            said = isinstance(words, ast.Expr) and isinstance(words.value, ast.Constant) and words.value.value
            yield str(getattr(errors, name)), _described(name, str(said or ""))


# -- topics


def topics_page(topics: Sequence[Topic]) -> str:
    rows = [(f"`{t.name}`", _described(t.name, t.purpose), _kept(t), _settings_of(t)) for t in topics]
    return _page(
        [
            *_head(
                "Topics",
                "Made and corrected by `factwire topics apply`, checked by every service at its start. Key: the "
                "article's id in UTF-8, partitioned by murmur2. Headers: CloudEvents 1.0, binary mode. The values' "
                "schemas and `asyncapi.yaml` are in [schemas/](../../schemas/).",
            ),
            *_table(("Topic", "What", "Kept", "Topic settings"), rows),
        ]
    )


def _kept(topic: Topic) -> str:
    return "the last of each key, for ever" if topic.kept is None else f"{topic.kept.days} days"


def _settings_of(topic: Topic) -> str:
    return ", ".join(f"`{name}={value}`" for name, value in topic_config(topic).items())


# -- commands


def commands_page(commands: Mapping[str, Entry]) -> str:
    """Every command with its arguments and options; of a group, every one in it."""
    lines = _head(
        "Commands",
        "Results go to stdout, everything else to stderr. [Exit codes](errors.md#exit-codes). Services read their "
        "[settings](settings.md) from the environment.",
    )
    for name, entry in commands.items():
        command = load_command(name, entry)
        for path, one in _flat(f"factwire {name}", command):
            lines += _command(path, one)
    return _page(lines)


def _flat(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner:
        yield path, command
    for name, one in inner.items():
        yield from _flat(f"{path} {name}", one)


def _command(path: str, command: Any) -> list[str]:
    words, _, example = _described(path, f"{command.help or ''}\n{command.epilog or ''}", keep=True).partition(
        "Example:"
    )
    lines = [f"## `{path}`", "", " ".join(words.split()), ""]
    if example:
        lines += ["```sh", " ".join(example.split()), "```", ""]
    rows = [_parameter(path, parameter) for parameter in command.params]
    return [*lines, *_table(("Option", "Default", "Meaning"), rows), ""] if rows else lines


def _parameter(path: str, parameter: Any) -> Row:
    argument = parameter.param_type_name == "argument"
    name = parameter.name.upper() if argument else ", ".join((*parameter.opts, *parameter.secondary_opts))
    default = "required" if parameter.required else _default_of(parameter)
    return f"`{name}`", default, _described(f"{path} {name}", parameter.help)


def _default_of(parameter: Any) -> str:
    """A file of ours is shown from the package on: where that is differs from machine to machine."""
    default = parameter.default
    if parameter.secondary_opts:
        default = (parameter.opts if default else parameter.secondary_opts)[0]
    if isinstance(default, Path) and default.is_relative_to(PACKAGE.parent):
        default = default.relative_to(PACKAGE.parent)
    return "" if default is None or default is False or default == "" else f"`{default}`"


# -- Markdown


def _described(name: str, words: str | None, *, keep: bool = False) -> str:
    """Words on one line. Raises :class:`Undescribed` if there are none."""
    if not words or not words.strip():
        raise Undescribed(f"{name} has no description; say what it is where it is defined")
    return words if keep else " ".join(words.split())


def _head(title: str, about: str) -> list[str]:
    return [f"# {title}", "", NOTE, "", about, ""]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: Sequence[str], tell: Callable[[str], Any] = sys.stderr.write) -> int:
    """Writes or checks; the exit code."""
    if "--check" in arguments:
        faults = list(stale())
        tell("".join(f"{fault}\n" for fault in faults))
        return bool(faults)
    FOLDER.mkdir(exist_ok=True)
    for name, page in render().items():
        (FOLDER / name).write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
