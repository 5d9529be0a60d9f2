"""torch.testing.assert_close"""
from ._tensor import Tensor

_TOLERANCE = {"float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


def assert_allclose(actual, expected, rtol=None, atol=None, equal_nan=True, msg=""):
    """assert_close of values alone, whatever the dtypes: the older function."""
    assert_close(
        actual, expected, rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=False, msg=msg or None
    )


def assert_close(actual, expected, *, rtol=None, atol=None, equal_nan=False, check_dtype=True, msg=None, **more):
    """AssertionError unless the tensors (or lists, or dicts of them) are close, as torch.testing's."""
    import torch

    if isinstance(expected, dict):
        if set(actual) != set(expected):
            raise AssertionError("The keys of the mappings do not match")
        for k in expected:
            assert_close(actual[k], expected[k], rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=check_dtype)
        return
    if isinstance(expected, (list, tuple)):
        if len(actual) != len(expected):
            raise AssertionError(
                "The length of the sequences mismatch: %d != %d" % (len(actual), len(expected))
            )
        for a, e in zip(actual, expected):
            assert_close(a, e, rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=check_dtype)
        return
    scalars = not isinstance(actual, Tensor) and not isinstance(expected, Tensor)
    a = actual if isinstance(actual, Tensor) else torch.tensor(actual, dtype=torch.float64 if scalars else None)
    e = expected if isinstance(expected, Tensor) else torch.tensor(expected, dtype=torch.float64 if scalars else None)
    if a.shape != e.shape:
        raise AssertionError(
            "The values for attribute 'shape' do not match: %r != %r." % (a.shape, e.shape)
        )
    if check_dtype and a.dtype is not e.dtype:
        raise AssertionError(
            "The values for attribute 'dtype' do not match: %r != %r." % (a.dtype, e.dtype)
        )
    one, two = [_TOLERANCE.get(t.dtype.name, (0.0, 0.0)) for t in (a, e)]
    if rtol is None:
        rtol = max(one[0], two[0])
    if atol is None:
        atol = max(one[1], two[1])
    a, e = a.detach().to(torch.float64), e.detach().to(torch.float64)
    wrong = ~torch.isclose(a, e, rtol=rtol, atol=atol, equal_nan=equal_nan)
    n = int(wrong.sum())
    if n:
        kind = "Scalars" if a.dim() == 0 else "Tensor-likes"
        differ = (a - e).abs()
        text = kind + " are not close!\n\n"
        if a.dim():
            text += "Mismatched elements: %d / %d (%.1f%%)\n" % (n, a.numel(), 100.0 * n / a.numel())
        text += "Greatest absolute difference: %s (up to %s allowed)" % (differ.max().item(), atol)
        raise AssertionError(msg if isinstance(msg, str) else text)


def make_non_contiguous(tensor):
    """A copy whose elements don't lie side by side."""
    if tensor.numel() <= 1:
        return tensor.clone()
    apart = tensor.new_empty(tuple(tensor.shape) + (2,))[..., 0]
    return apart.copy_(tensor)
