"""Methods and properties of Tensor that Python code defines and few snippets use."""
from . import _core
from ._core import BOOL, DTYPES, FLOAT32, FLOAT64, INT32, INT64, UINT8, bridge, fail, find, invoke
from ._creation import as_dtype, handle_of, tensor, warn_of_copy
from ._tensor import Tensor, wrap

_NAMES = (
    "Byte",
    "Int",
    "Long",
    "Float",
    "Double",
    "Bool",
    "Char",
    "Short",
    "Half",
    "BFloat16",
    "UInt16",
    "UInt32",
    "UInt64",
)
_to = find("to", "method") >> 2


def type_name(t):
    return "torch." + _NAMES[t.dtype.code] + "Tensor"


def dtype_name(t):
    return _NAMES[t.dtype.code]


def dtype_from_type(name):
    """The dtype for 'torch.LongTensor', a dtype, or a tensor class such as torch.LongTensor."""
    if type(name) is _core.dtype:
        return name
    for function, dtype in _core.legacy_types:
        if name is function:
            return dtype
    if not isinstance(name, str):
        name = "torch." + name.__name__
    for i in range(len(_NAMES)):
        if name == "torch." + _NAMES[i] + "Tensor":
            return DTYPES[i]
    raise ValueError("invalid type: '" + name + "'")


def legacy_new(h, more, dtype=FLOAT32):
    """A handle for torch.Tensor(...): sizes, nested lists, or nothing."""
    if h is None and not more:
        return handle_of([], dtype)
    if isinstance(h, int):
        r = invoke(find("empty", "torch") >> 2, (list((h,) + more),), {"dtype": dtype})
        return r
    given = _core.operand_of(h)
    if isinstance(given, Tensor):
        h = given.to(dtype)
    if isinstance(h, Tensor):
        return bridge.detach(h._h)
    if isinstance(h, _core.Size):
        return invoke(find("empty", "torch") >> 2, (list(h),), {"dtype": dtype})
    if isinstance(h, str):
        raise TypeError("new(): invalid data type 'str'")
    h = handle_of(h, dtype)
    if h is False:
        fail()
    return h


def convert(t, dtype, copy=False):
    if t.dtype is dtype:
        return t.clone() if copy else t
    return wrap(invoke(_to, (t, dtype)))


def to(self, *args, **kwargs):
    """to(dtype), to(device), to(device, dtype), to(other); `copy=True` always copies."""
    dtype = kwargs.get("dtype")
    _core.check_device(kwargs.get("device"))
    other = kwargs.get("other")
    args = list(args)
    if other is not None:
        args.insert(0, other)
    if args:
        first = args[0]
        if isinstance(first, Tensor):
            dtype = first.dtype
        elif type(first) is _core.dtype or first in (float, int, bool):
            dtype = first
        else:
            _core.check_device(first)
            if len(args) > 1 and type(args[1]) is not bool:
                dtype = args[1]
    copy = kwargs.get("copy", False)
    if dtype is None:
        return self.clone() if copy else self
    return convert(self, as_dtype(dtype, "to"), copy)


def type_(self, dtype=None, non_blocking=False):
    if dtype is None:
        return type_name(self)
    if dtype in (float, int, bool):
        return convert(self, as_dtype(dtype, "type"))
    return convert(self, dtype_from_type(dtype))


def _converter(dtype):
    return lambda self: convert(self, dtype)


def cuda(self, device=None, non_blocking=False):
    raise AssertionError("Torch not compiled with CUDA enabled")


def transposed(self):
    """t.T: all dimensions in the opposite order."""
    if self.dim() != 2:
        _core.warn_once(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated "
            "and it will throw an error in a future release. Consider `x.mT` to transpose batches of "
            "matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a "
            "tensor."
        )
    return self.permute(*range(self.dim() - 1, -1, -1))


def matrix_transposed(self):
    if self.dim() < 2:
        raise RuntimeError(
            "tensor.mT is only supported on matrices or batches of matrices. Got %d-D tensor."
            % self.dim()
        )
    return self.transpose(-2, -1)


def _hermitian(self):
    if self.dim() == 0:
        return self
    if self.dim() != 2:
        raise RuntimeError(
            "tensor.H is only supported on matrices (2-D tensors). Got %d-D tensor." % self.dim()
        )
    return self.transpose(0, 1)


def warn_of_grad():
    _core.warn(
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
        "attribute won't be populated during autograd.backward(). If you indeed want the .grad field to "
        "be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access "
        "the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See "
        "github.com/pytorch/pytorch/pull/30531 for more informations."
    )


