"""What snippets get as `sys`: MicroPython's, with what depends on CPython's version."""

from sys import *

import sys as _sys
from ucollections import namedtuple as _namedtuple

argv = _sys.argv
modules = _sys.modules
path = _sys.path
stdin = _sys.stdin
stdout = _sys.stdout
stderr = _sys.stderr
version = "3.11.0 (MicroPython %d.%d.%d)" % _sys.implementation.version[:3]
version_info = _namedtuple("version_info", ["major", "minor", "micro", "releaselevel", "serial"])(
    3, 11, 0, "final", 0
)
hexversion = 0x030B00F0
maxsize = (1 << 63) - 1
maxunicode = 0x10FFFF
executable = ""


def getrecursionlimit():
    return 1000


def setrecursionlimit(limit):
    pass


def getdefaultencoding():
    return "utf-8"
