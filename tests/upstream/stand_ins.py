"""Stand-ins for what PyTorch's own tests import and Gradbox hasn't: the harness (TestCase, device
types, dtypes), written anew after how those tests use it, and markers for what is absent."""
import contextlib
import functools
import importlib.abc
import importlib.machinery
import itertools
import sys
import types
import unittest

import torch


class Absent:
    """A name that doesn't exist here. Using it in a test fails that test, or skips it when the name
    belongs to another project."""

    def __init__(self, name, foreign=False):
        self.__dict__["_name"] = name
        self.__dict__["_foreign"] = foreign

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return Absent(self._name + "." + key, self._foreign)

    def __call__(self, *args, **kwargs):
        if self._foreign:
            raise unittest.SkipTest("needs " + self._name)
        raise NotImplementedError("absent: " + self._name)

    def __bool__(self):
        return False

    def __mro_entries__(self, bases):
        self()

    def __iter__(self):
        self()

    def __enter__(self):
        self()

    def __exit__(self, *exception):
        return False


FOREIGN = ("numpy", "scipy", "hypothesis", "expecttest", "multiprocessing", "caffe2", "PIL")


class AbsentModule(types.ModuleType):
    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return Absent(self.__name__ + "." + key, self.__name__.split(".")[0] in FOREIGN)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: any module of these projects that nothing else provides."""

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in FOREIGN + ("torch",):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return AbsentModule(spec.name)

    def exec_module(self, module):
        pass


def passes(*given, **options):
    """A decorator that changes nothing, written with or without arguments."""
    if len(given) == 1 and not options and callable(given[0]) and not isinstance(given[0], type):
        return given[0]
    return lambda f: f


def skips(reason):
    def decorate(*given, **options):
        if len(given) == 1 and callable(given[0]):
            return unittest.skip(reason)(given[0])
        return unittest.skip(reason)

    return decorate


def by_name(name):
    """What an unknown name of the harness most likely is: a flag, a condition, a decorator."""
    if name.isupper() or name.startswith(("TEST_", "IS_", "HAS_")):
        return False
    for prefix in ("onlyCUDA", "skipMeta", "largeTensorTest", "deviceCountAtLeast", "ops", "modules"):
        if name == prefix and prefix != "skipMeta":
            return skips(name)
    return passes


class HarnessModule(types.ModuleType):
    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return by_name(key)


def close(a, b, rtol, atol, equal_nan, exact_dtype):
    """Raises AssertionError unless a and b are equal as the harness understands it."""
    if isinstance(a, torch.Tensor) or isinstance(b, torch.Tensor):
        if not isinstance(a, torch.Tensor):
            a = torch.tensor(a, dtype=b.dtype)
            exact_dtype = False
        if not isinstance(b, torch.Tensor):
            b = torch.tensor(b, dtype=a.dtype)
            exact_dtype = False
        if exact_dtype and a.dtype != b.dtype:
            raise AssertionError("dtypes differ: %s, %s" % (a.dtype, b.dtype))
        if a.shape != b.shape:
            raise AssertionError("shapes differ: %s, %s" % (tuple(a.shape), tuple(b.shape)))
        tolerances = {} if rtol is None and atol is None else {"rtol": rtol or 0.0, "atol": atol or 0.0}
        torch.testing.assert_close(a, b, check_dtype=False, equal_nan=equal_nan, **tolerances)
        return
    if isinstance(a, dict) and isinstance(b, dict):
        if set(a) != set(b):
            raise AssertionError("keys differ: %s, %s" % (sorted(map(str, a)), sorted(map(str, b))))
        for key in a:
            close(a[key], b[key], rtol, atol, equal_nan, exact_dtype)
        return
    sequences = (list, tuple, torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ParameterList)
    if isinstance(a, sequences) and isinstance(b, sequences):
        if len(a) != len(b):
            raise AssertionError("lengths differ: %d, %d" % (len(a), len(b)))
        for x, y in zip(a, b):
            close(x, y, rtol, atol, equal_nan, exact_dtype)
        return
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool):
        if a == b or (equal_nan and a != a and b != b):
            return
        if abs(a - b) <= (1e-7 if atol is None else atol) + (1e-7 if rtol is None else rtol) * abs(b):
            return
        raise AssertionError("%r is not close to %r" % (a, b))
    if not (a == b):
        raise AssertionError("%r != %r" % (a, b))


class TestCase(unittest.TestCase):
    maxDiff = 2000
    precision = 0

    def setUp(self):
        torch.manual_seed(1234)

    def assertEqual(self, a, b, msg=None, *, atol=None, rtol=None, equal_nan=True, exact_dtype=True, **more):
        if atol is not None and rtol is None:
            rtol = 0.0
        close(a, b, rtol, atol, equal_nan, exact_dtype)

    def assertNotEqual(self, a, b, msg=None, **options):
        try:
            self.assertEqual(a, b, **options)
        except AssertionError:
            return
        raise AssertionError("%r equals %r" % (a, b))

    def assertEqualIgnoreType(self, a, b, **options):
        self.assertEqual(a, b, exact_dtype=False, **options)

    def assertObjectIn(self, item, items):
        if not any(item is other for other in items):
            raise AssertionError("%r is not in %r" % (item, items))

    def assertExpected(self, *args, **kwargs):
        raise unittest.SkipTest("expected-output files")

    def assertExpectedInline(self, actual, expected, skip=0):
        unittest.TestCase.assertEqual(self, str(actual), expected)

    @contextlib.contextmanager
    def assertWarnsOnceRegex(self, category, regex=""):
        import re
        import warnings

        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            yield
        if not any(re.search(regex, str(w.message)) for w in seen):
            raise AssertionError("no warning matches " + repr(regex))

    def assertNotWarn(self, call, *args):
        import warnings

        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            call()
        if seen:
            raise AssertionError("it warns: " + str(seen[0].message))

    @contextlib.contextmanager
    def maybeWarnsRegex(self, category, regex=""):
        yield

    @contextlib.contextmanager
    def assertRaisesRegex(self, expected, regex="", *args, **kwargs):
        with unittest.TestCase.assertRaisesRegex(self, expected, regex):
            yield

    def compare_with_numpy(self, *args, **kwargs):
        raise unittest.SkipTest("needs numpy")


_raises_regex = unittest.TestCase.assertRaisesRegex


def _assert_raises_regex(self, expected, regex="", callable=None, *args, **kwargs):
    if callable is None:
        return _raises_regex(self, expected, regex)
    return _raises_regex(self, expected, regex, callable, *args, **kwargs)


TestCase.assertRaisesRegex = _assert_raises_regex


# ---- dtypes ----

T = torch
INTEGRAL = (T.uint8, T.int8, T.int16, T.int32, T.int64)
FLOATING = (T.float32, T.float64)
COMPLEX = ("complex64", "complex128")


def _family(*parts):
    return lambda *more: tuple(itertools.chain(*parts, more))


DTYPE_FAMILIES = {
    "integral_types": _family(INTEGRAL),
    "integral_types_and": _family(INTEGRAL),
    "floating_types": _family(FLOATING),
    "floating_types_and": _family(FLOATING),
    "floating_types_and_half": _family(FLOATING, (T.float16,)),
    "all_types": _family(FLOATING, INTEGRAL),
    "all_types_and": _family(FLOATING, INTEGRAL),
    "complex_types": _family(COMPLEX),
    "complex_types_and": _family(COMPLEX),
    "floating_and_complex_types": _family(FLOATING, COMPLEX),
    "floating_and_complex_types_and": _family(FLOATING, COMPLEX),
    "all_types_and_complex": _family(FLOATING, INTEGRAL, COMPLEX),
    "all_types_and_complex_and": _family(FLOATING, INTEGRAL, COMPLEX),
    "all_types_and_half": _family(FLOATING, INTEGRAL, (T.float16,)),
    "double_types": _family((T.float64,)),
    "get_all_math_dtypes": lambda device: list(INTEGRAL + FLOATING) + list(COMPLEX),
    "get_all_dtypes": lambda **k: list(INTEGRAL + FLOATING) + [T.bool, T.float16, T.bfloat16],
    "get_all_int_dtypes": lambda: list(INTEGRAL),
    "get_all_fp_dtypes": lambda *a, **k: list(FLOATING) + [T.float16, T.bfloat16],
    "get_all_complex_dtypes": lambda *a, **k: list(COMPLEX),
}


# ---- device types: the CPU ----

def dtypes(*given, device_type="all"):
    def decorate(f):
        flat = []
        for d in given:
            flat.append(d)
        if device_type in ("all", "cpu"):
            kept = dict(getattr(f, "dtypes", {}))
            kept[device_type] = flat
            f.dtypes = kept
        return f

    return decorate


def instantiate_device_type_tests(cls, scope, except_for=None, only_for=None, include_lazy=False, allow_mps=False):
    scope.pop(cls.__name__, None)
    if (except_for and "cpu" in except_for) or (only_for and "cpu" not in only_for):
        return
    members = {}
    for name in dir(cls):
        f = getattr(cls, name)
        if not name.startswith("test") or not callable(f):
            continue
        for label, parameters in expand(f):
            # Several @dtypes on one test combine; the common case is one list, or tuples of it.
            choice = getattr(f, "dtypes", None)
            choices = (choice.get("cpu") or choice.get("all")) if choice else [None]
            for d in choices:
                members["_".join([name] + label + ["cpu"] + dtype_label(d))] = bind(f, parameters, d)
    made = type(cls.__name__ + "CPU", (cls,), members)
    for name in dir(cls):
        if name.startswith("test"):
            setattr(made, name, None)
    made.device_type = "cpu"
    scope[made.__name__] = made


def dtype_label(d):
    if d is None:
        return []
    return [str(x).split(".")[-1] for x in (d if isinstance(d, (tuple, list)) else (d,))]


def bind(f, parameters, d):
    @functools.wraps(f)
    def test(self):
        for one in d if isinstance(d, (tuple, list)) else (d,):
            if isinstance(one, (str, Absent)):
                raise unittest.SkipTest("complex numbers")
        extra = {} if d is None else {"dtypes" if isinstance(d, (tuple, list)) else "dtype": d}
        return f(self, device="cpu", **parameters, **extra)

    test.__dict__.pop("dtypes", None)
    return test


# ---- parametrised tests ----

class subtest:
    def __init__(self, arg_values, name=None, decorators=()):
        self.arg_values = arg_values
        self.name = name


def parametrize(names, values, name_fn=None):
    keys = [n.strip() for n in names.split(",")]

    def decorate(f):
        cases = []
        for v in values:
            label = None
            if isinstance(v, subtest):
                label, v = v.name, v.arg_values
            row = v if len(keys) > 1 else (v,)
            if label is None:
                label = "_".join("%s_%s" % (k, str(x).split(".")[-1]) for k, x in zip(keys, row))
            cases.append((label, dict(zip(keys, row))))
        f.parameters = getattr(f, "parameters", []) + [cases]
        return f

    return decorate


def expand(f):
    """Every combination of a test's parameters: (labels, keyword arguments)."""
    for row in itertools.product(*getattr(f, "parameters", [])):
        merged = {}
        for _, given in row:
            merged.update(given)
        yield [label for label, _ in row], merged


