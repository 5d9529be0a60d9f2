"""torch.nn.utils.parametrizations: orthogonal and spectral_norm."""
from .. import _module
from ..functional import normalize
from . import parametrize


def _torch():
    import torch

    return torch


def _sign(x):
    ones = _torch().ones_like(x)
    return _torch().where(x < 0, -ones, ones)


def _orthogonalised(a):
    """The Q of a's QR decomposition whose R has a positive diagonal."""
    q, r = _torch().linalg.qr(a, "complete" if a.size(-2) == a.size(-1) else "reduced")
    return q * _sign(r.diagonal(dim1=-2, dim2=-1)).unsqueeze(-2)


def _is_orthogonal(q):
    torch = _torch()
    n, k = q.size(-2), q.size(-1)
    identity = torch.eye(k, dtype=q.dtype)
    eps = 10.0 * n * torch.finfo(q.dtype).eps
    return bool(torch.allclose(q.mT @ q, identity, atol=eps))


def _reflected(a, tau):
    """The first columns of the product of the Householder reflections that the columns of a tell."""
    torch = _torch()
    n, k = a.size(-2), a.size(-1)
    q = torch.eye(n, k, dtype=a.dtype)
    identity = torch.eye(n, dtype=a.dtype)
    for i in range(k - 1, -1, -1):
        v = a[..., i] + identity[:, i]
        q = q - tau[..., i] * v.unsqueeze(-1) @ (v.unsqueeze(-2) @ q)
    return q


class _Orthogonal(_module.Module):
    """An orthogonal matrix from any matrix: by the exponential of its skew part, by Cayley's map, or
    by Householder reflections. With a base, what the map gives is multiplied to it."""

    def __init__(self, weight, orthogonal_map, use_trivialization=True):
        _module.Module.__init__(self)
        object.__setattr__(self, "shape", weight.shape)
        object.__setattr__(self, "orthogonal_map", orthogonal_map)
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x):
        torch = _torch()
        n, k = x.size(-2), x.size(-1)
        wide = n < k
        if wide:
            x = x.mT
            n, k = k, n
        if self.orthogonal_map == "householder":
            a = x.tril(diagonal=-1)
            tau = 2.0 / (1.0 + (a * a).sum(dim=-2))
            q = _reflected(a, tau)
            q = q * x.diagonal(dim1=-2, dim2=-1).int().unsqueeze(-2)
        else:
            x = x.tril()
            if n != k:
                x = torch.cat([x, x.new_zeros(n, n - k).expand(tuple(x.shape[:-2]) + (-1, -1))], dim=-1)
            skew = x - x.mT
            if self.orthogonal_map == "matrix_exp":
                q = torch.matrix_exp(skew)
            else:
                identity = torch.eye(n, dtype=skew.dtype)
                q = torch.linalg.solve(
                    torch.add(identity, skew, alpha=-0.5), torch.add(identity, skew, alpha=0.5)
                )
            if n != k:
                q = q[..., :k]
        if "base" in self._buffers:
            q = self.base @ q
        return q.mT if wide else q

    def right_inverse(self, q):
        torch = _torch()
        if q.shape != self.shape:
            raise ValueError(
                "Expected a matrix or batch of matrices of shape %s. Got a tensor of shape %s."
                % (self.shape, q.shape)
            )
        given = q
        n, k = q.size(-2), q.size(-1)
        wide = n < k
        if wide:
            q = q.mT
            n, k = k, n
        if "base" not in self._buffers:
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley "
                "parametrizations when use_trivialization=False."
            )
        if n == k:
            q = q.clone() if _is_orthogonal(q) else _orthogonalised(q)
        else:
            more = torch.randn(tuple(q.shape[:-2]) + (n, n - k), dtype=q.dtype)
            q = _orthogonalised(torch.cat([q, more], dim=-1))
        self.base = q
        negative = torch.zeros_like(given)
        negative.diagonal(dim1=-2, dim2=-1).fill_(-1.0)
        return negative


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    """Keeps a matrix orthogonal (or its rows or columns orthonormal)."""
    weight = getattr(module, name, None)
    if not isinstance(weight, _torch().Tensor):
        raise ValueError(
            "Module '%s' has no parameter or buffer with name '%s'" % (module, name)
        )
    if weight.dim() < 2:
        raise ValueError(
            "Expected a matrix or batch of matrices. Got a tensor of %d dimensions." % weight.dim()
        )
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.size(-2) == weight.size(-1) else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(
            'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: '
            + orthogonal_map
        )
    made = _Orthogonal(weight, orthogonal_map, use_trivialization)
    parametrize.register_parametrization(module, name, made, unsafe=True)
    return module


class _SpectralNorm(_module.Module):
    """A weight over its largest singular value, which power iteration follows."""

    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        _module.Module.__init__(self)
        ndim = weight.dim()
        if dim >= ndim or dim < -ndim:
            raise IndexError(
                "Dimension out of range (expected to be in range of [-%d, %d] but got %d)"
                % (ndim, ndim - 1, dim)
            )
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got n_power_iterations=%d"
                % n_power_iterations
            )
        for key, v in (("dim", dim % ndim), ("eps", eps), ("n_power_iterations", n_power_iterations)):
            object.__setattr__(self, key, v)
        if ndim > 1:
            matrix = self._matrix(weight.detach())
            self.register_buffer("_u", self._unit(matrix.new_empty(matrix.size(0)).normal_(0, 1)))
            self.register_buffer("_v", self._unit(matrix.new_empty(matrix.size(1)).normal_(0, 1)))
            self._iterate(matrix, 15)

    def _unit(self, x):
        return normalize(x, dim=0, eps=self.eps)

    def _matrix(self, weight):
        if self.dim:
            weight = weight.transpose(0, self.dim)
        return weight.flatten(1)

    def _iterate(self, matrix, times):
        torch = _torch()
        with torch.no_grad():
            for _ in range(times):
                self._u.copy_(self._unit(torch.mv(matrix, self._v)))
                self._v.copy_(self._unit(torch.mv(matrix.t(), self._u)))

    def forward(self, weight):
        torch = _torch()
        if weight.dim() == 1:
            return self._unit(weight)
        matrix = self._matrix(weight)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()
        return weight / torch.dot(u, torch.mv(matrix, v))

    def right_inverse(self, value):
        return value


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """Divides a weight by its largest singular value whenever it is read."""
    weight = getattr(module, name, None)
    if not isinstance(weight, _torch().Tensor):
        raise ValueError(
            "Module '%s' has no parameter or buffer with name '%s'" % (module, name)
        )
    if dim is None:
        dim = 1 if parametrize.type_before_parametrizations(module).__name__[:13] == "ConvTranspose" else 0
    made = _SpectralNorm(weight, n_power_iterations, dim, eps)
    parametrize.register_parametrization(module, name, made)
    return module
