"""torch.jit: code runs as it is written; script and trace give back what they get."""


def script(obj, *args, **kwargs):
    return obj


def trace(func, example_inputs=None, *args, **kwargs):
    return func


def ignore(fn=None, **kwargs):
    return fn if fn is not None else lambda f: f


export = unused = ignore


def is_scripting():
    return False


def is_tracing():
    return False
