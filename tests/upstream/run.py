"""Runs one file of PyTorch's own tests here: argument.json names it, and the tests to leave out.
Prints a line before and after each test; web/tools/upstream.mjs reads them."""
import ast
import json
import sys
import types
import unittest
import warnings

import stand_ins

stand_ins.install()
warnings.simplefilter("always")

with open("argument.json") as f:
    ARGUMENT = json.load(f)
FILE = ARGUMENT["file"]


def say(*words):
    print("@", *words, flush=True)


def short(error):
    text = " ".join(str(error).split())
    return (type(error).__name__ + ": " + text)[:200]


def execute(node, scope):
    exec(compile(ast.Module([node], []), FILE, "exec"), scope)


def load(statement, scope):
    """Runs a top-level statement. What fails of an import or a class is left out alone."""
    try:
        return execute(statement, scope)
    except unittest.SkipTest:
        return None
    except Exception as error:
        kept = error
    if isinstance(statement, ast.ImportFrom):
        for name in statement.names:
            single = ast.ImportFrom(statement.module, [name], statement.level)
            try:
                execute(ast.copy_location(ast.fix_missing_locations(single), statement), scope)
            except Exception:
                scope[name.asname or name.name] = stand_ins.Absent("%s.%s" % (statement.module, name.name))
        return None
    if isinstance(statement, ast.ClassDef) and len(statement.body) > 1:
        whole = statement.body
        good = []
        for member in whole:
            statement.body = [member]
            try:
                execute(statement, scope)
                good.append(member)
            except Exception as error:
                say("load", statement.name, getattr(member, "name", "?"), short(error))
        statement.body = good or [ast.Pass()]
        try:
            return execute(statement, scope)
        except Exception as error:
            kept = error
    say("load", getattr(statement, "name", "line %d" % statement.lineno), short(kept))
    return None


def run(case, name):
    test = case(name)
    result = unittest.TestResult()
    test.run(result)
    if result.skipped:
        return "skip", result.skipped[0][1]
    bad = result.failures + result.errors
    if bad or result.unexpectedSuccesses:
        return "fail", bad[0][1].strip().split("\n")[-1][:200] if bad else "unexpected success"
    return "pass", ""


module = types.ModuleType("upstream")
module.__file__ = FILE
sys.modules["upstream"] = module
scope = module.__dict__
with open(FILE) as f:
    tree = ast.parse(f.read())
for statement in tree.body:
    load(statement, scope)

omit = set(ARGUMENT["omit"])
for name, case in sorted(scope.items()):
    if not (isinstance(case, type) and issubclass(case, unittest.TestCase)) or case is stand_ins.TestCase:
        continue
    for method in sorted(dir(case)):
        full = name + "." + method
        if not method.startswith("test") or not callable(getattr(case, method)) or full in omit:
            continue
        say("start", full)
        try:
            say(full, *run(case, method))
        except BaseException as error:
            say(full, "fail", short(error))
say("end")
