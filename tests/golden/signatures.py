"""Writes web/python/torch/_signatures.py: the overloads that real PyTorch lists in its TypeErrors.

    /usr/bin/python3 tests/golden/signatures.py NAMES > web/python/torch/_signatures.py

NAMES has the names of the registry, one a line. PyTorch tells its overloads when none of them fits; which
parameters may be left out, its schemas tell.
"""
import sys
import warnings

import torch

warnings.simplefilter("ignore")
# What may be left out wherever it is listed, but stands in no schema or there without a default.
OPTIONAL = "out dtype layout device pin_memory requires_grad".split()
TAIL = (
    "?torch.dtype dtype, ?torch.layout layout, ?torch.device device, ?bool pin_memory, "
    "?bool requires_grad"
)


class Stranger:
    pass


def listed(function):
    """The overloads in the error of a call that fits none, without their parentheses."""
    for count in (12, 0):
        try:
            function(*[Stranger() for _ in range(count)])
        except TypeError as e:
            lines = str(e).split("\n")
            if lines[0].endswith("expected one of:"):
                return [line[4:-1] for line in lines if line.startswith(" * ")]
            if "but expected (" in lines[0]:
                return [lines[0].split("but expected (")[1][:-1]]
        except Exception:
            pass
    return []


def fits(arguments, part):
    kind, name = part.rsplit(" ", 1)
    if name not in arguments:
        return name in OPTIONAL or name == "self"
    found = str(arguments[name].type).replace("Optional[", "").rstrip("]")
    plain = {"Tensor": "Tensor", "float": "float", "int": "int", "bool": "bool", "Number": "number"}
    if kind == "name":
        return found != "int"
    return kind not in plain or found.lower() == plain[kind].lower() or kind == "Number"


def marked(name, text, method):
    """The overload with `?` before what may be left out, and [] at lists that one number may stand for."""
    parts = [p for p in text.split(", ") if p]
    schemas = []
    for schema in torch._C._jit_get_schemas_for_operator("aten::" + name):
        arguments = {("input" if a.name == "self" else a.name): a for a in schema.arguments}
        if method:
            arguments.pop("input", None)
        arguments.pop("self", None)
        if all(fits(arguments, part) for part in parts if part != "*"):
            schemas.append(arguments)
    schemas.sort(key=len)
    out = []
    keywords = False
    for part in parts:
        if part == "*":
            keywords = True
            out.append(part)
            continue
        kind, argument = part.rsplit(" ", 1)
        found = schemas[0].get(argument) if schemas else None
        if (keywords and argument in OPTIONAL) or (found is not None and found.has_default_value()):
            kind = "?" + kind
        if kind.endswith("tuple of ints") and found is not None and getattr(found, "N", None):
            kind += "[]"
        out.append(kind + " " + argument)
    return ", ".join(out)


def main():
    out = []
    for name in sorted({line.strip() for line in open(sys.argv[1])}):
        if name.startswith("_"):
            continue
        for mark, owner in (("f", torch), ("m", torch.ones(2, 3))):
            if not hasattr(owner, name) or (mark == "f" and name.endswith("_")):
                continue
            overloads = listed(getattr(owner, name))
            if overloads:
                overloads = [marked(name, o, mark == "m").replace(TAIL, "~") for o in overloads]
                out.append(mark + name + ":" + "|".join(overloads))
    print('"""The overloads that PyTorch lists where none fits. Made by tests/golden/signatures.py from PyTorch 1.13."""')
    print("# f: function, m: method; ? may be left out, [] takes a number, too, ~ is what factories take.")
    print('TEXT = """')
    print("\n".join(out))
    print('"""')


main()
