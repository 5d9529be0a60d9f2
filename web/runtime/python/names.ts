/** Names of modules, methods and builtins: which Python has what. */

const set = (text: string) => new Set(text.trim().split(/\s+/));

/** Importable on MicroPython: its own modules, ours in web/python/stdlib, and the package. */
export const microPythonModules = set(`
__future__ abc array binascii bisect builtins collections contextlib copy dataclasses dotenv
errno functools gc heapq io itertools json math numpy onnx onnxruntime operator os random re safetensors statistics string struct sys
textwrap time torch types typing warnings zlib
`);

/** Modules of CPython's standard library that our CPython offers. */
export const cpythonModules = set(`
abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile
calendar cmath cmd code codecs codeop collections colorsys compileall concurrent
configparser contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm
decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp
fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob
graphlib grp gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress
itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap
modulefinder multiprocessing netrc ntpath nturl2path numbers opcode operator optparse os
pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint
profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re
readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex
shutil signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse
ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog
tabnanny tarfile tempfile termios textwrap threading time timeit token tokenize tomllib
trace traceback tracemalloc tty types typing unicodedata unittest urllib uuid venv warnings
wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
dotenv
`);

/** Methods of builtin types that MicroPython lacks. */
export const missingMethods: Record<string, ReadonlySet<string>> = {
  int: set('real imag numerator denominator'),
  float: set('real imag hex fromhex'),
};

/** Attributes of functions, classes and exceptions that MicroPython lacks. */
export const missingAttributes = set(`
__annotations__ __cause__ __closure__ __code__ __context__ __defaults__ __doc__ __kwdefaults__
__module__ __mro__ __qualname__ __subclasses__ __traceback__ __wrapped__ add_note mro with_traceback
`);

/** Special methods that MicroPython doesn't call. */
export const missingSpecials = set(`
__class_getitem__ __init_subclass__ __missing__ __prepare__ __instancecheck__ __subclasscheck__
__reduce__ __getstate__ __setstate__ __aiter__ __anext__ __await__
`);

/** Builtin functions that MicroPython lacks, or has in another sense. */
export const missingBuiltins = set('__import__ aiter anext breakpoint locals memoryview slice');

/** What MicroPython's own modules hold, those of them that we don't replace. */
export const nativeNames: Record<string, ReadonlySet<string>> = {
  array: set('array'),
  binascii: set('a2b_base64 b2a_base64 crc32 hexlify unhexlify a2b_hex b2a_hex'),
  errno: set(`EACCES EADDRINUSE EAGAIN EALREADY EBADF ECONNABORTED ECONNREFUSED ECONNRESET EEXIST
    EHOSTUNREACH EINPROGRESS EINVAL EIO EISDIR ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN EOPNOTSUPP EPERM
    ETIMEDOUT errorcode`),
  gc: set('collect disable enable isenabled threshold'),
  math: set(`acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees e erf erfc exp
    expm1 fabs floor fmod frexp gamma inf isclose isfinite isinf isnan ldexp lgamma log10 log2 modf nan
    pi pow radians sin sinh sqrt tan tanh tau trunc`),
  os: set(''),
  struct: set('calcsize pack pack_into unpack unpack_from'),
  sys: set(`argv byteorder exit maxsize modules path platform stderr stdin stdout version
    version_info`),
  time: set('sleep time time_ns'),
  types: set(`BuiltinFunctionType BuiltinMethodType CodeType FunctionType GeneratorType LambdaType
    MethodType ModuleType SimpleNamespace`),
  zlib: set('compress decompress'),
};
