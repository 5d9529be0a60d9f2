"""torch.random: the generators that rand, randn, dropout and initialisation draw from."""
from ._core import bridge, fail
from ._homes import place


class Generator:
    """torch.Generator: a stream of random numbers of its own (mt19937), for `generator=`."""

    def __init__(self, device="cpu"):
        self._g = bridge.generator_new()

    def manual_seed(self, seed):
        if bridge.generator_seed(self._g, _checked(seed)) is False:
            fail()
        return self

    def seed(self):
        seed = _fresh()
        self.manual_seed(seed)
        return seed

    def initial_seed(self):
        return int(bridge.generator_initial_seed(self._g))

    @property
    def device(self):
        from ._core import device

        return device("cpu")

    def get_state(self):
        """The state as a uint8 tensor, for set_state()."""
        from ._tensor import wrap

        return wrap(bridge.generator_state(self._g))

    def set_state(self, new_state):
        if bridge.generator_set_state(self._g, new_state._h) is False:
            fail()
        return self

    def _active(self):
        return _Active(self._g)


place(Generator, "torch._C")


class _Active:
    """While it lasts, operators draw from this generator."""

    def __init__(self, number):
        self._number = number

    def __enter__(self):
        self._before = bridge.generator_use(self._number)

    def __exit__(self, *args):
        bridge.generator_use(self._before)


def _default():
    g = object.__new__(Generator)
    g._g = 0
    return g


default_generator = _default()


def _fresh():
    import time

    return int(time.time() * 1000) & 0x3FFFFFFF


def _checked(seed):
    if not isinstance(seed, (int, bool)):
        seed = int(seed)
    if seed < -0x8000000000000000 or seed > 0xFFFFFFFFFFFFFFFF:
        raise RuntimeError("Overflow when unpacking long")
    # The core seeds mt19937 with the low 32 bits and reports the number as a double holds it.
    return seed if -(1 << 30) < seed < 1 << 30 else _split(seed)


def _split(seed):
    return float(seed) if abs(seed) < 1 << 53 else float(seed & 0xFFFFFFFF)


def manual_seed(seed):
    """Seeds the default generator with the same numbers as PyTorch's on a CPU."""
    return default_generator.manual_seed(seed)


def seed():
    return default_generator.seed()


def initial_seed():
    return default_generator.initial_seed()


def get_rng_state():
    return default_generator.get_state()


def set_rng_state(new_state):
    default_generator.set_state(new_state)


class fork_rng:
    """What is drawn inside leaves the default generator as it was."""

    def __init__(self, devices=None, enabled=True, *args, **kwargs):
        self._enabled = enabled

    def __enter__(self):
        self._state = get_rng_state()

    def __exit__(self, *args):
        if self._enabled:
            set_rng_state(self._state)
