"""torch.optim.LBFGS: a quasi-Newton method that remembers the last steps and gradient changes
(Nocedal 1980), with an optional line search for the strong Wolfe conditions (Nocedal and Wright,
Numerical Optimization, algorithms 3.5 and 3.6).

Where PyTorch computes with float32 tensors instead of Python floats, so does this, in the same
order: a line search that takes another branch ends elsewhere.
"""
from .._core import MICRO
from .._grad_mode import enable_grad, no_grad
from .._tensor import Tensor
from ._optimizer import Optimizer


def _less(a, b):
    """a < b. A tensor must stand first: MicroPython's floats can't be compared with one."""
    if isinstance(a, Tensor) or not isinstance(b, Tensor):
        return bool(a < b)
    return bool(b > a)


def _smaller(a, b):
    return b if _less(b, a) else a


def _larger(a, b):
    return b if _less(a, b) else a


def _number(loss):
    return loss.item() if isinstance(loss, Tensor) else float(loss)


class LBFGS(Optimizer):
    """step(closure) computes the loss and its gradients several times. One parameter group only."""

    def __init__(
        self,
        params,
        lr=1,
        max_iter=20,
        max_eval=None,
        tolerance_grad=1e-7,
        tolerance_change=1e-9,
        history_size=100,
        line_search_fn=None,
    ):
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        self._step_count = 0
        Optimizer.__init__(self, params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def _gradient(self):
        import torch

        parts = []
        for p in self._params:
            parts.append(torch.zeros(p.numel(), dtype=p.dtype) if p.grad is None else p.grad.reshape(-1))
        return torch.cat(parts, 0)

    def _move(self, t, d):
        """Goes the way t * d."""
        start = 0
        for p in self._params:
            n = p.numel()
            p.add_(d[start : start + n].view_as(p), alpha=t)
            start += n

    def _evaluate(self, closure, x, t, d):
        """Loss and gradient at x + t * d; the parameters are x again afterwards."""
        self._move(t, d)
        loss = _number(closure())
        gradient = self._gradient()
        for p, before in zip(self._params, x):
            p.copy_(before)
        return loss, gradient

    def step(self, closure):
        """Up to max_iter updates; gives the loss before the first one."""
        self._step_count += 1
        with no_grad():
            return self._run(enable_grad()(closure))

    def _run(self, closure):
        group = self.param_groups[0]
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first = closure()
        loss = _number(first)
        evaluations = 1
        state["func_evals"] += 1
        gradient = self._gradient()
        if gradient.abs().max() <= group["tolerance_grad"]:
            return first
        d, t = state.get("d"), state.get("t")
        memory = [state.get("old_dirs"), state.get("old_stps"), state.get("ro"), state.get("H_diag")]
        previous = state.get("prev_flat_grad")
        loss_before = state.get("prev_loss")
        count = 0
        while count < group["max_iter"]:
            count += 1
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                d = gradient.neg()
                memory = [[], [], [], 1]
            else:
                _remember(memory, gradient.sub(previous), d.mul(t), group["history_size"])
                d = _direction(memory, gradient)
            previous = gradient.clone()
            loss_before = loss
            t = group["lr"]
            if state["n_iter"] == 1:
                t = _smaller(1.0, 1.0 / gradient.abs().sum()) * t
            slope = gradient.dot(d)
            if slope > -group["tolerance_change"]:
                break
            used = 0
            done = False
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                x = [p.clone() for p in self._params]
                search = _Search(lambda t: self._evaluate(closure, x, t, d), d, loss, gradient, slope)
                loss, gradient, t, used = search.run(t)
                self._move(t, d)
                done = bool(gradient.abs().max() <= group["tolerance_grad"])
            else:
                self._move(t, d)
                if count != group["max_iter"]:
                    loss = _number(closure())
                    gradient = self._gradient()
                    done = bool(gradient.abs().max() <= group["tolerance_grad"])
                    used = 1
            evaluations += used
            state["func_evals"] += used
            if count == group["max_iter"] or evaluations >= group["max_eval"] or done:
                break
            if d.mul(t).abs().max() <= group["tolerance_change"]:
                break
            if abs(loss - loss_before) < group["tolerance_change"]:
                break
        state["d"] = d
        state["t"] = t
        state["old_dirs"], state["old_stps"], state["ro"], state["H_diag"] = memory
        state["prev_flat_grad"] = previous
        state["prev_loss"] = loss_before
        return first


def _remember(memory, y, s, size):
    """Takes the last step s and the change of the gradient y into the history."""
    ys = y.dot(s)
    if not ys > 1e-10:
        return
    changes, steps, inverse, _ = memory
    if len(changes) == size:
        for items in (changes, steps, inverse):
            items.pop(0)
    changes.append(y)
    steps.append(s)
    inverse.append(1.0 / ys)
    memory[3] = ys / y.dot(y)


def _direction(memory, gradient):
    """The two-loop recursion: minus the inverse Hessian, as far as it is known, times the gradient."""
    changes, steps, inverse, scale = memory
    weights = [None] * len(changes)
    q = gradient.neg()
    for i in range(len(changes) - 1, -1, -1):
        weights[i] = steps[i].dot(q) * inverse[i]
        q.add_(changes[i], alpha=-weights[i])
    r = q.mul(scale)
    for i in range(len(changes)):
        r.add_(steps[i], alpha=weights[i] - changes[i].dot(r) * inverse[i])
    return r


def _cubic(x1, f1, g1, x2, f2, g2, bounds=None):
    """The minimum of the cubic through two points with these slopes, within the bounds."""
    if bounds is None:
        bounds = (x2, x1) if _less(x2, x1) else (x1, x2)
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1**2 - g1 * g2
    if not square >= 0:
        return (bounds[0] + bounds[1]) / 2.0
    d2 = square.sqrt()
    if _less(x2, x1):
        x = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    else:
        x = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    return _smaller(_larger(x, bounds[0]), bounds[1])


class _Search:
    """Finds a step length that fulfils the strong Wolfe conditions: a bracket, then zooming in."""

    c1, c2 = 1e-4, 0.9
    tolerance = 1e-9
    limit = 25

    def __init__(self, evaluate, d, f, g, slope):
        self._evaluate = evaluate
        self._d = d
        self._f = f
        self._g = g.clone()
        self._slope = slope
        self._evaluations = 0

    def _at(self, t):
        """A point of the search: step length, loss, gradient, slope."""
        f, g = self._evaluate(t)
        self._evaluations += 1
        return [t, f, g, g.dot(self._d)]

    def _too_high(self, p):
        bound = self._f + self.c1 * p[0] * self._slope
        return _less(bound, p[1])

    def _flat(self, p):
        return bool(abs(p[3]) <= -self.c2 * self._slope)

    def run(self, t):
        bracket, found, rounds = self._bracket(t)
        if not found and rounds < self.limit:
            self._zoom(bracket, rounds)
        low = self._low(bracket)
        return bracket[low][1], bracket[low][2], bracket[low][0], self._evaluations

    def _low(self, bracket):
        return 0 if bracket[0][1] <= bracket[-1][1] else 1

    def _bracket(self, t):
        before = [0, self._f, self._g, self._slope]
        p = self._at(t)
        for rounds in range(self.limit):
            if self._too_high(p) or (rounds > 1 and p[1] >= before[1]):
                return [before, p], False, rounds
            if self._flat(p):
                return [p], True, rounds
            if p[3] >= 0:
                return [before, p], False, rounds
            bounds = (p[0] + 0.01 * (p[0] - before[0]), p[0] * 10)
            t = _cubic(before[0], before[1], before[3], p[0], p[1], p[3], bounds)
            before = p
            p = self._at(t)
        return [[0, self._f, self._g, self._slope], p], False, self.limit

    def _zoom(self, bracket, rounds):
        width = self._d.abs().max()
        stuck = False
        low = self._low(bracket)
        while rounds < self.limit:
            a, b = bracket
            if abs(b[0] - a[0]) * width < self.tolerance:
                return
            t = _cubic(a[0], a[1], a[3], b[0], b[1], b[3])
            left, right = _smaller(a[0], b[0]), _larger(a[0], b[0])
            margin = 0.1 * (right - left)
            if _less(_smaller(right - t, t - left), margin):
                # Twice in a row near an end, or at it: a step inwards instead.
                if stuck or not _less(t, right) or not _less(left, t):
                    t = right - margin if _less(abs(t - right), abs(t - left)) else left + margin
                    stuck = False
                else:
                    stuck = True
            else:
                stuck = False
            p = self._at(t)
            rounds += 1
            high = 1 - low
            if self._too_high(p) or p[1] >= bracket[low][1]:
                bracket[high] = p
                low = self._low(bracket)
                continue
            if self._flat(p):
                rounds = self.limit
            elif p[3] * (bracket[high][0] - bracket[low][0]) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = p


if not MICRO:
    LBFGS.__module__ = "torch.optim"
