"""torch.return_types: several results with names."""
from ._homes import place

FIELDS = {
    "max": ("values", "indices"),
    "min": ("values", "indices"),
    "sort": ("values", "indices"),
    "topk": ("values", "indices"),
    "kthvalue": ("values", "indices"),
    "mode": ("values", "indices"),
    "median": ("values", "indices"),
    "nanmedian": ("values", "indices"),
    "cummax": ("values", "indices"),
    "cummin": ("values", "indices"),
    "aminmax": ("min", "max"),
    "slogdet": ("sign", "logabsdet"),
    "qr": ("Q", "R"),
    "triangular_solve": ("solution", "cloned_coefficient"),
    "symeig": ("eigenvalues", "eigenvectors"),
    "svd": ("U", "S", "V"),
    "frexp": ("mantissa", "exponent"),
    "histogram": ("hist", "bin_edges"),
    "linalg_inv_ex": ("inverse", "info"),
    "linalg_cholesky_ex": ("L", "info"),
    "linalg_lu": ("P", "L", "U"),
    "linalg_lu_factor_ex": ("LU", "pivots", "info"),
    "lu_unpack": ("P", "L", "U"),
    "linalg_lu_factor": ("LU", "pivots"),
    "linalg_eigh": ("eigenvalues", "eigenvectors"),
    "linalg_lstsq": ("solution", "residuals", "rank", "singular_values"),
    "linalg_qr": ("Q", "R"),
    "linalg_slogdet": ("sign", "logabsdet"),
    "linalg_svd": ("U", "S", "Vh"),
}


class ReturnType(tuple):
    """Several results with names, as torch.max(x, 0) gives: a tuple whose items are attributes."""

    def __getattr__(self, name):
        fields = FIELDS[self._name()]
        if name in fields:
            return self[fields.index(name)]
        raise AttributeError("'%s' object has no attribute '%s'" % (self._name(), name))

    def __repr__(self):
        name = self._name()
        parts = [f + "=" + repr(v) for f, v in zip(FIELDS[name], self)]
        return "torch.return_types." + name + "(\n" + ",\n".join(parts) + ")"

    __str__ = __repr__


_return_types = {}


def named_results(name, results):
    cls = _return_types.get(name)
    if cls is None:
        cls = type(name, (ReturnType,), {"_name": lambda self: name})
        _return_types[name] = place(cls, "torch.return_types")
    return cls(results)
