"""Operators that work element by element."""

import math

import torch

from recorder import Maker

f32, f64, i64, i32, u8, boolean = (
    torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool,
)  # fmt: skip

# name: where to sample. Outside of it, NaN and infinities are covered by EDGES.
UNARY = {
    "abs": (-2, 2), "absolute": (-2, 2), "acos": (-0.9, 0.9), "arccos": (-0.9, 0.9),
    "acosh": (1.1, 3), "arccosh": (1.1, 3), "asin": (-0.9, 0.9), "arcsin": (-0.9, 0.9),
    "asinh": (-2, 2), "arcsinh": (-2, 2), "atan": (-2, 2), "arctan": (-2, 2), "atanh": (-0.9, 0.9),
    "arctanh": (-0.9, 0.9), "angle": (-2, 2), "ceil": (-3, 3), "cos": (-3, 3), "cosh": (-2, 2),
    "deg2rad": (-90, 90), "digamma": (0.2, 5), "erf": (-2, 2), "erfc": (-2, 2), "erfinv": (-0.9, 0.9),
    "exp": (-2, 2), "exp2": (-2, 2), "expm1": (-2, 2), "floor": (-3, 3), "fix": (-3, 3),
    "frac": (-3, 3), "i0": (-3, 3), "lgamma": (0.2, 5), "log": (0.2, 3), "log10": (0.2, 3),
    "log1p": (-0.8, 3), "log2": (0.2, 3), "logit": (0.1, 0.9), "nan_to_num": (-2, 2), "neg": (-2, 2),
    "negative": (-2, 2), "positive": (-2, 2), "rad2deg": (-2, 2), "reciprocal": (0.3, 3),
    "round": (-3, 3), "rsqrt": (0.3, 3), "sigmoid": (-3, 3), "sign": (-2, 2), "sgn": (-2, 2),
    "signbit": (-2, 2), "sin": (-3, 3), "sinc": (-2, 2), "sinh": (-2, 2), "sqrt": (0.2, 3),
    "square": (-2, 2), "tan": (-1, 1), "tanh": (-2, 2), "trunc": (-3, 3), "isfinite": (-2, 2),
    "isinf": (-2, 2), "isnan": (-2, 2), "isneginf": (-2, 2), "isposinf": (-2, 2), "isreal": (-2, 2),
    "logical_not": (-2, 2), "bitwise_not": (-2, 2), "conj_physical": (-2, 2), "special_entr": (0.1, 2),
    "special_erfcx": (-2, 2), "special_expit": (-2, 2), "special_i0e": (-3, 3), "special_i1": (-3, 3),
    "special_i1e": (-3, 3), "special_log_ndtr": (-2, 2), "special_ndtr": (-2, 2),
    "special_ndtri": (0.1, 0.9), "special_psi": (0.2, 5), "special_gammaln": (0.2, 5),
    "special_erf": (-2, 2), "special_erfc": (-2, 2), "special_erfinv": (-0.9, 0.9), "special_exp2": (-2, 2),
    "special_expm1": (-2, 2), "special_log1p": (-0.8, 2), "special_digamma": (0.2, 5), "special_i0": (-2, 2),
    "special_logit": (0.1, 0.9), "special_round": (-3, 3), "special_sinc": (-2, 2),
    "clone": (-2, 2), "detach": (-2, 2), "zeros_like": (-2, 2), "ones_like": (-2, 2), "empty_like": None,
    "relu": (-2, 2), "relu6": (-3, 8), "selu": (-2, 2), "celu": (-2, 2), "elu": (-2, 2),
    "gelu": (-2, 2), "silu": (-2, 2), "mish": (-2, 2), "hardswish": (-4, 4), "hardsigmoid": (-4, 4),
    "hardtanh": (-2, 2), "leaky_relu": (-2, 2), "logsigmoid": (-3, 3), "softplus": (-3, 3),
    "softsign": (-2, 2), "softshrink": (-2, 2), "hardshrink": (-2, 2), "tanhshrink": (-2, 2),
}  # fmt: skip

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, 3.5, -2.5, math.inf, -math.inf, math.nan, 1e-30, 88.8]

