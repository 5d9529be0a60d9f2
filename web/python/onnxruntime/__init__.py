"""onnxruntime: the part that runs models, on Gradbox's core. Outputs are NumPy arrays where there is
a numpy, else torch tensors."""

__version__ = "1.13.1"


class NodeArg:
    """What a model declares for an input or output."""

    def __init__(self, info):
        self.name = info["name"]
        self.type = info["type"]
        self.shape = info.get("shape", [])

    def __repr__(self):
        return "NodeArg(name=%r, type=%r, shape=%r)" % (self.name, self.type, self.shape)


class SessionOptions:
    """Accepted, without effect: there is one thread and one way to run."""


class RunOptions:
    """Accepted, without effect."""


class InferenceSession:
    """A model that is run. `path_or_bytes`: a path, a binary file or bytes."""

    def __init__(self, path_or_bytes, sess_options=None, providers=None, provider_options=None, **more):
        from torch._onnx_session import Handle, bytes_from

        self._handle = Handle(bytes_from(path_or_bytes))
        about = self._handle.describe()
        self._inputs = [NodeArg(i) for i in about["inputs"]]
        self._outputs = [NodeArg(o) for o in about["outputs"]]
        self._types = dict([(i.name, i.type) for i in self._inputs])

    def get_inputs(self):
        return self._inputs

    def get_outputs(self):
        return self._outputs

    def get_providers(self):
        return ["CPUExecutionProvider"]

    def run(self, output_names, input_feed, run_options=None):
        """The values of these outputs (None: all), in order. ValueError on inputs that are missing,
        unknown or don't fit; RuntimeError naming a node that fails."""
        return [_array(v) for v in self._handle.run(input_feed, output_names, self._types)]


def _array(value):
    """What `run` gives for a value: tensors as arrays, also those in sequences."""
    if isinstance(value, list):
        return [_array(v) for v in value]
    if not hasattr(value, "numpy"):
        return value
    try:
        import numpy  # noqa: F401
    except ImportError:
        return value
    return value.numpy()


def get_available_providers():
    return ["CPUExecutionProvider"]


def get_device():
    return "CPU"
