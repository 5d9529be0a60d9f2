"""os: the session's files and environment, with CPython's exceptions."""

import _gb_boot
import uos as _posix
from _gb_boot import _gb_os_error, _path

name = "posix"
sep = "/"
linesep = "\n"
curdir = "."
pardir = ".."
pathsep = ":"
environ = {}
error = OSError


class PathLike:
    pass


def _call(function, path, *args):
    path = _path(path)
    try:
        return function(path, *args)
    except OSError as e:
        failed = _gb_os_error(e, path)
    raise failed




def _dispatch(name):
    native = getattr(_posix, name, None)
    if native is None:
        return None
    return lambda path, *args: _call(native, path, *args)


remove = unlink = _dispatch("unlink") or _dispatch("remove")
rmdir = _dispatch("rmdir")
stat = _dispatch("stat")
_mkdir = _dispatch("mkdir")
chdir = _dispatch("chdir")


def getcwd():
    return _posix.getcwd()


def listdir(path="."):
    return sorted(_call(_posix.listdir, path))


def mkdir(path, mode=0o777):
    _mkdir(path)


def makedirs(name, mode=0o777, exist_ok=False):
    parts = _path(name).split("/")
    for i in range(1, len(parts) + 1):
        folder = "/".join(parts[:i])
        if folder in ("", "."):
            continue
        if path.isdir(folder):
            if i == len(parts) and not exist_ok:
                raise FileExistsError("[Errno 17] File exists: %r" % folder)
            continue
        _mkdir(folder)


def rename(src, dst):
    src, dst = _path(src), _path(dst)
    try:
        _posix.rename(src, dst)
    except OSError as e:
        failed = _gb_os_error(e, src, dst)
    else:
        return
    raise failed


replace = rename


def walk(top, topdown=True):
    folders = []
    files = []
    for entry in listdir(top):
        (folders if path.isdir(path.join(top, entry)) else files).append(entry)
    if topdown:
        yield top, folders, files
    for folder in folders:
        for found in walk(path.join(top, folder), topdown):
            yield found
    if not topdown:
        yield top, folders, files


def getenv(key, default=None):
    return environ.get(key, default)


def putenv(key, value):
    environ[key] = value


def unsetenv(key):
    environ.pop(key, None)


def fspath(p):
    return _path(p)


def getpid():
    return 1


def cpu_count():
    return 1


def urandom(n):
    import random

    return bytes(random.getrandbits(8) for _ in range(n))


def system(command):
    raise OSError("os.system: there is no shell here")


class _Path:
    """os.path"""

    sep = "/"

    def join(self, first, *parts):
        out = _path(first)
        for part in parts:
            part = _path(part)
            if part.startswith("/"):
                out = part
            elif out == "" or out.endswith("/"):
                out += part
            else:
                out += "/" + part
        return out

    def split(self, p):
        p = _path(p)
        at = p.rfind("/") + 1
        head, tail = p[:at], p[at:]
        if head and head != "/" * len(head):
            head = head.rstrip("/")
        return head, tail

    def basename(self, p):
        return self.split(p)[1]

    def dirname(self, p):
        return self.split(p)[0]

    def splitext(self, p):
        p = _path(p)
        base = p.rfind("/") + 1
        dot = p.rfind(".")
        if dot > base and p[base:dot] != "." * (dot - base):
            return p[:dot], p[dot:]
        return p, ""

    def isabs(self, p):
        return _path(p).startswith("/")

    def normpath(self, p):
        p = _path(p)
        root = "/" if p.startswith("/") else ""
        out = []
        for part in p.split("/"):
            if part in ("", "."):
                continue
            if part == ".." and (out and out[-1] != ".."):
                out.pop()
            elif part != ".." or not root:
                out.append(part)
        return (root + "/".join(out)) or "."

    def abspath(self, p):
        p = _path(p)
        return self.normpath(p if p.startswith("/") else getcwd() + "/" + p)

    realpath = abspath

    def relpath(self, p, start="."):
        a = [x for x in self.abspath(start).split("/") if x]
        b = [x for x in self.abspath(p).split("/") if x]
        i = 0
        while i < min(len(a), len(b)) and a[i] == b[i]:
            i += 1
        return "/".join([".."] * (len(a) - i) + b[i:]) or "."

    def expanduser(self, p):
        return _path(p)

    def expandvars(self, p):
        return _path(p)

    def _mode(self, p):
        try:
            return _posix.stat(_path(p))[0]
        except OSError:
            return 0

    def exists(self, p):
        return self._mode(p) != 0

    lexists = exists

    def isfile(self, p):
        return self._mode(p) & 0o170000 == 0o100000

    def isdir(self, p):
        return self._mode(p) & 0o170000 == 0o040000

    def islink(self, p):
        return False

    def getsize(self, p):
        return stat(p)[6]

    def getmtime(self, p):
        return float(stat(p)[8])

    def commonprefix(self, items):
        if not items:
            return ""
        low, high = min(items), max(items)
        for i, c in enumerate(low):
            if i >= len(high) or c != high[i]:
                return low[:i]
        return low


path = _Path()

import sys as _sys

_sys.modules["os.path"] = path
