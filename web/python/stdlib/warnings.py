"""warnings: shown on stderr, each text once, unless they are ignored."""

import sys

_ignored = []
_seen = set()


def warn(message, category=None, stacklevel=1, source=None):
    kind = category or (type(message) if isinstance(message, Warning) else UserWarning)
    for ignored in _ignored:
        if issubclass(kind, ignored):
            return
    text = "%s: %s" % (kind.__name__, message)
    if text not in _seen:
        _seen.add(text)
        sys.stderr.write(text + "\n")


def filterwarnings(action, message="", category=Warning, module="", lineno=0, append=False):
    if action == "ignore":
        _ignored.append(category)


def simplefilter(action, category=Warning, lineno=0, append=False):
    filterwarnings(action, category=category)


def resetwarnings():
    _ignored.clear()


class catch_warnings:
    def __init__(self, *, record=False, **kwargs):
        self._record = record

    def __enter__(self):
        self._saved = list(_ignored)
        return [] if self._record else None

    def __exit__(self, *details):
        _ignored[:] = self._saved
