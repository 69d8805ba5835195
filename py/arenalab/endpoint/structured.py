"""An answer in the form of a JSON Schema: what is known of it, by name.

Nothing is made up to fit a schema. A property is filled by what its name stands for in `facts`
(or by the diamond's own JSON, where its outcome is a JSON object), by a `const`, or by a `default`;
what else is required cannot be filled, and the request is refused with that property's name.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from arenalab.errors import shorten
from arenalab.openai_wire.errors import ApiError, invalid
from arenalab.respond import Answer

PARAM = "response_format"
TEXT_NAMES = ("answer", "text", "content", "response", "message", "reply", "output", "result")
DEEPEST = 20

Json = Mapping[str, Any]

# Every keyword that is understood, and the JSON types it may have.
KEYWORDS: Mapping[str, tuple[type, ...]] = {
    "type": (str, list),
    "properties": (dict,),
    "required": (list,),
    "additionalProperties": (bool, dict),  # no others are ever added
    "items": (dict,),
    "enum": (list,),
    "const": (object,),
    "anyOf": (list,),
    "default": (object,),
    "$ref": (str,),
    "$defs": (dict,),
    "definitions": (dict,),
    "minimum": (int, float),
    "maximum": (int, float),
    "minLength": (int,),
    "maxLength": (int,),
    "minItems": (int,),
    "maxItems": (int,),
    # Said of a schema, asking for nothing.
    **dict.fromkeys(("title", "description", "$schema", "$id"), (str,)),
    **dict.fromkeys(("examples", "deprecated", "readOnly"), (object,)),
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: not _is_number(value) or value >= bound,
    "maximum": lambda value, bound: not _is_number(value) or value <= bound,
    "minLength": lambda value, bound: not isinstance(value, str) or len(value) >= bound,
    "maxLength": lambda value, bound: not isinstance(value, str) or len(value) <= bound,
    "minItems": lambda value, bound: not isinstance(value, list) or len(value) >= bound,
    "maxItems": lambda value, bound: not isinstance(value, list) or len(value) <= bound,
}


class Unfilled(Exception):  # noqa: N818 - caught here, and turned into an ApiError
    """Raised where nothing known fits; the message says where and why."""


def facts(answer: Answer, text: str, question: str) -> dict[str, Any]:
    """Return what is known of an answer, by name. `text` is what is said."""
    cited = [r for r in answer.receipts if r.supports and r.source_url]
    pages = {r.source_url: r.source_title or r.source_url for r in cited}
    known = {
        **dict.fromkeys(TEXT_NAMES, text),
        "question": question,
        "kind": answer.kind,
        "known": answer.kind == "answer" and all(p.kind == "answer" for p in answer.parts),
        "confidence": answer.confidence,
        "word": answer.word,
        "sources": list(pages),
        "citations": [{"url": url, "title": title} for url, title in pages.items()],
        "options": [option.question for option in answer.options],
    }
    return {**known, **_own_json(text)}


def as_object(answer: Answer, text: str) -> str:
    """Return the JSON text of an answer where any object will do."""
    own = _own_json(text)
    if own:
        return json.dumps(own)
    known = facts(answer, text, "")
    names = ("answer", "kind", "confidence", "sources", "options")
    return json.dumps({name: known[name] for name in names})


def as_schema(schema: Json, known: Json) -> str:
    """Return the JSON text of `known` in the form of `schema`. Raises ApiError (400)."""
    try:
        return json.dumps(Filler(schema).value(schema, "", known, "$", 0))
    except Unfilled as why:
        raise cannot(str(why)) from why


def cannot(why: str) -> ApiError:
    """The schema asks for what is not known."""
    names = "answer, kind, known, confidence, word, sources, citations, options, question"
    message = f"'{PARAM}': {why}. ArenaLab can fill: {names}."
    return invalid(message, PARAM, "schema_not_fillable")


class Filler:
    """Fills schemas that share the definitions of `root`."""

    def __init__(self, root: Json) -> None:
        self._root = root

    def value(self, schema: object, name: str, known: Json, path: str, depth: int) -> Any:  # noqa: ANN401
        """Return what `known` has for the property `name` of `schema`. Raises Unfilled."""
        if not isinstance(schema, Mapping) or depth > DEEPEST:
            raise Unfilled(f"{path} is not a schema, or nested too deeply")
        for keyword, setting in schema.items():
            if keyword not in KEYWORDS:
                raise Unfilled(f"{path} uses {shorten(keyword)}, which is not supported")
            if not isinstance(setting, KEYWORDS[keyword]):
                raise Unfilled(f"{path}: {keyword} is {shorten(setting)}, which it cannot be")
        found = self._found(schema, name, known, path, depth)
        for bound, holds in _BOUNDS.items():
            if bound in schema and not holds(found, schema[bound]):
                raise Unfilled(f"{path}: {shorten(found)} does not keep to {bound}")
        return found

    def _found(self, schema: Json, name: str, known: Json, path: str, depth: int) -> Any:  # noqa: ANN401
        if "$ref" in schema:
            return self.value(self._resolve(schema["$ref"], path), name, known, path, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "anyOf" in schema:
            kinds = schema["anyOf"]
        elif isinstance(schema.get("type"), list):
            kinds = [{**schema, "type": kind} for kind in schema["type"]]
        else:
            return self._one(schema, name, known, path, depth)
        why = Unfilled(f"{path} allows no type at all")
        for kind in kinds:
            try:
                return self.value(kind, name, known, path, depth + 1)
            except Unfilled as error:
                why = error
        if "default" in schema:
            return schema["default"]
        raise why

    def _one(self, schema: Json, name: str, known: Json, path: str, depth: int) -> Any:  # noqa: ANN401
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            inner = known.get(name)
            return self._object(schema, inner if isinstance(inner, Mapping) else known, path, depth)
        value = known.get(name)
        if kind == "array" and isinstance(value, list):
            items = schema.get("items", {})
            return [self._item(items, one, f"{path}[]", depth) for one in value]
        fits = isinstance(value, _TYPES.get(kind, ()))
        if isinstance(value, bool) and kind != "boolean":
            fits = False
        allowed = schema.get("enum")
        if fits and (kind == "null" or name in known) and (allowed is None or value in allowed):
            return value
        if kind == "null":
            return None
        if "default" in schema:
            return schema["default"]
        raise Unfilled(f"nothing is known for {path} ({kind})")

    def _object(self, schema: Json, known: Json, path: str, depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        texts = [n for n, s in properties.items() if isinstance(s, Mapping) and _is_text(s)]
        if len(texts) == 1 and not set(properties) & set(TEXT_NAMES):
            known = {texts[0]: known.get("answer"), **known}  # whatever it calls the answer
        found = {}
        for name, inner in properties.items():
            try:
                found[name] = self.value(inner, name, known, f"{path}.{name}", depth + 1)
            except Unfilled:
                if name in required:
                    raise
        return found

    def _item(self, schema: object, value: object, path: str, depth: int) -> Any:  # noqa: ANN401
        known = value if isinstance(value, Mapping) else {"": value}
        return self.value(schema, "", known, path, depth + 1)

    def _resolve(self, reference: object, path: str) -> object:
        place: Any = self._root
        parts = str(reference).split("/")
        if parts[0] != "#":
            raise Unfilled(f"{path} refers to {shorten(reference)}, outside the schema")
        for part in parts[1:]:
            place = place.get(part) if isinstance(place, Mapping) else None
        return place


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(schema: Json) -> bool:
    return schema.get("type") == "string" and not {"enum", "const", "default"} & set(schema)


def _own_json(text: str) -> dict[str, Any]:
    """Return the object that an outcome is, where it is written as one."""
    if not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
