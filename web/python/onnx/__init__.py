"""onnx: looking at models, on Gradbox's core. Names are those of onnx.proto."""
from . import checker, helper

__version__ = "1.13.0"


class _Proto:
    """Fields as attributes."""

    def __init__(self, **fields):
        for name in fields:
            setattr(self, name, fields[name])

    def __repr__(self):
        return "\n".join([name + ": " + repr(self.__dict__[name]) for name in self.__dict__])


class ModelProto(_Proto):
    def SerializeToString(self):
        """The bytes that the model was read from."""
        return self._data


class GraphProto(_Proto):
    pass


class NodeProto(_Proto):
    pass


class AttributeProto(_Proto):
    pass


class ValueInfoProto(_Proto):
    pass


class TensorProto(_Proto):
    FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, STRING, BOOL = 1, 2, 3, 4, 5, 6, 7, 8, 9
    FLOAT16, DOUBLE, UINT32, UINT64 = 10, 11, 12, 13
    BFLOAT16 = 16


_DATA_TYPES = {
    "float32": 1,
    "uint8": 2,
    "int8": 3,
    "uint16": 4,
    "int16": 5,
    "int32": 6,
    "int64": 7,
    "string": 8,
    "bool": 9,
    "float16": 10,
    "float64": 11,
    "uint32": 12,
    "uint64": 13,
    "bfloat16": 16,
}


def load(f):
    """The model of a file: a path, a binary file or bytes. RuntimeError on what is no model."""
    from torch._onnx_session import bytes_from

    return load_model_from_string(bytes_from(f))


load_model = load


def load_model_from_string(s):
    from torch._onnx_session import Handle

    handle = Handle(s, False)
    about = handle.describe()
    return ModelProto(
        _data=s,
        ir_version=about["ir_version"],
        producer_name=about["producer"],
        doc_string=about["doc"],
        opset_import=[_Proto(domain=o["domain"], version=o["version"]) for o in about["opsets"]],
        graph=_graph(handle.graph()),
    )


def save(proto, f):
    """Writes a model that was read, unchanged."""
    if hasattr(f, "write"):
        f.write(proto._data)
    else:
        with open(f, "wb") as file:
            file.write(proto._data)


save_model = save


def _graph(g):
    return GraphProto(
        name=g["name"],
        node=[_node(n) for n in g["nodes"]],
        input=[_info(v) for v in g["inputs"]],
        output=[_info(v) for v in g["outputs"]],
        value_info=[_info(v) for v in g["value_infos"]],
        initializer=[_tensor(t) for t in g["initializers"]],
    )


def _node(n):
    return NodeProto(
        name=n["name"],
        op_type=n["op_type"],
        domain=n["domain"],
        input=n["inputs"],
        output=n["outputs"],
        attribute=[_attribute(a) for a in n["attributes"]],
    )


_FIELDS = {"FLOAT": "f", "INT": "i", "STRING": "s", "TENSOR": "t", "GRAPH": "g"}


def _attribute(a):
    value = a["value"]
    if a["type"] == "GRAPH":
        value = _graph(value)
    elif a["type"] == "TENSOR":
        value = _tensor(value)
    elif a["type"] == "STRING":
        value = value.encode()
    proto = AttributeProto(name=a["name"], type=a["type"])
    setattr(proto, _FIELDS.get(a["type"], a["type"].lower()), value)
    return proto


def _tensor(t):
    return TensorProto(
        name=t.get("name", ""),
        dims=t.get("shape", []),
        data_type=_DATA_TYPES.get(t.get("dtype"), 0),
        _dtype=t.get("dtype"),
        _data=t.get("data"),
    )


def _info(v):
    dims = []
    for d in v.get("shape", []):
        dims.append(
            _Proto(
                dim_value=d if isinstance(d, int) else 0,
                dim_param=d if isinstance(d, str) else "",
            )
        )
    tensor = _Proto(elem_type=_DATA_TYPES.get(v.get("dtype"), 0), shape=_Proto(dim=dims))
    return ValueInfoProto(name=v["name"], type=_Proto(tensor_type=tensor), _text=v["type"])