def instantiate_parametrized_tests(cls):
    for name in list(dir(cls)):
        f = getattr(cls, name)
        if not name.startswith("test") or not getattr(f, "parameters", None):
            continue
        for label, parameters in expand(f):
            def test(self, f=f, parameters=parameters):
                return f(self, **parameters)

            setattr(cls, "_".join([name] + label), test)
        setattr(cls, name, None)
    return cls


# ---- helpers of the harness ----

def make_tensor(*shape, dtype, device="cpu", low=None, high=None, requires_grad=False, noncontiguous=False,
                exclude_zero=False, **more):
    """A tensor of random numbers: torch.testing.make_tensor."""
    if isinstance(dtype, (str, Absent)):
        raise unittest.SkipTest("complex numbers")
    if len(shape) == 1 and isinstance(shape[0], (tuple, list, torch.Size)):
        shape = tuple(shape[0])
    big = tuple(shape[:-1]) + (2 * shape[-1],) if noncontiguous and shape else shape
    if dtype is torch.bool:
        t = torch.randint(0, 2, big).bool()
    elif dtype.is_floating_point:
        low, high = -9 if low is None else low, 9 if high is None else high
        t = (torch.rand(big, dtype=torch.float64) * (high - low) + low).to(dtype)
    else:
        low = (0 if dtype is torch.uint8 else -9) if low is None else int(low)
        t = torch.randint(low, 10 if high is None else max(int(high), low + 1), big).to(dtype)
    if noncontiguous and shape:
        t = t[..., ::2]
    if exclude_zero:
        t[t == 0] = 1
    return t.requires_grad_() if requires_grad else t


