"""torch.distributions.constraints: what parameters and values may be."""


class Constraint:
    """check(value) tells for each element, or for each of the last `event_dim` dimensions."""

    is_discrete = False
    event_dim = 0
    _text = ""

    def __init__(self, text, check, event_dim=0, is_discrete=False):
        self._text = text
        self.check = check
        self.event_dim = event_dim
        self.is_discrete = is_discrete

    def __repr__(self):
        return self._text

    __str__ = __repr__


def _bounds(lower, upper):
    return "(lower_bound=" + format(lower) + ", upper_bound=" + format(upper) + ")"


def greater_than(lower_bound):
    return Constraint("GreaterThan(lower_bound=" + format(lower_bound) + ")", lambda v: v > lower_bound)


def greater_than_eq(lower_bound):
    return Constraint("GreaterThanEq(lower_bound=" + format(lower_bound) + ")", lambda v: v >= lower_bound)


def less_than(upper_bound):
    return Constraint("LessThan(upper_bound=" + format(upper_bound) + ")", lambda v: v < upper_bound)


def interval(lower_bound, upper_bound):
    return Constraint(
        "Interval" + _bounds(lower_bound, upper_bound),
        lambda v: (v >= lower_bound) & (v <= upper_bound),
    )


def integer_interval(lower_bound, upper_bound):
    return Constraint(
        "IntegerInterval" + _bounds(lower_bound, upper_bound),
        lambda v: (v % 1 == 0) & (v >= lower_bound) & (v <= upper_bound),
        is_discrete=True,
    )


def independent(base, n):
    """`base` holds for all of the last n dimensions."""

    def check(value):
        result = base.check(value)
        for _ in range(n):
            result = result.all(-1)
        return result

    return Constraint(
        "IndependentConstraint(%s, %d)" % (base, n), check, base.event_dim + n, base.is_discrete
    )


def _positive_definite(value):
    import torch

    symmetric = torch.isclose(value, value.mT, atol=1e-6).all(-2).all(-1)
    return symmetric & (torch.linalg.eigvalsh(value) > 0).all(-1)


def _lower_cholesky(value):
    lower = (value.tril() == value).all(-1).all(-1)
    return lower & (value.diagonal(0, -2, -1) > 0).all(-1)


real = Constraint("Real()", lambda v: v == v)
boolean = Constraint("Boolean()", lambda v: (v == 0) | (v == 1), is_discrete=True)
positive = greater_than(0.0)
nonnegative = greater_than_eq(0.0)
unit_interval = interval(0.0, 1.0)
nonnegative_integer = Constraint(
    "IntegerGreaterThan(lower_bound=0)", lambda v: (v % 1 == 0) & (v >= 0), is_discrete=True
)
simplex = Constraint(
    "Simplex()", lambda v: (v >= 0).all(-1) & ((v.sum(-1) - 1).abs() < 1e-6), event_dim=1
)
one_hot = Constraint(
    "OneHot()",
    lambda v: ((v == 0) | (v == 1)).all(-1) & (v.sum(-1) == 1),
    event_dim=1,
    is_discrete=True,
)
positive_definite = Constraint("PositiveDefinite()", _positive_definite, event_dim=2)
lower_cholesky = Constraint("LowerCholesky()", _lower_cholesky, event_dim=2)
real_vector = independent(real, 1)