BINARY = {
    "add": 1, "sub": 1, "subtract": 1, "mul": 1, "multiply": 1, "div": 0, "divide": 0,
    "true_divide": 0, "floor_divide": 0, "remainder": 0, "fmod": 0, "maximum": 1, "minimum": 1,
    "fmax": 1, "fmin": 1, "max": 1, "min": 1, "atan2": 0, "arctan2": 0, "hypot": 0, "copysign": 0,
    "nextafter": 0, "logaddexp": 0, "logaddexp2": 0, "xlogy": 0, "special_xlog1py": 0,
    "float_power": 0, "ldexp": 0, "heaviside": 0, "eq": 1, "ne": 1, "lt": 1, "le": 1, "gt": 1, "ge": 1,
    "not_equal": 1, "less": 1, "less_equal": 1, "greater": 1, "greater_equal": 1, "logical_and": 1,
    "logical_or": 1, "logical_xor": 1, "isclose": 1, "rsub": 1,
    "pow": 0, "igamma": 0, "igammac": 0, "special_gammainc": 0, "special_gammaincc": 0, "special_zeta": 0, "gcd": 1, "lcm": 1,
    "bitwise_and": 1, "bitwise_or": 1, "bitwise_xor": 1, "bitwise_left_shift": 0,
    "bitwise_right_shift": 0,
}  # fmt: skip
INTEGER_ONLY = {
    "gcd", "lcm", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift",
    "bitwise_right_shift",
}  # fmt: skip
# Overloads that take a number as the second operand.
WITH_NUMBER = {
    "add", "sub", "mul", "div", "true_divide", "floor_divide", "remainder", "fmod", "eq", "ne", "lt", "le",
    "gt", "ge", "pow", "rsub", "bitwise_and", "bitwise_or", "bitwise_xor", "xlogy", "float_power",
    "copysign",
}  # fmt: skip
# Shapes and layouts of two operands.
PAIRS = [
    ((2, 3), (2, 3), "plain", "plain"), ((2, 3), (3,), "plain", "plain"), ((2, 1), (1, 3), "plain", "plain"),
    ((), (2, 2), "plain", "plain"), ((), (), "plain", "plain"), ((0, 3), (3,), "plain", "plain"),
    ((3, 4), (3, 4), "t", "step"), ((3, 2, 2), (2, 2), "expand", "t"),
]  # fmt: skip


def make(r):
    unary(r)
    binary(r)
    special(r)
    mistakes(r)


def unary(r):
    for name, domain in UNARY.items():
        if domain is None:
            continue
        m = Maker(name)
        low, high = domain
        at = {"low": low, "high": high}
        for shape, layout in [((), "plain"), ((2, 3), "plain"), ((0, 3), "plain"), ((3, 4), "t"),
                              ((2, 3), "step"), ((3, 2), "expand")]:  # fmt: skip
            r.op(name, m(*shape, layout=layout, **at), node=name not in ("special_ndtr", "special_round"))
        r.op(name, m(5, dtype=f64, **at), node=name not in ("special_ndtr", "special_round"))
        for dtype in (i64, i32, u8, boolean):
            r.op(name, m(4, dtype=dtype, low=min(low, 0), high=max(high, 1)),
                 either=dtype != i64 or name == "special_round")  # fmt: skip
        # The last edge overflows where PyTorch computes in float32; softshrink(nan) was 0 once.
        wide = ("special_erfcx", "sinc", "special_sinc", "digamma", "special_digamma", "special_psi", "i0",
                "special_i0", "special_i1")  # fmt: skip
        edges = torch.tensor(EDGES[:-1] if name in wide else EDGES)
        if name in ("relu", "gelu", "elu", "selu", "celu", "special_i1", "special_i1e"):
            edges = torch.cat([edges[:1], edges[2:]])  # vector code makes 0. of -0.
        if name == "softshrink":
            edges = edges[:10]
        r.op(name, edges)


def binary(r):
    for name, zero in BINARY.items():
        m = Maker(name)
        away = {} if zero else {"low": 0.3, "high": 3}
        if name not in INTEGER_ONLY:
            for first, second, layout1, layout2 in PAIRS:
                r.op(name, m(*first, layout=layout1, **away), m(*second, layout=layout2, **away))
            r.op(name, m(2, 3, dtype=f64, **away), m(3, **away))
            r.op(name, m(3, **away), m(3, dtype=i64, low=1, high=4))
            r.op(name, m(dtype=f64, **away), m(3, **away))
        for a, b in [(i64, i64), (i32, i64), (u8, i32), (boolean, boolean), (boolean, u8)]:
            r.op(name, m(2, 3, dtype=a, low=0, high=6), m(3, dtype=b, low=1, high=4), either=b != i64)
        if name in WITH_NUMBER:
            for number in (2, 2.5, True):
                for dtype in (f32, i64, boolean):
                    if name == "pow" and number == 2.5 and dtype == boolean:
                        continue
                    r.op(name, m(3, dtype=dtype, low=0.3 if dtype == f32 else -2), number, either=True)
        if name in ("floor_divide", "remainder", "fmod"):
            r.op(name, torch.tensor([7, -7, 7, -7, 6]), torch.tensor([3, 3, -3, -3, -3]))
            r.op(name, torch.tensor([7.5, -7.5, 7.5, -7.5, 6.0, 1.0]),
                 torch.tensor([3.0, 3.0, -3.0, -3.0, -3.0, 0.0]))  # fmt: skip
    ties = torch.tensor([1.0, 2.0, 3.0, math.nan, 1.0, math.inf])
    other = torch.tensor([1.0, 3.0, 2.0, 1.0, math.nan, math.inf])
    for name in ("maximum", "minimum", "fmax", "fmin", "max", "min", "eq", "lt", "hypot", "logaddexp"):
        r.op(name, ties.clone().requires_grad_(), other.clone().requires_grad_())


