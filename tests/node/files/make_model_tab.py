"""Writes models for the Model tab's tests, as JSON on standard output."""
import base64
import json
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT
info = helper.make_tensor_value_info
models = {}


def add(name, nodes, inputs, outputs, initializers=(), functions=(), opsets=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    imports = [helper.make_opsetid("", 15), *(helper.make_opsetid(o, 1) for o in opsets)]
    model = helper.make_model(graph, opset_imports=imports, functions=list(functions))
    model.ir_version = 8
    models[name + ".onnx"] = base64.b64encode(model.SerializeToString()).decode()


random = numpy.random.RandomState(0)
weight = numpy_helper.from_array(random.randn(4, 4).astype("f"), "w")
then_branch = helper.make_graph([helper.make_node("MatMul", ["h", "w"], ["t"])], "then", [], [info("t", FLOAT, None)])
else_branch = helper.make_graph([helper.make_node("Identity", ["h"], ["e"])], "else", [], [info("e", FLOAT, None)])
twice = helper.make_function(
    "own", "Twice", ["a"], ["b"], [helper.make_node("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 15)]
)
add(
    "nested",
    [
        helper.make_node("Relu", ["x"], ["h"]),
        helper.make_node("ReduceSum", ["h"], ["s"], keepdims=0),
        helper.make_node("Cast", ["s"], ["c"], to=TensorProto.BOOL),
        helper.make_node("If", ["c"], ["i"], name="decide", then_branch=then_branch, else_branch=else_branch),
        helper.make_node("Twice", ["i"], ["y"], domain="own"),
    ],
    [info("x", FLOAT, ["N", 4])],
    [info("y", FLOAT, ["N", 4])],
    [weight],
    [twice],
    ["own"],
)
kernel = numpy_helper.from_array(random.randn(3, 3, 1, 1).astype("f"), "k")
add(
    "paint",
    [helper.make_node("Conv", ["picture", "k"], ["c"]), helper.make_node("Sigmoid", ["c"], ["painted"])],
    [info("picture", FLOAT, ["N", 3, "height", "width"])],
    [info("painted", FLOAT, ["N", 3, "height", "width"])],
    [kernel],
)
sequence = helper.make_tensor_sequence_value_info("seq", FLOAT, None)
add(
    "words",
    [
        helper.make_node("ConcatFromSequence", ["seq"], ["joined"], axis=0),
        helper.make_node("Identity", ["texts"], ["same"]),
    ],
    [sequence, info("texts", TensorProto.STRING, [2])],
    [info("joined", FLOAT, None), info("same", TensorProto.STRING, [2])],
)
strange = numpy_helper.from_array(random.randn(5, 3).astype("f"), "w")
add(
    "strange",
    [helper.make_node("Levitate", ["x", "w"], ["y"], name="up", domain="own")],
    [info("x", FLOAT, [2])],
    [info("y", FLOAT, [2])],
    [strange],
    (),
    ["own"],
)
json.dump(models, sys.stdout)
