"""Calls site() from JavaScript's module `_gb_collector` through every kind of Python call during
which MicroPython's collector may run (see web/runtime/micropython/collector.ts).

Left out on purpose, because C code then holds pointers that nobody can find: constructors and
`__new__` with arguments, closures with more than five values and arguments together, generators,
and every builtin that calls back (sorted, sum, map, list, str, dict look-ups, ...).
"""

import _gb_collector


def _calls(x, f, plain, A):
    for q in (f, x.m, x, A.s, A.c, x.s, x.c):
        q()
        q(1)
        q(1, 2)
        q(k=1)
        q(1, k=1)
        q(*[1])
        q(**{"k": 1})
        q(*[1], **{"k": 1})
    x.m()
    x.m(1)
    x.m(1, k=2)
    x.m(*[1])
    x.m(k=1, **{"z": 1})
    x.s()
    x.s(1, k=1)
    x.c()
    x.c(1, k=2)
    plain(1)
    plain(1, 2)
    plain(a=1)


def _operators(x, A, site):
    x + 1
    1 + x
    x + x
    x += 1
    x == x
    x != x
    x < x
    -x
    x[0]
    x[0] = 1
    x.q
    x.w = 1
    A().p
    A().p = 1
    len(x)
    bool(x)
    1 in x
    getattr(x, "zz")
    if x:
        site()
    while not x:
        pass
    x and site()


def _statements(x, site):
    with x:
        site()
    try:
        site()
    finally:
        site()
    try:
        raise ValueError(1)
    except ValueError:
        site()
    for i in range(1):
        site()
    for i in [1]:
        site()
    [site() for i in (1,)]
    (lambda: x)()
    (lambda: site())()
    (lambda y: (site(), x))(1)
    site(1)
    site(1, 2)
    site(1, 2, 3)
    _gb_collector.site()
    _gb_collector.site(1)
    _gb_collector.site(1, 2)
    _gb_collector.site(1, 2, 3)


def _calibrate():
    site = _gb_collector.site

    class A:
        def __init__(self):
            site()

        def m(self, *a, **k):
            site()

        def __call__(self, *a, **k):
            site()
            return self

        def __getattr__(self, n):
            if n[0] == "_":
                raise AttributeError(n)
            site()
            return 1

        def __add__(self, o):
            site()
            return self

        def __radd__(self, o):
            site()
            return self

        def __iadd__(self, o):
            site()
            return self

        def __eq__(self, o):
            site()
            return True

        def __lt__(self, o):
            site()
            return True

        def __neg__(self):
            site()
            return self

        def __getitem__(self, i):
            site()
            return 1

        def __setitem__(self, i, v):
            site()

        def __bool__(self):
            site()
            return True

        def __len__(self):
            site()
            return 1

        def __contains__(self, x):
            site()
            return True

        def __enter__(self):
            site()
            return self

        def __exit__(self, *a):
            site()

        @property
        def p(self):
            site()
            return 1

        @p.setter
        def p(self, v):
            site()

        @staticmethod
        def s(*a, **k):
            site()

        @classmethod
        def c(cls, *a, **k):
            site()

    class B(A):
        def __init__(self):
            super().__init__()

        def m(self, *a, **k):
            super().m(*a, **k)

        def __setattr__(self, n, v):
            site()

    def f(*a, **k):
        site()

    def plain(a, b=1):
        site()

    x = B()
    _calls(x, f, plain, A)
    _operators(x, A, site)
    _statements(x, site)


def _inside_exec():
    try:
        exec(compile("_gb_collector.site()\n_calibrate()", "calibration", "exec"), globals())
    except ZeroDivisionError:
        pass


_calibrate()
_inside_exec()