def numpy(self):
    if self.requires_grad:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )
    from numpy._array import wrap as as_array

    return as_array(self.detach())


def register_hook(self, hook):
    from ._callbacks import tensor_hook

    return tensor_hook(self, hook)


def retain_grad(self):
    if bridge.retain_grad(self._h) is False:
        fail()


def tolist(self):
    """Nested lists of Python numbers; a number for a 0-dim tensor."""
    text = bridge.to_list(self._h)
    if text is False:
        fail()
    import json

    if _core.MICRO and ("N" in text or "I" in text):
        return eval(text, {"NaN": float("nan"), "Infinity": float("inf")})
    return json.loads(text)


def requires_grad_(self, requires_grad=True):
    if not isinstance(requires_grad, bool):
        raise TypeError(
            "requires_grad_(): argument 'requires_grad' (position 1) must be bool, not "
            + type(requires_grad).__name__
        )
    if requires_grad and not self.dtype.is_floating_point:
        raise RuntimeError("only Tensors of floating point dtype can require gradients")
    if bridge.set_requires_grad(self._h, 1 if requires_grad else 0) is False:
        fail()
    return self


def _ints(text):
    return tuple(int(n) for n in text.split(",")) if text else ()


def stride(self, dim=None):
    if dim is None:
        return _ints(bridge.strides(self._h))
    n = bridge.stride(self._h, dim)
    if n is False:
        fail()
    return int(n)


def detach_(self):
    base = bridge.base(self._h)
    if type(base) is not int or base != 0:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using "
            "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, "
            "gradients are views of DDP buckets, and hence detach_() cannot be called on these "
            "gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
            "torch/optim/optimizer.py as the solution."
        )
    if self.is_leaf:
        bridge.set_requires_grad(self._h, 0)
    else:
        # This object becomes a leaf over the same memory.
        before = self._h
        self._h = bridge.detach(before)
        bridge.free(before)
    return self


def _creator(name):
    def create(self, *args, **kwargs):
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = self.dtype
        import torch

        return getattr(torch, name)(*args, **kwargs)

    return create


def new_tensor(self, data, dtype=None, device=None, requires_grad=False):
    if isinstance(data, Tensor):
        warn_of_copy("tensor.new_tensor")
        data = data.detach().clone().to(dtype or self.dtype)
        return data.requires_grad_(requires_grad)
    return tensor(data, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


def copied(self):
    """copy.copy(t): a leaf over the same memory."""
    t = self.detach()
    return t.requires_grad_() if self.requires_grad else t


def _deepcopy(self, memo):
    if id(self) in memo:
        return memo[id(self)]
    if not self.is_leaf:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
            "protocol at the moment"
        )
    t = self.detach().clone()
    t.requires_grad = self.requires_grad
    memo[id(self)] = t
    return t


def _become(self, other):
    """What out= does: this tensor takes the result's shape and elements."""
    if self.dtype is not other.dtype:
        import torch

        if not torch.can_cast(other.dtype, self.dtype):
            raise RuntimeError(
                "result type %s can't be cast to the desired output type %s"
                % (dtype_name(other), dtype_name(self))
            )
    if self.shape != other.shape:
        if self.numel():
            _core.warn(
                "An output with one or more elements was resized since it had shape %s, which does not "
                "match the required output shape %s. This behavior is deprecated, and in a future "
                "PyTorch release outputs will not be resized unless they have zero elements. You can "
                "explicitly reuse an out tensor t by resizing it, inplace, to zero elements with "
                "t.resize_(0)." % (list(self.shape), list(other.shape))
            )
        self.data = other
    else:
        self.copy_(other)
    return self


def apply_(self, function):
    """Replaces each element by function(element)."""

    def each(v):
        return [each(x) for x in v] if isinstance(v, list) else function(v)

    self.copy_(tensor(each(self.tolist()), dtype=self.dtype))
    return self


def _nothing(self):
    return self


def new(self, *args):
    """A tensor of this one's dtype, as torch.Tensor(...) makes one."""
    return wrap(legacy_new(args[0] if args else None, args[1:], self.dtype))


