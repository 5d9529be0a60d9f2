/** Names of modules, methods and builtins: which Python has what. */

const set = (text: string) => new Set(text.trim().split(/\s+/));

/** Importable on MicroPython: its own modules, ours in web/python/stdlib, and the package. */
export const microPythonModules = set(`
__future__ abc array binascii bisect builtins cmath collections contextlib copy dataclasses dotenv
errno functools gc heapq io itertools json math operator os random re safetensors statistics string struct sys
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
  str: set(`capitalize casefold expandtabs format_map isalnum isascii isdecimal isidentifier
    isnumeric isprintable istitle ljust maketrans removeprefix removesuffix rjust swapcase title
    translate zfill`),
  bytes: set('ljust rjust zfill title translate removeprefix removesuffix'),
  int: set('bit_length bit_count as_integer_ratio is_integer conjugate numerator denominator'),
  float: set('is_integer as_integer_ratio hex fromhex'),
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
