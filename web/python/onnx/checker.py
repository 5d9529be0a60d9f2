"""onnx.checker: whether a model holds together and can be run."""


class ValidationError(Exception):
    """What is wrong with a model, naming the node."""


def check_model(model, full_check=False):
    """Reads and plans the model: structure, opsets, names, order, operators. ValidationError."""
    from torch._onnx_session import Handle, bytes_from

    data = model._data if hasattr(model, "_data") else bytes_from(model)
    try:
        Handle(data)
    except RuntimeError as e:
        raise ValidationError(str(e))
