"""time: MicroPython's clock, with CPython's names."""

from utime import gmtime as _gmtime
from utime import localtime as _localtime
from utime import mktime as _mktime
from utime import sleep, time, time_ns

from ucollections import namedtuple as _namedtuple

timezone = 0
tzname = ("UTC", "UTC")

struct_time = _namedtuple(
    "struct_time",
    ["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"],
)


def _ns():
    import _gb_host

    return _gb_host.clock()


def perf_counter():
    """Seconds since the worker began, to the browser's precision."""
    return float(_ns())


monotonic = process_time = thread_time = perf_counter


def perf_counter_ns():
    return int(perf_counter() * 1e9)


monotonic_ns = process_time_ns = perf_counter_ns


def gmtime(secs=None):
    return struct_time(*(tuple(_gmtime(int(time() if secs is None else secs)))[:8] + (0,)))


def localtime(secs=None):
    return struct_time(*(tuple(_localtime(int(time() if secs is None else secs)))[:8] + (0,)))


def mktime(t):
    return float(_mktime(tuple(t)))


_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def strftime(format, t=None):
    t = localtime() if t is None else t
    table = {
        "Y": "%04d" % t[0],
        "y": "%02d" % (t[0] % 100),
        "m": "%02d" % t[1],
        "d": "%02d" % t[2],
        "H": "%02d" % t[3],
        "I": "%02d" % ((t[3] + 11) % 12 + 1),
        "M": "%02d" % t[4],
        "S": "%02d" % t[5],
        "p": "AM" if t[3] < 12 else "PM",
        "A": _DAYS[t[6]],
        "a": _DAYS[t[6]][:3],
        "B": _MONTHS[t[1] - 1],
        "b": _MONTHS[t[1] - 1][:3],
        "j": "%03d" % t[7],
        "Z": "UTC",
        "z": "+0000",
        "%": "%",
    }
    out = []
    i = 0
    while i < len(format):
        if format[i] == "%" and i + 1 < len(format):
            key = format[i + 1]
            if key == "F":
                out.append("%s-%s-%s" % (table["Y"], table["m"], table["d"]))
            elif key == "T":
                out.append("%s:%s:%s" % (table["H"], table["M"], table["S"]))
            else:
                out.append(table.get(key, "%" + key))
            i += 2
        else:
            out.append(format[i])
            i += 1
    return "".join(out)


def ctime(secs=None):
    return strftime("%a %b %d %H:%M:%S %Y", localtime(secs))


def asctime(t=None):
    return strftime("%a %b %d %H:%M:%S %Y", t)
