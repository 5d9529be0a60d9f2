"""Functions that PyTorch calls with tensors one by one, or in a list."""
from . import _core


def _operator(name):
    return _core.make_function(name, _core.find(name, "torch"))


def _listed(tensors):
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        return list(tensors[0])
    return list(tensors)


def _of_list(name):
    one = _operator(name)

    def function(*tensors, **kwargs):
        return one(_listed(tensors), **kwargs)

    return function


_meshgrid = _operator("meshgrid")
_where = _operator("where")
_einsum = _operator("einsum")


def meshgrid(*tensors, indexing=None):
    """Coordinate grids from 1-dimensional tensors."""
    if indexing is None:
        _core.warn_once(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument."
        )
        indexing = "ij"
    return _meshgrid(_listed(tensors), indexing=indexing)


def where(condition, *rest, **kwargs):
    """Elements of `input` where the condition holds, of `other` elsewhere; with the condition alone,
    the indices where it holds."""
    if not rest and not kwargs:
        return condition.nonzero(as_tuple=True)
    return _where(condition, *rest, **kwargs)


def _with_dim(name):
    """softmax and its kin, which only torch.nn.functional lets guess the dimension."""
    one = _operator(name)

    def function(input, *args, **kwargs):
        if not args and "dim" not in kwargs:
            from ._arguments import explain

            raise explain(name, (input,), kwargs, False)
        return one(input, *args, **kwargs)

    return function


softmax = _with_dim("softmax")
log_softmax = _with_dim("log_softmax")


def nonzero(input, *, as_tuple=False):
    """Coordinates of the elements that aren't zero, a row each; as_tuple: a tensor a dimension."""
    return input.nonzero(as_tuple=as_tuple)


_tensordot = _operator("tensordot")


def tensordot(a, b, dims=2, out=None):
    """Sums products over the last `dims` dimensions of a and the first of b, or over the two lists of
    dimensions in `dims`."""
    if isinstance(dims, _core.Tensor):
        dims = dims.tolist()
    if isinstance(dims, (tuple, list)):
        one, two = [[d] if isinstance(d, int) else list(d) for d in dims]
        return _tensordot(a, b, one, two)
    if isinstance(dims, int) and dims < 0:
        raise RuntimeError("tensordot expects dims >= 0, but got dims=%d" % dims)
    return _tensordot(a, b, dims)


def _letters(subscripts):
    """A list of numbers, and ... among them, as the letters of an equation."""
    out = ""
    for n in subscripts:
        if n is ...:
            out += "..."
        elif 0 <= n < 52:
            out += chr((65 if n < 26 else 71) + n)
        else:
            raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")
    return out


def einsum(*args):
    """Sums products of elements as an equation says, or lists of subscripts between the operands."""
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one "
            "operand and its subscripts list"
        )
    if isinstance(args[0], _core.Tensor):
        equation = ",".join([_letters(args[i]) for i in range(1, len(args), 2)])
        if len(args) % 2:
            equation += "->" + _letters(args[len(args) - 1])
        return _einsum(equation, [args[i] for i in range(0, len(args) - 1, 2)])
    return _einsum(args[0], _listed(args[1:]))


def _at_least(name):
    one = _operator(name) if _core.find(name, "torch") >= 0 else None

    def function(*tensors):
        if len(tensors) == 1 and not isinstance(tensors[0], (list, tuple)):
            return one(tensors[0])
        return tuple([one(t) for t in _listed(tensors)])

    return function


atleast_1d = _at_least("atleast_1d")
atleast_2d = _at_least("atleast_2d")
atleast_3d = _at_least("atleast_3d")

broadcast_tensors = _of_list("broadcast_tensors")
block_diag = _of_list("block_diag")
chain_matmul = _of_list("chain_matmul")
cartesian_prod = _of_list("cartesian_prod")