def sum_to_size(self, *size):
    """The sum over the dimensions in which `size` is smaller: undoes broadcasting."""
    shape = list(size[0]) if len(size) == 1 and not isinstance(size[0], int) else list(size)
    extra = self.dim() - len(shape)
    dims = [d for d in range(self.dim()) if d < extra or (shape[d - extra] == 1 and self.shape[d] != 1)]
    fits = extra >= 0 and all([shape[d] in (1, self.shape[d + extra]) for d in range(len(shape))])
    if not fits:
        raise RuntimeError(
            "size {%s} is not expandable to size {%s}."
            % (str(shape).strip("[]"), str(list(self.shape)).strip("[]"))
        )
    return self.sum(dims, keepdim=True).reshape(shape) if dims else self


def index_reduce(self, dim, index, source, reduce, *, include_self=True):
    """A copy, with the slices of source reduced into those that index names along dim."""
    shape = [1] * source.dim()
    if shape:
        shape[dim] = -1
    return self.scatter_reduce(
        dim, index.reshape(shape).expand_as(source), source, reduce, include_self=include_self
    )


def index_reduce_(self, dim, index, source, reduce, *, include_self=True):
    return self.copy_(index_reduce(self, dim, index, source, reduce, include_self=include_self))


def _torch():
    import torch

    return torch


METHODS = {
    "tolist": tolist,
    "requires_grad_": requires_grad_,
    "index_reduce": index_reduce,
    "index_reduce_": index_reduce_,
    "new": new,
    "is_shared": lambda self: False,
    "type": type_,
    "byte": _converter(UINT8),
    "int": _converter(INT32),
    "long": _converter(INT64),
    "float": _converter(FLOAT32),
    "double": _converter(FLOAT64),
    "bool": _converter(BOOL),
    "cpu": _nothing,
    "cuda": cuda,
    "numpy": numpy,
    "register_hook": register_hook,
    "retain_grad": retain_grad,
    "stride": stride,
    "storage_offset": lambda self: int(bridge.offset(self._h)),
    "data_ptr": lambda self: int(bridge.data_ptr(self._h)),
    "is_contiguous": lambda self, memory_format=None: bridge.is_contiguous(self._h) == 1,
    "element_size": lambda self: self.dtype.itemsize,
    "nelement": lambda self: self.numel(),
    "ndimension": lambda self: self.dim(),
    "is_floating_point": lambda self: self.dtype.is_floating_point,
    "is_complex": lambda self: False,
    "is_signed": lambda self: self.dtype.is_signed,
    "is_pinned": lambda self: False,
    "get_device": lambda self: -1,
    "detach_": detach_,
    "type_as": lambda self, other: convert(self, other.dtype),
    "view_as": lambda self, other: self.view(other.shape),
    "reshape_as": lambda self, other: self.reshape(other.shape),
    "expand_as": lambda self, other: self.expand(other.shape),
    "new_tensor": new_tensor,
    "new_zeros": _creator("zeros"),
    "new_ones": _creator("ones"),
    "new_full": _creator("full"),
    "new_empty": _creator("empty"),
    "apply_": apply_,
    "sum_to_size": sum_to_size,
    "where": lambda self, condition, other: _torch().where(condition, self, other),
    "is_conj": lambda self: False,
    "is_neg": lambda self: False,
    "is_coalesced": lambda self: False,
    "is_distributed": lambda self: False,
    "resolve_conj": _nothing,
    "resolve_neg": _nothing,
    "conj": _nothing,
    "to_dense": _nothing,
    "new_empty_strided": lambda self, size, stride, **options: self.new_empty(size).as_strided(size, stride),
    "polygamma": lambda self, n: _torch().polygamma(n, self),
    "qr": lambda self, some=True: _torch().qr(self, some),
    "share_memory_": _nothing,
    "pin_memory": _nothing,
    "_become": _become,
    "dtype_name": dtype_name,
}

PROPERTIES = {
    "is_cuda": lambda t: False,
    "is_cpu": lambda t: True,
    "real": lambda t: t,
    "mH": matrix_transposed,
    "volatile": lambda t: False,
    "is_sparse": lambda t: False,
    "is_quantized": lambda t: False,
    "is_meta": lambda t: False,
    "is_mps": lambda t: False,
    "layout": lambda t: _core.strided,
    "names": lambda t: (None,) * t.dim(),
    "name": lambda t: None,
    "output_nr": lambda t: 0,
    "_version": lambda t: int(bridge.version(t._h)),
    "itemsize": lambda t: t.dtype.itemsize,
    "nbytes": lambda t: t.numel() * t.dtype.itemsize,
    "H": _hermitian,
    "retains_grad": lambda t: bridge.retains_grad(t._h) == 1,
}


def names():
    return [n for n in METHODS if n[:1] != "_"] + [n for n in PROPERTIES if n[:1] != "_"]
