"""torch.nn.utils.prune: masks over parameters. A pruned parameter is name_orig * name_mask, computed
before each call of its module."""
from ..._core import bridge, fail

_set = object.__setattr__


def _torch():
    import torch

    return torch


def _put(module, name, weight):
    """Makes a computed tensor module.name; a layer of the core takes it, too."""
    _set(module, name, weight)
    if hasattr(module, "_n") and bridge.module_computed(module._n, name, weight._h) is False:
        fail()


def _found(module, name):
    """The hook that prunes module.name, with its key, or (None, None)."""
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            return key, hook
    return None, None


class BasePruningMethod:
    """A way to choose what to prune. Subclasses define PRUNING_TYPE and compute_mask."""

    _tensor_name = None

    def __call__(self, module, inputs):
        _put(module, self._tensor_name, self.apply_mask(module))

    def compute_mask(self, t, default_mask):
        """The mask for t; what default_mask prunes stays pruned."""
        raise NotImplementedError()

    def apply_mask(self, module):
        if self._tensor_name is None:
            raise AssertionError("Module %s has to be pruned" % module)
        mask = getattr(module, self._tensor_name + "_mask")
        return mask.to(getattr(module, self._tensor_name + "_orig").dtype) * getattr(
            module, self._tensor_name + "_orig"
        )

    @classmethod
    def apply(cls, module, name, *args, importance_scores=None, **kwargs):
        """Prunes module.name, on top of what was pruned before."""
        key, before = _found(module, name)
        if before is not None:
            module._remove_hook(key)
        method = cls(*args, **kwargs)
        method._tensor_name = name
        if before is not None:
            container = before if isinstance(before, PruningContainer) else PruningContainer(before)
            container.add_pruning_method(method)
            method = container
        parameter = getattr(module, name)
        if importance_scores is not None:
            if importance_scores.shape != parameter.shape:
                raise AssertionError(
                    "importance_scores should have the same shape as parameter %s of %s" % (name, module)
                )
        else:
            importance_scores = parameter
        if before is None:
            original = module._parameters.pop(name)
            # A layer of the core keeps its place for it.
            if not hasattr(module, "_n"):
                module._del_core(name)
            module.register_parameter(name + "_orig", original)
            default = _torch().ones_like(original)
        else:
            default = getattr(module, name + "_mask").detach().clone()
        try:
            with _torch().no_grad():
                mask = method.compute_mask(importance_scores.detach(), default)
            module.register_buffer(name + "_mask", mask)
            _put(module, name, method.apply_mask(module))
            module.register_forward_pre_hook(method)
        except Exception as error:
            if before is None:
                original = module._parameters[name + "_orig"]
                delattr(module, name + "_orig")
                if name in module.__dict__:
                    object.__delattr__(module, name)
                module.register_parameter(name, original)
            raise error
        return method

    def prune(self, t, default_mask=None, importance_scores=None):
        """t with this method's mask over it."""
        if importance_scores is None:
            importance_scores = t
        if default_mask is None:
            default_mask = _torch().ones_like(t)
        return t * self.compute_mask(importance_scores, default_mask)

    def remove(self, module):
        """Makes the pruning permanent."""
        name = self._tensor_name
        if name is None:
            raise AssertionError("Module %s has to be pruned before pruning can be removed" % module)
        weight = self.apply_mask(module)
        original = module._parameters[name + "_orig"]
        if name in module.__dict__:
            object.__delattr__(module, name)
        original.data = weight.detach()
        delattr(module, name + "_orig")
        delattr(module, name + "_mask")
        module.register_parameter(name, original)


class PruningContainer(BasePruningMethod):
    """Several methods, one after another, each on what the others left."""

    def __init__(self, *args):
        self._pruning_methods = ()
        if len(args) == 1 and not isinstance(args[0], (list, tuple)):
            self._tensor_name = args[0]._tensor_name
        elif args:
            self._tensor_name = args[0][0]._tensor_name if isinstance(args[0], (list, tuple)) else args[0]._tensor_name
        for a in args:
            for method in a if isinstance(a, (list, tuple)) else (a,):
                self.add_pruning_method(method)

    def add_pruning_method(self, method):
        if not isinstance(method, BasePruningMethod) and method is not None:
            raise TypeError("%s is not a BasePruningMethod subclass" % type(method))
        if method is not None and self._tensor_name != method._tensor_name:
            raise ValueError(
                "Can only add pruning methods acting on the parameter named '%s' to PruningContainer %s."
                % (self._tensor_name, self) + " Found '%s'" % method._tensor_name
            )
        self._pruning_methods = self._pruning_methods + (method,)

    def __len__(self):
        return len(self._pruning_methods)

    def __iter__(self):
        return iter(self._pruning_methods)

    def __getitem__(self, i):
        return self._pruning_methods[i]

    def compute_mask(self, t, default_mask):
        method = self._pruning_methods[-1]
        kind = method.PRUNING_TYPE
        if kind == "global":
            left = None
        elif kind == "unstructured":
            left = default_mask == 1
        elif kind == "structured":
            # Channels that are pruned already don't count.
            keep = default_mask.sum(dim=_other_dims(t, method.dim)) != 0
            index = keep.nonzero().view(-1)
            mask = default_mask.clone()
            part = method.compute_mask(
                t.index_select(method.dim, index), default_mask.index_select(method.dim, index)
            )
            shape = [1] * t.dim()
            shape[method.dim] = -1
            return mask.index_copy(method.dim, index, part.to(mask.dtype))
        else:
            raise ValueError("Unrecognized PRUNING_TYPE " + kind)
        mask = default_mask.clone()
        if left is None:
            return method.compute_mask(t, default_mask).to(mask.dtype)
        mask[left] = method.compute_mask(t[left], default_mask[left]).to(mask.dtype)
        return mask


