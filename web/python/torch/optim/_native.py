"""Optimizers whose state and rule live in the core; `param_groups` is theirs, told to the core
before each step when it was changed."""
import json

from .. import _core
from .._core import bridge, fail
from .._homes import place
from ._optimizer import (
    Optimizer,
    as_group,
    check_groups,
    closure_loss,
    groups_of,
    new_state,
    scale_schedules,
)

_step = bridge.optim_step
# Options that PyTorch prints and that say nothing here, by their values.
_SILENT = {"foreach": None, "differentiable": False, "capturable": False, "fused": False}
# The options of each kind in PyTorch's order.
_ORDER = {
    "SGD": "lr momentum dampening weight_decay nesterov maximize foreach differentiable",
    "Adam": "lr betas eps weight_decay amsgrad maximize foreach capturable differentiable fused",
    "AdamW": "lr betas eps weight_decay amsgrad foreach maximize capturable",
    "RMSprop": "lr momentum alpha eps centered weight_decay foreach maximize differentiable",
    "Adagrad": "lr lr_decay eps weight_decay initial_accumulator_value foreach maximize",
    "Adadelta": "lr rho eps weight_decay maximize foreach",
    "Adamax": "lr betas eps weight_decay foreach maximize",
    "NAdam": "lr betas eps weight_decay momentum_decay foreach",
    "RAdam": "lr betas eps weight_decay foreach",
    "ASGD": "lr lambd alpha t0 weight_decay foreach maximize",
    "Rprop": "lr etas step_sizes foreach maximize",
}
# Those that count steps in an int; the others' counts are tensors.
_COUNTS_IN_INTS = ("RMSprop", "Adadelta", "Rprop")


def _listed():
    return json.loads(bridge.optimizers_json())


def names():
    return [entry["name"] for entry in _listed()]


def make(kind):
    """The class of an optimizer of the core; None when it has none of that name."""
    for entry in _listed():
        if entry["name"] == kind:
            cls = type(kind, (NativeOptimizer,), {"_kind": kind, "_args": entry["args"]})
            return place(cls, "torch.optim." + kind.lower())
    return None


def _plain(value):
    if isinstance(value, tuple):
        return list(value)
    if hasattr(value, "item"):
        return value.item()
    return value


