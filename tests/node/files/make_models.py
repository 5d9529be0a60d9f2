"""Writes ONNX models with real PyTorch, and what it computes, as JSON on standard output."""
import base64
import io
import json
import sys

import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

torch.manual_seed(0)


def b64(data):
    return base64.b64encode(data).decode()


net = nn.Sequential(
    nn.Conv2d(3, 4, 3, padding=1),
    nn.BatchNorm2d(4),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(4, 6, 3),
    nn.Tanh(),
    nn.Flatten(),
    nn.Linear(54, 12),
    nn.Softmax(dim=1),
).eval()
x = torch.linspace(-1, 1, 2 * 3 * 10 * 10).reshape(2, 3, 10, 10)
f = io.BytesIO()
torch.onnx.export(net, x[:1], f, input_names=["image"], output_names=["scores"],
                  dynamic_axes={"image": {0: "batch"}, "scores": {0: "batch"}}, opset_version=13)
weight = net[0].weight.detach()
strange = helper.make_model(
    helper.make_graph(
        [helper.make_node("Abs", ["x"], ["h"]), helper.make_node("Levitate", ["h"], ["y"], domain="example")],
        "strange",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
    ),
    opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("example", 1)],
)


def chain(count):
    """A model of many nodes, with a branch every ten."""
    nodes, last = [], "x"
    for i in range(count):
        op = ("Relu", "Tanh", "Add", "Mul", "Sigmoid")[i % 5]
        inputs = [last, "v%d" % max(0, i - 10)] if op in ("Add", "Mul") and i > 10 else [last, last][: 1 + (op in ("Add", "Mul"))]
        nodes.append(helper.make_node(op, inputs, ["v%d" % i], name="node%d" % i))
        last = "v%d" % i
    return helper.make_model(
        helper.make_graph(
            nodes,
            "chain",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N"])],
            [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["N"])],
        ),
        opset_imports=[helper.make_opsetid("", 13)],
    )


json.dump(
    {
        "models": {
            "net.onnx": b64(f.getvalue()),
            "strange.onnx": b64(strange.SerializeToString()),
            "chain.onnx": b64(chain(2000).SerializeToString()),
        },
        "input": x.flatten().tolist(),
        "output": net(x).flatten().tolist(),
        "weight": {"min": weight.min().item(), "max": weight.max().item(), "mean": weight.mean().item(),
                   "std": weight.std().item(), "count": weight.numel()},
    },
    sys.stdout,
)