def special(r):
    m = Maker("special cases")
    for mode in ("floor", "trunc", None):
        for dtype in (f32, i64):
            r.op("div", m(2, 3, dtype=dtype, low=-9, high=9), m(3, dtype=dtype, low=1, high=4),
                 rounding_mode=mode, node=mode is not None)  # fmt: skip
        r.op("div", m(4, low=-9, high=9), -2, rounding_mode=mode, node=mode is not None)
    for alpha in (2, 0.5, -1):
        r.op("add", m(2, 3), m(3), alpha=alpha)
        r.op("sub", m(2, 3), m(3), alpha=alpha)
        r.op("rsub", m(2, 3), m(3), alpha=alpha)
    r.op("add", m.ints(3), m.ints(3), alpha=2)
    for exponent in (0, 1, 2, 3, 0.5, -1, -2, 2.5):
        r.op("pow", m(2, 3, low=0.3), exponent)
    r.op("pow", 2, m(2, 3))
    r.op("pow", 2.5, m.ints(3))
    r.op("pow", 2, m.ints(3))
    r.op("pow", torch.tensor([0.0, -1.0, -2.0, 0.0]).requires_grad_(),
         torch.tensor([2.0, 3.0, 2.0, 0.0]).requires_grad_())  # fmt: skip
    r.op("pow", m.ints(4, low=-3, high=3), m.ints(4))
    r.op("float_power", 2, m(3))
    r.op("xlogy", 2, m(3, low=0.3))
    r.op("special_xlogy", m(3), m(3, low=0.3))
    for bounds in ({"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}, {"min": 1, "max": 0}):
        r.op("clamp", m(3, 4, layout="t"), **bounds)
        r.op("clip", m(2, 3), **bounds)
        r.op("clamp", m.ints(5, low=-3, high=3), **bounds)
    r.op("clamp", torch.tensor([-1.0, 0.0, 1.0, math.nan]).requires_grad_(), 0, 1)
    r.op("clamp", m(2, 3), m(3, low=-1, high=0), m(2, 1, low=0, high=1))
    r.op("clamp", m(2, 3), min=m(3))
    r.op("clip", m(2, 3), min=m(3))
    r.op("clamp_min", m(3), 0)
    r.op("clamp_max", m(3), 0)
    r.op("clamp_min", m(2, 3), m(3))
    r.op("clamp_max", m(2, 3), m(3))
    for name in ("addcmul", "addcdiv"):
        r.op(name, m(2, 3), m(3), m(2, 1, low=0.5))
        r.op(name, m(2, 3), m(3), m(2, 1, low=0.5), value=0.5)
    r.op("lerp", m(2, 3), m(3), 0.3)
    r.op("lerp", m(2, 3), m(2, 3), m(3))
    r.op("lerp", m(2, 3), m(2, 3), 0.75)
    r.op("nan_to_num", torch.tensor([1.0, math.nan, math.inf, -math.inf]).requires_grad_())
    r.op("nan_to_num", torch.tensor([1.0, math.nan, math.inf, -math.inf]), nan=1.0, posinf=2.0, neginf=3.0)
    r.op("logit", m(3, low=-0.2, high=1.2), eps=0.1)
    r.op("logit", m(3, low=-0.2, high=1.2), 0.1)
    for decimals in (0, 2, -1):
        r.op("round", m(5, low=-30, high=30, dtype=f64), decimals=decimals)
        r.op("special_round", m(5, low=-30, high=30, dtype=f64), decimals=decimals)
    r.op("frexp", m(5))
    r.op("frexp", torch.tensor([0.0, 1.0, 0.5, -3.0, 1024.0], dtype=f64))
    for n in (0, 1, 2, 3):
        r.op("polygamma", n, m(4, low=0.3, high=4))
    r.op("special_polygamma", 1, m(4, low=0.3, high=4))
    r.op("mvlgamma", m(4, low=2, high=6), 3)
    r.op("special_multigammaln", m(4, low=2, high=6), 2)
    r.op("where", m.bools(2, 3), m(2, 3), m(3))
    r.op("where", m.bools(2, 3), m(2, 3, dtype=f64), m(3))
    r.op("where", m.bools(3, 4), m(3, 4, layout="t"), 0)
    r.op("where", m.bools(2, 3), 1.5, m(2, 3))
    r.op("where", m.bools(2, 1), 1, 0)
    r.op("where", m.bools(2, 3), m.ints(3), m(3))
    r.op("masked_fill", m(2, 3), m.bools(3), 1.5)
    r.op("masked_fill", m(2, 3), m.bools(2, 3), -math.inf)
    r.op("masked_fill", m(2, 3), m.bools(2, 3), m())
    r.op("masked_fill", m.ints(4), m.bools(4), 7)
    r.op("celu", m(5), 0.5)
    r.op("elu", m(5), 0.5)
    r.op("leaky_relu", m(5), 0.2)
    r.op("hardtanh", m(5), -0.5, 0.7)
    r.op("softplus", m(5), 2, 1)
    r.op("softshrink", m(5), 0.3)
    r.op("hardshrink", m(5), 0.3)
    r.op("threshold", m(5), 0.1, 20)
    r.op("gelu", m(2, 3), approximate="tanh")
    r.op("glu", m(4, 6))
    r.op("glu", m(4, 6), 0)
    r.op("prelu", m(2, 3), m(1))
    r.op("prelu", m(2, 3, 2), m(3))
    r.op("rrelu", m(5))
    r.op("rrelu", m(20), 0.1, 0.3, training=True, seed=3)
    r.op("fill", m(2, 3), 2.5)
    r.op("fill", m(2, 3), m())
    r.op("fill", m.ints(3), 2)
    r.op("zero", m(2, 3), fn=lambda x: torch.Tensor.zero_(x.clone()), node=False)
    r.op("copy", m(2, 3), m(3), fn=lambda x, y: x.clone().copy_(y), node=False)
    r.op("allclose", m(3), m(3))
    r.op("allclose", torch.ones(3), torch.ones(3) + 1e-7)
    r.op("equal", torch.ones(3), torch.ones(3))
    r.op("equal", torch.ones(3), torch.ones(4))
    r.op("isclose", torch.tensor([1.0, math.nan, math.inf]), torch.tensor([1.00001, math.nan, math.inf]),
         equal_nan=True)  # fmt: skip
    r.op("is_nonzero", torch.tensor([2.0]))
    r.op("isin", m.ints(2, 3), torch.tensor([1, 3]))
    r.op("isin", m.ints(2, 3), torch.tensor([1, 3]), invert=True)
    for dtype in (f64, i64, i32, u8, boolean):
        r.op("to", m(2, 3), dtype, fn=torch.Tensor.to)
    r.op("to", m.ints(2, 3), f32, fn=torch.Tensor.to)
    r.op("to", m.ints(2), m(1, dtype=f64), fn=torch.Tensor.to)
    r.op("type_as", m.ints(2), m(1, dtype=f64))
    for name in ("float", "double", "int", "long", "bool", "byte", "half", "bfloat16", "char", "short"):
        r.op(name, m(2, 3), fn=getattr(torch.Tensor, name))
        r.op(name, m.ints(3), fn=getattr(torch.Tensor, name))
    r.op("softmax", m(2, 3), 1)
    for name in ("softmax", "log_softmax", "softmin"):
        for shape, dim in [((2, 3), 0), ((2, 3), -1), ((2, 3, 4), 1), ((), 0), ((0, 3), 1)]:
            r.op(name, m(*shape), dim)
        r.op(name, m(3, 4, layout="t"), 1, dtype=f64)
        r.op(name, torch.tensor([1000.0, 1001.0, -math.inf]).requires_grad_(), 0)


def mistakes(r):
    m = Maker("mistakes")
    r.error("add", m(2, 3), m(4))
    r.error("mul", m(2, 3), m(3, 2))
    r.error("add", m.ints(3), m.ints(3), alpha=0.5)
    r.error("sub", m.bools(3), m.bools(3))
    r.error("sub", m.bools(3), m.ints(3))
    r.error("neg", m.bools(3))
    r.error("pow", m.ints(3), -2)
    r.error("floor_divide", m.ints(3), torch.tensor([0]))
    r.error("bitwise_and", m(3), m(3))
    r.error("bitwise_not", m(3))
    r.error("clamp", m(3))
    r.error("gelu", m.ints(3))
    r.error("div", m(3), m(3), rounding_mode="up")
    r.error("prelu", m(2, 3), m(2))
    r.error("glu", m(3))
