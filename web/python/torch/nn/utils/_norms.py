"""weight_norm and spectral_norm: a weight that is computed from other parameters before each call."""
from ..._core import bridge, fail
from ..parameter import Parameter

_set = object.__setattr__


class _Reparametrization:
    """Puts `name` together from parameters of its own whenever the module is called."""

    def __init__(self, module, name):
        self.name = name
        for other in module.__dict__.get("_computed", ()):
            if other.name == name:
                raise RuntimeError(
                    "Cannot register two %s hooks on the same parameter %s" % (self._title, name)
                )

    def _detach_weight(self, module):
        """Takes the weight out of the module's parameters. A layer of the core keeps its place for it."""
        weight = module._parameters.pop(self.name)
        if not hasattr(module, "_n"):
            module._del_core(self.name)
        return weight

    def _attach(self, module):
        _set(module, "_computed", module.__dict__.get("_computed", ()) + (self,))
        self.handle = module.register_forward_pre_hook(lambda m, args: self.update(m))

    def update(self, module):
        self.put(module, self.compute(module))

    def put(self, module, weight):
        _set(module, self.name, weight)
        if hasattr(module, "_n") and bridge.module_computed(module._n, self.name, weight._h) is False:
            fail()

    def _restore(self, module, weight):
        self.handle.remove()
        _set(module, "_computed", tuple([c for c in module._computed if c is not self]))
        object.__delattr__(module, self.name)
        module.register_parameter(self.name, Parameter(weight.detach()))


def _find(module, kind, name):
    for c in module.__dict__.get("_computed", ()):
        if isinstance(c, kind) and c.name == name:
            return c
    raise ValueError("%s of '%s' not found in %s" % (kind._title, name, module))


# ---- weight_norm ----


class _WeightNorm(_Reparametrization):
    _title = "weight_norm"

    def __init__(self, module, name, dim):
        _Reparametrization.__init__(self, module, name)
        weight = self._detach_weight(module)
        self.dim = dim
        module.register_parameter(name + "_g", Parameter(self._norm(weight.detach())))
        module.register_parameter(name + "_v", Parameter(weight.detach()))
        self.update(module)
        self._attach(module)

    def _norm(self, v):
        if self.dim == -1:
            return v.norm()
        rest = [d for d in range(v.dim()) if d != self.dim % v.dim()]
        return v.norm(2, dim=rest, keepdim=True) if rest else v.abs()

    def compute(self, module):
        v = getattr(module, self.name + "_v")
        return v * (getattr(module, self.name + "_g") / self._norm(v))


def weight_norm(module, name="weight", dim=0):
    """Splits a weight into its length (name_g) and its direction (name_v)."""
    _WeightNorm(module, name, -1 if dim is None else dim)
    return module


def remove_weight_norm(module, name="weight"):
    norm = _find(module, _WeightNorm, name)
    weight = norm.compute(module)
    del module._parameters[name + "_g"], module._parameters[name + "_v"]
    norm._restore(module, weight)
    return module


# ---- spectral_norm ----


def _unit(v, eps):
    from ..functional import normalize

    return normalize(v, dim=0, eps=eps)


class _SpectralNorm(_Reparametrization):
    _title = "spectral_norm"

    def __init__(self, module, name, n_power_iterations, dim, eps):
        _Reparametrization.__init__(self, module, name)
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got n_power_iterations=%d"
                % n_power_iterations
            )
        self.iterations, self.dim, self.eps = n_power_iterations, dim, eps
        weight = self._detach_weight(module)
        rows, columns = self._matrix(weight.detach()).shape
        u = _unit(weight.new_empty(rows).normal_(0, 1), eps)
        v = _unit(weight.new_empty(columns).normal_(0, 1), eps)
        module.register_parameter(name + "_orig", Parameter(weight.detach()))
        self.put(module, weight.detach())
        module.register_buffer(name + "_u", u)
        module.register_buffer(name + "_v", v)
        self._attach(module)

    def _matrix(self, weight):
        if self.dim:
            weight = weight.transpose(0, self.dim)
        return weight.reshape(weight.size(0), -1)

    def compute(self, module, iterate=None):
        import torch

        weight = getattr(module, self.name + "_orig")
        u = getattr(module, self.name + "_u")
        v = getattr(module, self.name + "_v")
        matrix = self._matrix(weight)
        if module.training if iterate is None else iterate:
            with torch.no_grad():
                for _ in range(self.iterations):
                    v.copy_(_unit(torch.mv(matrix.t(), u), self.eps))
                    u.copy_(_unit(torch.mv(matrix, v), self.eps))
            u, v = u.clone(), v.clone()
        return weight / torch.dot(u, torch.mv(matrix, v))


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """Divides a weight by its largest singular value, found by power iteration."""
    if dim is None:
        dim = 1 if type(module).__name__.startswith("ConvTranspose") else 0
    _SpectralNorm(module, name, n_power_iterations, dim, eps)
    return module


def remove_spectral_norm(module, name="weight"):
    norm = _find(module, _SpectralNorm, name)
    weight = norm.compute(module, False)
    del module._parameters[name + "_orig"], module._buffers[name + "_u"], module._buffers[name + "_v"]
    norm._restore(module, weight)
    return module
