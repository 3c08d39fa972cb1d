"""``/docs``: the HTTP interface on one plain page, made from its own OpenAPI document and the table of problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import orjson
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from factwire.runtime.web.problems import ProblemDocument, ProblemType

CACHED: Final = {"cache-control": "max-age=300"}
STYLESHEET: Final = "/assets/factwire.css"
PROBE_TAG: Final = "Operations"
METHODS: Final = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as the page shows it."""

    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Field, ...]
    bodies: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    example: str | None

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path}".lower().replace("/", "-").replace("{", "").replace("}", "")


def with_code(text: str) -> Markup:
    """Text with `names` between backticks, as our docstrings have them, in HTML."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


def templates(package: str) -> Environment:
    """Pages of ``package`` and the frame that all pages share; every value is escaped, every missing name an error."""
    loader = ChoiceLoader([PackageLoader(package, "pages"), PackageLoader("factwire.runtime.web", "pages")])
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["with_code"] = with_code
    return environment


def add_reference(app: FastAPI, problems: Sequence[ProblemType], schemas: Mapping[str, Any]) -> None:
    """Adds ``/docs``, ``/openapi.json`` and the stylesheet; ``schemas`` are components that routes refer to by name."""
    _complete_openapi(app, schemas)
    page = templates("factwire.runtime.web").get_template("reference.html")
    assets = files("factwire.runtime.web").joinpath("pages")
    style, icon = assets.joinpath("factwire.css").read_bytes(), assets.joinpath("icon.svg").read_bytes()

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        document = app.openapi()
        shown = page.render(
            info=document["info"], operations=tuple(operations(document)), problems=problems, models=models(document)
        )
        return HTMLResponse(shown)

    @app.get(STYLESHEET, include_in_schema=False)
    async def stylesheet() -> Response:
        return Response(style, media_type="text/css", headers=CACHED)

    @app.get("/assets/icon.svg", include_in_schema=False)
    async def favicon() -> Response:
        return Response(icon, media_type="image/svg+xml", headers=CACHED)


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of an OpenAPI document in its order, the probes after what people come for."""
    found = [
        (method, path, item[method]) for path, item in document["paths"].items() for method in METHODS if method in item
    ]
    for method, path, item in sorted(found, key=lambda one: PROBE_TAG in one[2].get("tags", ())):
        yield _operation(method, path, item)


def models(document: Mapping[str, Any]) -> dict[str, tuple[Field, ...]]:
    """The component schemas as tables of fields."""
    found = {}
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        found[name] = tuple(
            Field(field, type_name(part), field in required, part.get("description", ""))
            for field, part in schema.get("properties", {}).items()
        )
    return found


def type_name(schema: Mapping[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(dict.fromkeys(map(type_name, schema[union])))
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        return f"list of {type_name(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _operation(method: str, path: str, item: Mapping[str, Any]) -> Operation:
    content = item.get("requestBody", {}).get("content", {})
    example = next((body["example"] for body in content.values() if "example" in body), None)
    return Operation(
        method=method.upper(),
        path=path.replace(":path", ""),
        summary=item.get("summary", ""),
        about=item.get("description", ""),
        parameters=tuple(map(_parameter, item.get("parameters", ()))),
        bodies=tuple(
            (kind, body["schema"].get("description") or type_name(body["schema"])) for kind, body in content.items()
        ),
        answers=tuple((status, answer["description"]) for status, answer in item.get("responses", {}).items()),
        example=orjson.dumps(example, option=orjson.OPT_INDENT_2).decode() if example else None,
    )


def _parameter(part: Mapping[str, Any]) -> Field:
    about = part.get("description", "") or part["schema"].get("description", "")
    return Field(part["name"], type_name(part["schema"]), bool(part.get("required")), about)


def _complete_openapi(app: FastAPI, schemas: Mapping[str, Any]) -> None:
    """Adds the components that only ``$ref`` names: bodies that are read by hand, and problems."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            components = document.setdefault("components", {}).setdefault("schemas", {})
            problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
            components.update(problem.pop("$defs", {}))
            components.update({"ProblemDocument": problem, **schemas})
            for unused in ("HTTPValidationError", "ValidationError"):
                components.pop(unused, None)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document
