# An ONNX model with one of everything that onnx.proto knows, on stdout. It can't be run.
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

info = helper.make_tensor_value_info
f32 = lambda name, *values: numpy_helper.from_array(np.array(values, np.float32), name)


def sparse(name):
    return helper.make_sparse_tensor(
        f32(name, 1.0, -2.0), numpy_helper.from_array(np.array([[0, 1], [2, 3]], np.int64), ""), [3, 4]
    )


inner = helper.make_graph([helper.make_node("Relu", ["x"], ["t"])], "inner", [], [info("t", TensorProto.FLOAT, None)])
inner.initializer.append(f32("w", 1.0))
node = helper.make_node("Everything", ["x", "", "w"], ["y", ""], name="n", domain="own", doc_string="a node")
for name, value in {
    "float": 1.5,
    "int": -7,
    "string": b"\xff\x00text",
    "tensor": f32("named", 1.0, 2.0),
    "graph": inner,
    "floats": [1.0, 0.1],
    "ints": [1, -(1 << 62)],
    "strings": [b"a", b""],
    "tensors": [f32("one", 1.0), f32("two", 2.0)],
    "graphs": [inner, inner],
}.items():
    node.attribute.append(helper.make_attribute(name, value, doc_string="about " + name))
types = [
    info("a", TensorProto.FLOAT, [1, "n", None, 0]).type,
    helper.make_sequence_type_proto(info("a", TensorProto.STRING, None).type),
    helper.make_optional_type_proto(helper.make_sequence_type_proto(info("a", TensorProto.INT8, []).type)),
]
types[0].denotation = "IMAGE"
types[0].tensor_type.shape.dim[1].denotation = "DATA_BATCH"
mapped = onnx.TypeProto()
mapped.map_type.key_type = TensorProto.INT64
mapped.map_type.value_type.CopyFrom(types[0])
sparse_type = onnx.TypeProto()
sparse_type.sparse_tensor_type.elem_type = TensorProto.DOUBLE
sparse_type.sparse_tensor_type.shape.dim.add().dim_value = 3
types += [mapped, sparse_type]
Kind = onnx.AttributeProto
node.attribute.add(name="type", type=Kind.TYPE_PROTO).tp.CopyFrom(types[0])
node.attribute.add(name="types", type=Kind.TYPE_PROTOS).type_protos.extend(types)
node.attribute.add(name="sparse", type=Kind.SPARSE_TENSOR).sparse_tensor.CopyFrom(sparse(""))
node.attribute.add(name="sparses", type=Kind.SPARSE_TENSORS).sparse_tensors.extend([sparse("s"), sparse("t")])

graph = helper.make_graph(
    [node], "g", [info("x", TensorProto.FLOAT, ["batch", 3], "an input")], [info("y", TensorProto.FLOAT, None)], doc_string="a graph"
)
for kind, dtype in enumerate(
    (np.float32, np.uint8, np.int8, np.uint16, np.int16, np.int32, np.int64, None, bool, np.float16, np.float64, np.uint32, np.uint64), 1
):
    if dtype is not None:
        graph.initializer.append(numpy_helper.from_array(np.arange(6).reshape(2, 3).astype(dtype), "w%d" % kind))
graph.initializer.append(helper.make_tensor("bits", TensorProto.BFLOAT16, [2], [1.0, -2.0]))
graph.initializer.append(helper.make_tensor("texts", TensorProto.STRING, [2], [b"a", b"\xff"]))
graph.initializer.append(helper.make_tensor("listed", TensorProto.FLOAT, [2], [0.1, 0.2]))
graph.initializer[-1].doc_string = "not raw"
graph.initializer.append(helper.make_tensor("none", TensorProto.FLOAT, [0, 3], []))
graph.sparse_initializer.append(sparse("sparse"))
graph.value_info.extend([info("v", TensorProto.INT64, [2]), onnx.ValueInfoProto(name="typed", type=mapped)])
quantized = graph.quantization_annotation.add(tensor_name="x")
quantized.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="w1")

reference = helper.make_node("Transpose", ["x"], ["y"])
reference.attribute.add(name="perm", ref_attr_name="order", type=Kind.INTS)
function = helper.make_function("own", "Everything", ["x", "b", "w"], ["y", "z"], [reference, helper.make_node("Relu", ["x"], ["z"])],
                                [helper.make_opsetid("", 17)], attributes=["order"])
function.doc_string = "a function"

model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("own", 1)])
model.ir_version = 8
model.producer_name, model.producer_version = "test", "1"
model.domain, model.model_version, model.doc_string = "a.domain", 3, "a model"
model.functions.append(function)
helper.set_model_props(model, {"key": "value", "empty": ""})
training = model.training_info.add()
training.algorithm.CopyFrom(inner)
training.update_binding.add(key="w1", value="t")
sys.stdout.buffer.write(model.SerializeToString())
