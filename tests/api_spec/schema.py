"""The specification of the Engine API (OpenAPI 2.0) as JSON schemas."""

import jsonschema
import yaml

METHODS = ("get", "head", "post", "put", "delete")


class Specification:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        self.definitions = {name: nullable(schema)
                            for name, schema in self.document["definitions"].items()}

    def operations(self):
        """(METHOD, path) of each operation."""
        return [(method.upper(), path)
                for path, item in self.document["paths"].items()
                for method in METHODS if method in item]

    def schema_of(self, method, path, status):
        responses = self.document["paths"][path][method.lower()]["responses"]
        response = responses.get(status) or responses.get(str(status))
        if response is None:
            return None
        if "$ref" in response:
            response = self.document["responses"][response["$ref"].rsplit("/", 1)[1]]
        return nullable(response["schema"]) if "schema" in response else None

    def problems(self, schema, answer):
        """What is wrong with an answer, a line each."""
        whole = dict(schema, definitions=self.definitions)
        for error in jsonschema.Draft4Validator(whole).iter_errors(answer):
            place = "/".join(str(part) for part in error.absolute_path)
            yield f"{place or '(whole)'}: {error.message[:200]}"


def nullable(schema):
    """JSON schema has no x-nullable; the API's examples show null for what the specification calls
    nullable, and for any list or map that Go leaves unset."""
    if isinstance(schema, list):
        return [nullable(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: nullable(value) for key, value in schema.items()
              if key not in ("example", "examples", "default")}
    may_be_null = schema.get("x-nullable") or schema.get("type") in ("array", "object")
    if may_be_null and isinstance(schema.get("type"), str):
        result["type"] = [schema["type"], "null"]
        if "enum" in result:
            result["enum"] = result["enum"] + [None]
    elif schema.get("x-nullable") and ("$ref" in schema or "allOf" in schema):
        return {"anyOf": [result, {"type": "null"}]}
    return result