class NativeOptimizer(Optimizer):
    _args = ()

    def __init__(self, params, *args, **kwargs):
        given = self._bind(args, kwargs)
        try:
            groups = [as_group(g) for g in groups_of(params)]
        except Exception:
            self._check_options(given)
            raise
        self.defaults = self._defaults(given)
        self.param_groups = []
        self._synced = []
        self._o = 0
        # How often step() ran, for the schedulers.
        self._step_count = 0
        for i in range(len(groups)):
            self._add(groups[i], given if i == 0 else None)

    def _bind(self, args, kwargs):
        names = [a["name"] for a in self._args]
        if len(args) > len(names):
            raise TypeError(
                "%s.__init__() takes from %d to %d positional arguments but %d were given"
                % (self._kind, 2, len(names) + 2, len(args) + 2)
            )
        given = dict(zip(names, args))
        for name in kwargs:
            if name in given:
                raise TypeError("%s.__init__() got multiple values for argument '%s'" % (self._kind, name))
            if name not in names and name not in _SILENT:
                raise TypeError("%s.__init__() got an unexpected keyword argument '%s'" % (self._kind, name))
            given[name] = kwargs[name]
        return given

    def _check_options(self, given):
        """Raises what the core says of the options: PyTorch looks at them before the parameters."""
        import torch

        one = torch.zeros(1)
        probe = bridge.optim_new(self._kind, self._options(given), one._h)
        if probe is False:
            fail()
        bridge.optim_free(probe)

    def _defaults(self, given):
        known = dict([(a["name"], a.get("default")) for a in self._args])
        order = _ORDER.get(self._kind)
        defaults = {}
        for name in order.split() if order else known:
            value = given.get(name, known.get(name, _SILENT.get(name)))
            if isinstance(value, list):
                # The core's defaults are all floats: Rprop's largest step is an int in PyTorch.
                value = tuple([50 if name == "step_sizes" and v == 50 else v for v in value])
            defaults[name] = value
        return defaults

    def _options(self, group):
        """What the core is told of a group, as JSON."""
        known = [a["name"] for a in self._args]
        out = {}
        for name in group:
            if name in known and group[name] is not None:
                out[name] = _plain(group[name])
        return json.dumps(out)

    def _add(self, group, given):
        for name in self.defaults:
            if name not in group:
                group[name] = self.defaults[name]
        handles = [p._h for p in group["params"]]
        if not handles:
            raise ValueError("optimizer got an empty parameter list")
        if self._o == 0:
            o = bridge.optim_new(self._kind, self._options(group), *handles)
            if o is False:
                fail()
            self._o = o
        elif bridge.optim_add_group(self._o, self._options(group), *handles) is False:
            fail()
        self.param_groups.append(group)
        self._synced.append(dict(group))

    def add_param_group(self, param_group):
        self._add(as_group(param_group), None)

    def _sync(self):
        """Tells the core which options were changed since the last step."""
        for i in range(len(self._synced)):
            group = self.param_groups[i]
            synced = self._synced[i]
            for a in self._args:
                name = a["name"]
                value = group[name]
                if value is synced[name]:
                    continue
                synced[name] = value
                text = json.dumps(_plain(value))
                if bridge.optim_set(self._o, i, name, text) is False:
                    fail()

    def step(self, closure=None):
        """One update of every parameter that has a gradient; gives what `closure` gave."""
        loss = closure_loss(closure)
        self._step_count += 1
        self._sync()
        done = _step(self._o)
        if done is False:
            fail()
        if done == 2:
            self._pull()
        return loss

    def _pull(self):
        """The page set a learning rate: the groups and their schedulers follow the core."""
        for i in range(len(self._synced)):
            group = self.param_groups[i]
            old = float(_plain(group["lr"]))
            text = bridge.optim_get(self._o, i, "lr")
            if text is False:
                fail()
            if float(text) == old:
                continue
            group["lr"] = self._synced[i]["lr"] = float(text)
            scale_schedules(self, i, float(text) / old if old else 1.0)

    def zero_grad(self, set_to_none=False):
        bridge.optim_zero(self._o, 1 if set_to_none else 0)

    def _core_state(self):
        text = bridge.optim_state_json(self._o)
        if text is False:
            fail()
        saved = json.loads(text)["state"]
        state = {}
        for key in saved:
            entry = {}
            for name, value in saved[key].items():
                entry[name] = _tensor(value) if isinstance(value, dict) else value
            if self._kind == "SGD":
                entry.pop("step", None)
            elif self._kind not in _COUNTS_IN_INTS:
                step = entry.get("step", 0)
                entry["step"] = _tensor({"data": [float(step)], "shape": [], "dtype": "float32"})
            state[int(key)] = entry
        if self._kind == "SGD" and self._step_count:
            # Without momentum there is nothing to remember, and PyTorch notes that.
            number = 0
            for group in self.param_groups:
                for p in group["params"]:
                    if number not in state and not group["momentum"] and p.requires_grad:
                        state[number] = {"momentum_buffer": None}
                    number += 1
            state = dict([(k, state[k]) for k in sorted(state)])
        return state

    @property
    def state(self):
        """A snapshot of what the core remembers of each parameter."""
        params = []
        for group in self.param_groups:
            params += group["params"]
        state = new_state()
        for number, entry in self._core_state().items():
            state[params[number]] = entry
        return state

    @state.setter
    def state(self, values):
        params = []
        for group in self.param_groups:
            params += group["params"]
        kept = dict([(i, values[p]) for i, p in enumerate(params) if p in values])
        self.load_state_dict({"state": kept, "param_groups": self.state_dict()["param_groups"]})

    def state_dict(self):
        groups = []
        numbers = {}
        for group in self.param_groups:
            plain = dict([(k, v) for k, v in group.items() if k != "params"])
            for p in group["params"]:
                if id(p) not in numbers:
                    numbers[id(p)] = len(numbers)
            plain["params"] = [numbers[id(p)] for p in group["params"]]
            groups.append(plain)
        return {"state": self._core_state(), "param_groups": groups}

    def load_state_dict(self, state_dict):
        check_groups(self.param_groups, state_dict["param_groups"])
        known = [a["name"] for a in self._args]
        groups = []
        for saved in state_dict["param_groups"]:
            plain = dict([(k, _plain(v)) for k, v in saved.items() if k in known or k == "params"])
            groups.append(plain)
        state = {}
        for key in state_dict["state"]:
            entry = {}
            for name, value in state_dict["state"][key].items():
                if name == "step":
                    entry[name] = int(value.item() if hasattr(value, "item") else value)
                elif value is not None:
                    entry[name] = _data(value)
            state[str(key)] = entry
        text = json.dumps({"state": state, "param_groups": groups})
        if bridge.optim_load_json(self._o, text) is False:
            fail()
        for group, saved, synced in zip(self.param_groups, state_dict["param_groups"], self._synced):
            for name in saved:
                if name != "params":
                    group[name] = synced[name] = saved[name]

    def __getstate__(self):
        return {
            "param_groups": self.param_groups,
            "defaults": self.defaults,
            "saved": self.state_dict(),
        }

    def __setstate__(self, values):
        self.defaults = values["defaults"]
        self.param_groups = []
        self._synced = []
        self._o = 0
        self._step_count = 0
        for group in values["param_groups"]:
            self._add(group, None)
        self.load_state_dict(values["saved"])


if not _core.MICRO:

    def _del(self):
        o = self.__dict__.get("_o")
        if o:
            bridge.optim_free(o)

    NativeOptimizer.__del__ = _del

_WORDS = {"nan": float("nan"), "inf": float("inf"), "-inf": -float("inf")}


def _flat(t):
    out = []
    for v in t.reshape(-1).tolist():
        out.append(v if v == v and abs(v) != float("inf") else "nan" if v != v else "inf" if v > 0 else "-inf")
    return out


def _data(t):
    return {"dtype": t.dtype.name, "shape": list(t.shape), "data": _flat(t.detach())}


def _tensor(value):
    import torch

    data = [_WORDS[v] if isinstance(v, str) else v for v in value["data"]]
    t = torch.tensor(data, dtype=_core.dtype_named(value["dtype"]))
    return t.reshape(tuple(value["shape"]))
