"""torch.optim.Optimizer: parameter groups, state, state_dict."""
from .._grad_mode import enable_grad
from .._tensor import Tensor

# What an option without a default has until a group gives it.
required = object()


class _State(dict):
    """optimizer.state: one dict for each parameter, made on first use."""

    def __missing__(self, key):
        value = self[key] = {}
        return value

    def __repr__(self):
        return "defaultdict(<class 'dict'>, %s)" % dict.__repr__(self)


class _MicroState:
    """The same on MicroPython, where dict can't be subclassed and finds keys by ==: by identity."""

    def __init__(self):
        self._items = {}

    def __getitem__(self, key):
        if id(key) not in self._items:
            self._items[id(key)] = (key, {})
        return self._items[id(key)][1]

    def __setitem__(self, key, value):
        self._items[id(key)] = (key, value)

    def __contains__(self, key):
        return id(key) in self._items

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        items = ["%r: %r" % (k, s) for k, s in self._items.values()]
        return "defaultdict(<class 'dict'>, {" + ", ".join(items) + "})"

    def __iter__(self):
        return iter(self.keys())

    def get(self, key, default=None):
        return self._items[id(key)][1] if id(key) in self._items else default

    def keys(self):
        return [key for key, _ in self._items.values()]

    def values(self):
        return [value for _, value in self._items.values()]

    def items(self):
        return list(self._items.values())

    def clear(self):
        self._items.clear()


def new_state():
    from .._core import MICRO

    return _MicroState() if MICRO else _State()


def scale_schedules(optimizer, i, ratio):
    """The rate of group `i` became `ratio` times what it was from outside: schedules go on from there."""
    group = optimizer.param_groups[i]
    for name in ("initial_lr", "max_lr", "min_lr"):
        if name in group:
            group[name] *= ratio
    for get in getattr(optimizer, "_schedulers", ()):
        scheduler = get()
        if scheduler is not None:
            scheduler._scale(i, ratio)


class Optimizer:
    """Base class. `params`: tensors, or dicts with "params" and options of their own."""

    def __init__(self, params, defaults):
        self.defaults = defaults
        self.state = new_state()
        self.param_groups = []
        for group in groups_of(params):
            self.add_param_group(group)

    def add_param_group(self, param_group):
        group = as_group(param_group)
        for name in self.defaults:
            if name not in group:
                value = self.defaults[name]
                if value is required:
                    raise ValueError(
                        "parameter group didn't specify a value of required optimization parameter "
                        + name
                    )
                group[name] = value
        for p in group["params"]:
            if not p.is_leaf and not p.retains_grad:
                raise ValueError("can't optimize a non-leaf Tensor")
            for other in self.param_groups:
                if any([p is q for q in other["params"]]):
                    raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(group)

    def zero_grad(self, set_to_none=False):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if set_to_none:
                    p.grad = None
                else:
                    if p.grad.requires_grad:
                        p.grad = p.grad.detach()
                    p.grad.zero_()

    def step(self, closure=None):
        raise NotImplementedError

    def state_dict(self):
        """Plain data: `state` by the parameters' order, `param_groups` with numbers for parameters."""
        numbers = {}
        groups = []
        for group in self.param_groups:
            plain = dict([(k, v) for k, v in group.items() if k != "params"])
            for p in group["params"]:
                if id(p) not in numbers:
                    numbers[id(p)] = len(numbers)
            plain["params"] = [numbers[id(p)] for p in group["params"]]
            groups.append(plain)
        state = {}
        for key in self.state:
            state[numbers[id(key)] if isinstance(key, Tensor) else key] = self.state[key]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        check_groups(self.param_groups, state_dict["param_groups"])
        params = []
        for group, saved in zip(self.param_groups, state_dict["param_groups"]):
            params += group["params"]
            for name in saved:
                if name != "params":
                    group[name] = saved[name]
        self.state = new_state()
        for key in state_dict["state"]:
            value = state_dict["state"][key]
            if isinstance(key, int) and key < len(params):
                self.state[params[key]] = dict(value.items())
            else:
                self.state[key] = value

    def __repr__(self):
        lines = [type(self).__name__ + " ("]
        for i in range(len(self.param_groups)):
            lines += ["", "Parameter Group " + str(i)] if i else ["Parameter Group 0"]
            group = self.param_groups[i]
            for name in sorted(group):
                if name != "params":
                    lines.append("    " + name + ": " + str(group[name]))
        return "\n".join(lines + [")"])

    __str__ = __repr__


def groups_of(params):
    """The groups of a constructor's argument, each a dict."""
    if isinstance(params, Tensor):
        raise TypeError(
            "params argument given to the optimizer should be an iterable of Tensors or dicts, but "
            "got " + params.type()
        )
    if hasattr(params, "named_parameters"):
        raise TypeError("'%s' object is not iterable" % type(params).__name__)
    groups = list(params)
    if len(groups) == 0:
        raise ValueError("optimizer got an empty parameter list")
    if not isinstance(groups[0], dict):
        groups = [{"params": groups}]
    return groups


def as_group(group):
    """A copy of a group with its parameters as a list. TypeError on what isn't a tensor."""
    if not isinstance(group, dict):
        raise AssertionError("param group must be a dict")
    group = dict(group.items())
    params = group["params"]
    if isinstance(params, Tensor):
        params = [params]
    elif isinstance(params, set):
        raise TypeError(
            "optimizer parameters need to be organized in ordered collections, but the ordering of "
            "tensors in sets will change between runs. Please use a list instead."
        )
    params = list(params)
    for p in params:
        if isinstance(p, tuple) and len(p) == 2:
            raise TypeError("optimizer can only optimize Tensors, but one of the params is tuple")
        if not isinstance(p, Tensor):
            raise TypeError(
                "optimizer can only optimize Tensors, but one of the params is "
                + ("Module" if hasattr(p, "named_parameters") else type(p).__name__)
            )
    if len(set([id(p) for p in params])) < len(params):
        import warnings

        warnings.warn(
            "optimizer contains a parameter group with duplicate parameters; in future, this will "
            "cause an error; see github.com/pytorch/pytorch/issues/40967 for more information"
        )
    # "params" stands first, as in PyTorch.
    made = {"params": params}
    for name in group:
        if name != "params":
            made[name] = group[name]
    return made


def check_groups(groups, saved):
    if len(groups) != len(saved):
        raise ValueError("loaded state dict has a different number of parameter groups")
    for group, other in zip(groups, saved):
        if len(group["params"]) != len(other["params"]):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of "
                "optimizer's group"
            )


def closure_loss(closure):
    """What step(closure) begins with: the loss, computed with gradients on."""
    if closure is None:
        return None
    with enable_grad():
        return closure()