class Identity(BasePruningMethod):
    """Prunes nothing: only makes the mask."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t, default_mask):
        return default_mask


def _check_amount(amount):
    number = isinstance(amount, (int, float))
    if not number:
        raise TypeError(
            "Invalid type for amount: %s. Must be int or float." % (amount,)
        )
    whole = type(amount) is int
    if (whole and amount < 0) or (not whole and (float(amount) > 1.0 or float(amount) < 0.0)):
        raise ValueError(
            "amount=%s should either be a float in the range [0, 1] or a non-negative integer" % (amount,)
        )


def _how_many(amount, size):
    count = amount if type(amount) is int else round(amount * size)
    if count > size:
        raise ValueError(
            "amount=%s should be smaller than the number of parameters to prune=%d" % (amount, size)
        )
    return count


class _Unstructured(BasePruningMethod):
    PRUNING_TYPE = "unstructured"

    def __init__(self, amount):
        _check_amount(amount)
        self.amount = amount

    def compute_mask(self, t, default_mask):
        count = _how_many(self.amount, t.nelement())
        mask = default_mask.clone()
        if count:
            mask.view(-1)[self._chosen(t, count).indices] = 0
        return mask


class RandomUnstructured(_Unstructured):
    def _chosen(self, t, count):
        return _torch().topk(_torch().rand_like(t).view(-1), k=count)


class L1Unstructured(_Unstructured):
    def _chosen(self, t, count):
        return _torch().topk(_torch().abs(t).view(-1), k=count, largest=False)


def _other_dims(t, dim):
    return [d for d in range(t.dim()) if d != dim % t.dim()]


def _needs_channels(t):
    if t.dim() <= 1:
        raise ValueError(
            "Structured pruning can only be applied to multidimensional tensors. Found tensor of "
            "shape %s with %d dims" % (t.shape, t.dim())
        )


class _Structured(BasePruningMethod):
    PRUNING_TYPE = "structured"

    def __init__(self, amount, dim=-1):
        _check_amount(amount)
        self.amount = amount
        self.dim = dim

    def compute_mask(self, t, default_mask):
        """1 in the channels with the highest scores."""
        _needs_channels(t)
        channels = t.size(self.dim)
        count = _how_many(self.amount, channels)
        if count == 0:
            return default_mask
        channel = _torch().zeros(channels, dtype=default_mask.dtype)
        channel[_torch().topk(self._scores(t), k=channels - count, largest=True).indices] = 1
        shape = [1] * t.dim()
        shape[self.dim] = -1
        return channel.view(shape).expand_as(t) * default_mask


class RandomStructured(_Structured):
    def _scores(self, t):
        return _torch().rand(t.size(self.dim))


class LnStructured(_Structured):
    def __init__(self, amount, n, dim=-1):
        _Structured.__init__(self, amount, dim)
        self.n = n

    def _scores(self, t):
        return _torch().norm(t, p=self.n, dim=_other_dims(t, self.dim))


class CustomFromMask(BasePruningMethod):
    PRUNING_TYPE = "global"

    def __init__(self, mask):
        self.mask = mask

    def compute_mask(self, t, default_mask):
        return default_mask * self.mask.to(default_mask.dtype)


def identity(module, name):
    Identity.apply(module, name)
    return module


def random_unstructured(module, name, amount):
    """Prunes a share (or number) of entries at random."""
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module, name, amount, importance_scores=None):
    """Prunes the entries with the smallest absolute values."""
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_structured(module, name, amount, dim):
    """Prunes whole channels at random."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module, name, amount, n, dim, importance_scores=None):
    """Prunes the channels with the smallest n-norms."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module, name, mask):
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(parameters, pruning_method, importance_scores=None, **kwargs):
    """Prunes over several tensors, ((module, name), ...), as if they were one."""
    torch = _torch()
    parameters = list(parameters)
    scores = importance_scores or {}
    flat = torch.cat(
        [scores.get((m, n), getattr(m, n)).detach().reshape(-1) for m, n in parameters]
    )
    before = torch.cat(
        [getattr(m, n + "_mask", torch.ones_like(getattr(m, n))).detach().reshape(-1) for m, n in parameters]
    )
    container = PruningContainer()
    container._tensor_name = "temp"
    method = pruning_method(**kwargs)
    method._tensor_name = "temp"
    container.add_pruning_method(method)
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. Found method %s of '
            "type %s" % (pruning_method, method.PRUNING_TYPE)
        )
    mask = container.compute_mask(flat, before)
    at = 0
    for module, name in parameters:
        parameter = getattr(module, name)
        n = parameter.numel()
        custom_from_mask(module, name, mask=mask[at : at + n].view_as(parameter))
        at += n


def remove(module, name):
    """Makes the pruning of module.name permanent."""
    key, method = _found(module, name)
    if method is None:
        raise ValueError(
            "Parameter '%s' of module %s has to be pruned before pruning can be removed" % (name, module)
        )
    method.remove(module)
    module._remove_hook(key)
    return module


def is_pruned(module):
    """Whether the module, or one inside, has a pruned parameter."""
    for _, m in module.named_modules():
        for hook in m._forward_pre_hooks.values():
            if isinstance(hook, BasePruningMethod):
                return True
    return False
