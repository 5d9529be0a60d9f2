"""warnings: filters, recording, and texts on stderr, as in CPython but without line numbers."""

import sys

_ACTIONS = ("error", "ignore", "always", "default", "module", "once")

# (action, pattern of the text or None, category), the first that fits counts.
filters = [
    ("ignore", None, PendingDeprecationWarning),
    ("ignore", None, ImportWarning),
    ("ignore", None, ResourceWarning),
]
_seen = set()
# The list of the innermost catch_warnings(record=True), if any.
_records = []


class WarningMessage:
    """What catch_warnings(record=True) collects."""

    def __init__(self, message, category, filename, lineno, file=None, line=None, source=None):
        self.message = message
        self.category = category
        self.filename = filename
        self.lineno = lineno
        self.file = file
        self.line = line
        self.source = source

    def __str__(self):
        return "{message : %r, category : %r, filename : %r, lineno : %s, line : %r}" % (
            self.message,
            self.category.__name__,
            self.filename,
            self.lineno,
            self.line,
        )


def _action(text, category):
    for action, pattern, kind in filters:
        if issubclass(category, kind) and (pattern is None or pattern.match(text)):
            return action
    return "default"


def warn(message, category=None, stacklevel=1, source=None):
    if isinstance(message, Warning):
        category = type(message)
    elif category is None:
        category = UserWarning
    if not (isinstance(category, type) and issubclass(category, Warning)):
        raise TypeError(
            "category must be a Warning subclass, not '%s'" % type(category).__name__
        )
    text = str(message)
    action = _action(text, category)
    if action == "ignore":
        return
    if not isinstance(message, Warning):
        message = category(message)
    if action == "error":
        raise message
    key = (text, category.__name__)
    if action != "always":
        if key in _seen:
            return
        _seen.add(key)
    if _records and _records[-1] is not None:
        _records[-1].append(WarningMessage(message, category, "snippet.py", 1))
    else:
        showwarning(message, category, "snippet.py", 1)


def warn_explicit(message, category, filename, lineno, *rest, **more):
    warn(message, category)


def formatwarning(message, category, filename, lineno, line=None):
    return "%s:%s: %s: %s\n" % (filename, lineno, category.__name__, message)


def showwarning(message, category, filename, lineno, file=None, line=None):
    (file or sys.stderr).write("%s: %s\n" % (category.__name__, message))


def filterwarnings(action, message="", category=Warning, module="", lineno=0, append=False):
    if action not in _ACTIONS:
        raise AssertionError("invalid action: %r" % (action,))
    pattern = None
    if message:
        import re

        pattern = re.compile(message, re.I)
    _add((action, pattern, category), append)


def simplefilter(action, category=Warning, lineno=0, append=False):
    if action not in _ACTIONS:
        raise AssertionError("invalid action: %r" % (action,))
    _add((action, None, category), append)


def _add(entry, append):
    if append:
        filters.append(entry)
    else:
        filters.insert(0, entry)
    _seen.clear()


def resetwarnings():
    filters.clear()
    _seen.clear()


class catch_warnings:
    """Filters that are set inside end with it; with record=True, `as` gives what was warned of."""

    def __init__(self, *, record=False, module=None, action=None, category=Warning, lineno=0, append=False):
        self._record = record
        self._filter = None if action is None else (action, category, lineno, append)

    def __enter__(self):
        self._saved = list(filters)
        _seen.clear()
        _records.append([] if self._record else _records[-1] if _records else None)
        if self._filter is not None:
            simplefilter(*self._filter)
        return _records[-1] if self._record else None

    def __exit__(self, *details):
        filters[:] = self._saved
        _records.pop()
        _seen.clear()
