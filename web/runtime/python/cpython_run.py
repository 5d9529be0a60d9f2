"""Runs snippets on CPython, each as a fresh `__main__`."""

import gc
import json
import linecache
import os
import sys
import traceback
import types

LIBRARY = "/gradbox"
HOME = "/session"
sys.path[0:0] = ["", LIBRARY]
for _stream in (sys.stdout, sys.stderr):
    _stream.reconfigure(line_buffering=True)

_modules = set(sys.modules)
_environ = dict(os.environ)
_path = list(sys.path)


def forget():
    """Drops what the last run left: its modules, ours over its core, its environment."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name in _modules or not file.startswith((LIBRARY, HOME)):
            continue
        del sys.modules[name]
    sys.modules.pop("_gradbox", None)
    sys.modules["__main__"] = types.ModuleType("__main__")
    os.environ.clear()
    os.environ.update(_environ)
    sys.path[:] = _path
    linecache.clearcache()
    gc.collect()


def _no_input(prompt=""):
    raise RuntimeError("input() can't ask for anything here: put the value into the snippet instead")


def _frames(error):
    """The error's frames without those of our own files and of the standard library below them."""

    def own(frame):
        return frame.filename.startswith(HOME) or not frame.filename.startswith(("/", "<"))

    frames = [f for f in error.stack if not f.filename.startswith(LIBRARY)]
    while frames and not own(frames[0]):
        del frames[0]
    error.stack[:] = frames
    for other in (error.__cause__, error.__context__):
        if other is not None:
            _frames(other)
    for other in error.exceptions or ():
        _frames(other)


def _report(error, filename):
    shown = traceback.TracebackException.from_exception(error, compact=True)
    _frames(shown)
    text = "".join(shown.format())
    line = column = None
    if isinstance(error, SyntaxError) and error.filename == filename:
        line, column = error.lineno, error.offset
    else:
        for frame in shown.stack:
            if frame.filename == filename:
                line = frame.lineno
    return {
        "type": type(error).__name__,
        "message": error.msg if isinstance(error, SyntaxError) else str(error),
        "traceback": text.rstrip("\n"),
        "line": line,
        "column": column,
    }


def run_snippet(source, filename, env):
    """Runs it and gives, as JSON, how it ended: `{}`, an error, or an exit code."""
    main = sys.modules["__main__"]
    main.__file__ = filename
    main.__builtins__ = __builtins__
    os.environ.update(json.loads(env))
    sys.argv[:] = [filename]
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    ending = {}
    saved = __builtins__["input"] if isinstance(__builtins__, dict) else __builtins__.input
    import builtins

    builtins.input = _no_input
    try:
        exec(compile(source, filename, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as error:
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
        ending = {"exit_code": 0 if error.code in (None, 0) else 1}
    except BaseException as error:
        ending = _report(error, filename)
    finally:
        builtins.input = saved
        sys.stdout.flush()
        sys.stderr.flush()
    return json.dumps(ending)
