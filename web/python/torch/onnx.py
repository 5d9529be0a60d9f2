"""torch.onnx.export: runs a model on sample inputs in the core and writes what it did as a file."""
import json

from . import _core
from ._core import bridge, fail
from ._tensor import Tensor


class TrainingMode:
    EVAL, PRESERVE, TRAINING = 0, 1, 2


class OperatorExportTypes:
    ONNX = 0


def export(
    model,
    args,
    f,
    export_params=True,
    verbose=False,
    training=TrainingMode.EVAL,
    input_names=None,
    output_names=None,
    operator_export_type=OperatorExportTypes.ONNX,
    opset_version=None,
    do_constant_folding=True,
    dynamic_axes=None,
    keep_initializers_as_inputs=None,
    custom_opsets=None,
    **more,
):
    """Writes `model` to `f` (a path or a binary file) as an ONNX graph.

    args: the sample input, or a tuple of them. dynamic_axes: {"name": {0: "batch"}}, dimensions that
    may vary. RuntimeError naming an operator that has no ONNX form.
    """
    from .nn import _module
    from .nn._module import Module

    if not isinstance(model, Module):
        raise TypeError("model must be a torch.nn.Module, not " + type(model).__name__)
    kwargs = {}
    if isinstance(args, Tensor):
        args = (args,)
    else:
        args = tuple(args)
        if args and isinstance(args[-1], dict):
            kwargs = args[-1]
            args = args[:-1]
    options = {
        "export_params": bool(export_params),
        "do_constant_folding": bool(do_constant_folding),
        "training": training in (TrainingMode.TRAINING,) or (training == TrainingMode.PRESERVE and model.training),
    }
    if opset_version is not None:
        options["opset_version"] = opset_version
    if input_names:
        options["input_names"] = list(input_names)
    if output_names:
        options["output_names"] = list(output_names)
    if dynamic_axes:
        options["dynamic_axes"] = _axes(dynamic_axes)
    bytes_ = _run(model, args, kwargs, options, _module)
    if verbose:
        print("Exported graph: %d bytes, opset %s" % (len(bytes_), opset_version or 17))
    if hasattr(f, "write"):
        f.write(bytes_)
    else:
        with open(f, "wb") as file:
            file.write(bytes_)


def _axes(dynamic_axes):
    out = {}
    for name in dynamic_axes:
        axes = dynamic_axes[name]
        if hasattr(axes, "items"):
            out[name] = dict([(str(k), str(v)) for k, v in axes.items()])
        else:
            out[name] = list(axes)
    return out


def _run(model, args, kwargs, options, _module):
    tensors = _module.flatten((args, kwargs), [])
    _module._next_frame += 1
    frame = _module._next_frame
    _module._frames[frame] = [model, args, kwargs, None]
    # The core sets its modules to the mode of the export and back; `self.training` is Python's.
    before = [(m, m.training) for m in model.modules()]
    for m, _ in before:
        object.__setattr__(m, "training", options["training"])
    try:
        r = bridge.onnx_export(model._m, frame, json.dumps(options), *[t._h for t in tensors])
    finally:
        _module._frames.pop(frame, None)
        for m, training in before:
            object.__setattr__(m, "training", training)
    if r is False:
        fail()
    import warnings

    for text in json.loads(bridge.onnx_warnings()):
        warnings.warn(text)
    return _core.bytes_of(r)


def load(f):
    """The model of a file (a path, a binary file or bytes) as a module in eval mode, with a copy of
    its weights: hooks, gradients, training and export work as with any other. Not PyTorch's.
    RuntimeError on what is no model, or holds an operator that isn't supported.
    """
    from ._onnx_session import Handle, bytes_from
    from .nn._imported import imported

    return imported(Handle(bytes_from(f), False).module())
