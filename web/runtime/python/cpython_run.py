"""Runs snippets on CPython, each as a fresh `__main__`."""

import functools
import gc
import json
import linecache
import os
import sys
import time
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


def _ordered_dict():
    """An OrderedDict that prints as before Python 3.12: with pairs, as tutorials show state_dict()."""
    import collections
    import reprlib

    class OrderedDict(collections.OrderedDict):
        @reprlib.recursive_repr()
        def __repr__(self):
            return f"{type(self).__name__}({list(self.items()) if self else ''})"

    OrderedDict.__module__ = "collections"
    OrderedDict.__qualname__ = "OrderedDict"
    return OrderedDict


import collections

collections.OrderedDict = _ordered_dict()

# Emscripten numbers errors otherwise than Linux does.
_NUMBERS = {44: 2, 20: 17, 31: 21, 54: 20, 2: 13, 55: 39, 8: 9, 28: 22}


def _as_on_linux(function):
    """An OSError's text begins with its number."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except OSError as error:
            error.errno = _NUMBERS.get(error.errno, error.errno)
            raise

    return call


import builtins
import io

_open = io.open


def _open_inside(file, mode="r", *args, **kwargs):
    """What is written outside of the session's folder would be lost without a word."""
    writes = not isinstance(file, int) and not (mode[:1] == "r" and "+" not in mode)
    if writes:
        path = os.path.abspath(os.fspath(file))
        inside = (HOME + "/", LIBRARY + "/", "/tmp/", "/dev/")
        if not os.fsdecode(path).startswith(inside):
            raise PermissionError(13, "Permission denied", file)
    return _open(file, mode, *args, **kwargs)


builtins.open = io.open = _as_on_linux(_open_inside)
for _name in "open mkdir remove unlink rmdir rename replace listdir scandir stat chdir".split():
    setattr(os, _name, _as_on_linux(getattr(os, _name)))


class _Events:
    """Takes the place of the selector, which waits for sockets: only time passes here."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("the event loop waits for something that can't happen")
        if timeout > 0:
            time.sleep(timeout)
        return []


def _run_async(main, *, debug=None, loop_factory=None):
    """asyncio.run() on a loop of our own: the browser's can't be waited for."""
    from asyncio import base_events, events

    class Loop(base_events.BaseEventLoop):
        _selector = _Events()

        def _process_events(self, found):
            pass

        def _write_to_self(self):
            pass

    loop = Loop()
    events._set_running_loop(None)
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


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
    text = "".join(shown.format()).rstrip("\n")
    # Python's own suggestion, if it has one, ends with a question mark.
    if "torch._core" in sys.modules and text[-1:] != "?":
        text += sys.modules["torch._core"].nearest(error)
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
        "traceback": text,
        "line": line,
        "column": column,
    }


def snippet_line():
    """The line of the snippet that runs, 0 for none."""
    frame = sys._getframe()
    name = sys.argv[0]
    while frame is not None and frame.f_code.co_filename != name:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else 0


def tell_variables(add):
    """Tells of the tensors and modules that the snippet left, see torch/_variables.py."""
    if "torch" not in sys.modules:
        return
    from torch._variables import tell

    tell(sys.modules["__main__"].__dict__, add)


def follow_loops(tables):
    """Gets torch/_loops.py ready for a snippet; what tells of its loops is given."""
    from torch import _loops

    _loops.start(*eval(tables))
    builtins._gb_loop = _loops.loop
    return _loops.state


def _counting(source, filename, places):
    """The snippet's code, with `_gb_loop(k, ...)` around what stands at the k-th place."""
    import ast

    numbers = {tuple(place): k for k, place in enumerate(places)}
    tree = ast.parse(source, filename)

    def counted(node):
        k = numbers.get((node.lineno, node.col_offset))
        if k is None:
            return node
        name = ast.Name("_gb_loop", ast.Load())
        call = ast.Call(name, [ast.Constant(k), node], [])
        for part in (call, name, call.args[0]):
            ast.copy_location(part, node)
        return call

    for node in ast.walk(tree):
        if not isinstance(node, ast.For):
            continue
        call = counted(node.iter)
        if call is node.iter and isinstance(call, ast.Call) and call.args:
            call.args[0] = counted(call.args[0])
        node.iter = call
    return compile(tree, filename, "exec", dont_inherit=True)


def run_snippet(source, filename, env, counted=""):
    """Runs it and gives, as JSON, how it ended: `{}`, an error, or an exit code."""
    main = sys.modules["__main__"]
    main.__file__ = filename
    main.__builtins__ = __builtins__
    os.environ.update(json.loads(env))
    sys.argv[:] = [filename]
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    ending = {}
    saved = __builtins__["input"] if isinstance(__builtins__, dict) else __builtins__.input
    import asyncio

    asyncio.run = _run_async
    builtins.input = _no_input
    try:
        code = compile(source, filename, "exec", dont_inherit=True)
        if counted:
            # What is wrong with the text was raised above, as ever.
            code = _counting(source, filename, json.loads(counted))
        exec(code, main.__dict__)
    except SystemExit as error:
        code = error.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
        ending = {"exit_code": int(code or 0) & 255}
    except BaseException as error:
        ending = _report(error, filename)
    finally:
        builtins.input = saved
        sys.stdout.flush()
        sys.stderr.flush()
    return json.dumps(ending)
