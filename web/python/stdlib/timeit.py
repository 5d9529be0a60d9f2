"""timeit: how long code takes."""
import time

default_timer = time.perf_counter
default_number = 1000000
default_repeat = 5


class Timer:
    """Times a function, or the source of one, after a set-up."""

    def __init__(self, stmt="pass", setup="pass", timer=default_timer, globals=None):
        self.timer = timer
        names = {} if globals is None else globals
        self._stmt = _runner(stmt, names)
        self._setup = _runner(setup, names)

    def timeit(self, number=default_number):
        self._setup()
        run = self._stmt
        start = self.timer()
        for _ in range(number):
            run()
        return self.timer() - start

    def repeat(self, repeat=default_repeat, number=default_number):
        return [self.timeit(number) for _ in range(repeat)]

    def autorange(self, callback=None):
        scale = 1
        while True:
            for k in (1, 2, 5):
                number = scale * k
                taken = self.timeit(number)
                if callback:
                    callback(number, taken)
                if taken >= 0.2:
                    return number, taken
            scale *= 10


def _runner(code, names):
    if callable(code):
        return code
    compiled = compile(code, "<timeit-src>", "exec")
    return lambda: exec(compiled, names)


def timeit(stmt="pass", setup="pass", timer=default_timer, number=default_number, globals=None):
    return Timer(stmt, setup, timer, globals).timeit(number)


def repeat(stmt="pass", setup="pass", timer=default_timer, repeat=default_repeat, number=default_number, globals=None):
    return Timer(stmt, setup, timer, globals).repeat(repeat, number)