@contextlib.contextmanager
def freeze_rng_state():
    state = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(state)


@contextlib.contextmanager
def default_dtype(dtype):
    kept = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(kept)


@contextlib.contextmanager
def temporary_file_name(**options):
    import os
    import tempfile

    name = os.path.join(tempfile.mkdtemp(), "file")
    yield name
    if os.path.exists(name):
        os.unlink(name)


class NNTestCase(TestCase):
    """What the tests of modules derive from; those that the harness makes itself, from lists of
    modules and losses, are left out."""

    check_backward_hook_flag = True


def harness(name, **members):
    module = HarnessModule(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


def install():
    sys.meta_path.append(Finder())
    gradcheck, gradgradcheck = torch.autograd.gradcheck, getattr(torch.autograd, "gradgradcheck", Absent("gradgradcheck"))
    internal = "torch.testing._internal"
    sys.modules[internal] = AbsentModule(internal)
    common = dict(
        TestCase=TestCase, run_tests=passes, make_tensor=make_tensor, freeze_rng_state=freeze_rng_state,
        parametrize=parametrize, subtest=subtest, instantiate_parametrized_tests=instantiate_parametrized_tests,
        TemporaryFileName=temporary_file_name,
        gradcheck=gradcheck, gradgradcheck=gradgradcheck, set_default_dtype=default_dtype,
        slowTest=skips("slow"), slowTestIf=lambda c: passes, noncontiguous_like=lambda t: t,
        is_iterable=lambda o: hasattr(o, "__iter__"), torch_to_numpy_dtype_dict={}, skipIfRocm=passes, skipIfMps=passes,
        iter_indices=lambda t: itertools.product(*[range(n) for n in t.shape]) if t.dim() else iter([()]),
    )
    harness(internal + ".common_utils", **common)
    harness(
        internal + ".common_device_type",
        instantiate_device_type_tests=instantiate_device_type_tests,
        dtypes=dtypes,
        dtypesIfCPU=functools.partial(dtypes, device_type="cpu"),
        onlyCUDA=skips("CUDA"), largeTensorTest=skips("large"), deviceCountAtLeast=skips("devices"),
        ops=skips("OpInfo"), skipMeta=passes, precisionOverride=lambda d: passes,
        toleranceOverride=lambda d: passes, tol=lambda **k: None, get_all_device_types=lambda: ["cpu"],
    )
    harness(internal + ".common_dtype", **DTYPE_FAMILIES)
    harness(internal + ".common_cuda", tf32_on_and_off=lambda *a: passes)
    harness(
        internal + ".common_nn",
        NNTestCase=NNTestCase, module_tests=[], new_module_tests=[], criterion_tests=[], loss_reference_fns={},
        NewModuleTest=lambda **k: None, CriterionTest=lambda **k: None,
    )
    harness(internal + ".common_modules", modules=skips("ModuleInfo"))
    sys.modules["torch._six"] = harness(
        "torch._six", inf=float("inf"), nan=float("nan"), string_classes=(str, bytes))
    torch.testing.make_tensor = make_tensor
