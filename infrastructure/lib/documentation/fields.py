"""The table of fields in docs/resource.md, made from the resource definition."""
import json
import os

import yaml

from . import pages

page = "docs/resource.md"
definition = "manifests/crd/citusmigrations.yaml"
start, end = "<!-- fields: made by infrastructure/documentation fields -->\n", "<!-- end of fields -->\n"


def bounds(schema):
    """What a value must keep to, besides its type."""
    for low, high, unit in (("minimum", "maximum", ""), ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " items"),
                            ("minProperties", "maxProperties", " entries")):
        if low in schema and high in schema:
            yield "%s to %s%s" % (schema[low], schema[high], unit)
        elif high in schema:
            yield "up to %s%s" % (schema[high], unit)
        elif low in schema:
            yield "from %s%s" % (schema[low], unit)
    if schema.get("type") == "array" and schema["items"].get("type") == "string" and "maxLength" in schema["items"]:
        yield "each up to %s characters" % schema["items"]["maxLength"]


# Objects that occur in many places, by the names of their fields: told in a word, and in a sentence above the table.
known = {("value", "secretKeyRef"): "value or key of a Secret", ("name", "key"): "key of a Secret", ("name",): "name of an object"}


def type_of(schema):
    if tuple(schema.get("properties", {})) in known:
        return known[tuple(schema["properties"])]
    if "enum" in schema:
        return ", ".join("`%s`" % value for value in schema["enum"])
    if schema.get("type") == "array":
        return "list of " + ("objects" if schema["items"].get("type") == "object" else schema["items"].get("type", "values") + "s")
    if schema.get("type") == "object" and "additionalProperties" in schema:
        return "map"
    return schema.get("type", "any") + (", " + schema["format"] if "format" in schema else "")


def rows(schema, path, required):
    """A row for each field below an object."""
    for name, field in schema.get("properties", {}).items():
        inner = field.get("items", {}) if field.get("type") == "array" else field
        own = "%s%s%s" % (path, name, "[]" if field.get("type") == "array" and inner.get("type") == "object" else "")
        needed = "required" if name in required else "`%s`" % json.dumps(field["default"]) if "default" in field else ""
        is_known = tuple(inner.get("properties", {})) in known
        checked = [] if is_known else field.get("x-kubernetes-validations", []) + (
            inner.get("x-kubernetes-validations", []) if inner is not field else [])
        rules = [rule["message"] for rule in checked]
        meaning = " ".join(field.get("description", "").split())
        text = meaning + (" Checked: " + "; ".join(rules) + "." if rules else "")
        cells = ["`%s`" % own, type_of(field), needed, ", ".join(bounds(field)), text]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        if not is_known:
            yield from rows(inner, own + ".", inner.get("required", []))


def table():
    with open(os.path.join(pages.root, definition)) as file:
        schema = yaml.safe_load(file)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    lines = []
    for part in ("spec", "status"):
        inner = schema["properties"][part]
        lines += ["### Fields of %s" % part, "", "| field | type | default | bounds | meaning |", "|---|---|---|---|---|"]
        lines += rows(inner, "", inner.get("required", []))
        lines.append("")
    return "\n".join(lines)


def parts():
    """The page before the table, the table, and what comes after."""
    with open(os.path.join(pages.root, page)) as file:
        text = file.read()
    before, _, rest = text.partition(start)
    found, _, after = rest.partition(end)
    return before, found, after


def faults():
    if parts()[1] == table():
        return []
    return ["%s: the table of fields is not that of %s: run infrastructure/documentation fields" % (page, definition)]


def write():
    before, _, after = parts()
    with open(os.path.join(pages.root, page), "w") as file:
        file.write(before + start + table() + end + after)
