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


class GraphOptimizationLevel:
    ORT_DISABLE_ALL, ORT_ENABLE_BASIC, ORT_ENABLE_EXTENDED, ORT_ENABLE_ALL = 0, 1, 2, 99


class ExecutionMode:
    ORT_SEQUENTIAL, ORT_PARALLEL = 0, 1


class SessionOptions:
    """Accepted, without effect: there is one thread and one way to run."""

    def __init__(self):
        self.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
        self.execution_mode = ExecutionMode.ORT_SEQUENTIAL
        self.inter_op_num_threads = self.intra_op_num_threads = 0
        self.enable_cpu_mem_arena = self.enable_mem_pattern = True
        self.enable_profiling = False
        self.log_severity_level = -1

    def add_session_config_entry(self, key, value):
        pass

    def add_free_dimension_override_by_name(self, name, size):
        pass


class RunOptions:
    """Accepted, without effect."""


class ModelMetadata:
    """What a model says of itself."""

    def __init__(self, about):
        # With its version behind it.
        self.producer_name = about["producer"].split(" ")[0]
        self.domain, self.description = about["domain"], about["doc"]
        self.custom_metadata_map = dict(about["metadata"])


class InferenceSession:
    """A model that is run. `path_or_bytes`: a path, a binary file or bytes."""

    def __init__(self, path_or_bytes, sess_options=None, providers=None, provider_options=None, **more):
        from torch._onnx_session import Handle, bytes_from

        self._handle = Handle(bytes_from(path_or_bytes))
        about = self._about = self._handle.describe()
        self._inputs = [NodeArg(i) for i in about["inputs"]]
        self._outputs = [NodeArg(o) for o in about["outputs"]]
        self._types = dict([(i.name, i.type) for i in self._inputs])

    def get_inputs(self):
        return self._inputs

    def get_outputs(self):
        return self._outputs

    def get_overridable_initializers(self):
        return []

    def get_modelmeta(self):
        return ModelMetadata(self._about)

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


def set_default_logger_severity(severity):
    """Accepted, without effect: nothing is logged."""
