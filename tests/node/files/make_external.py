# A model whose weights are in another file: {"model", "data"} in base64, and what it gives for ones.
import base64
import json
import os
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

w = np.arange(1200, dtype=np.float32).reshape(4, 300) / 100
b = np.ones(300, np.float32)
info = helper.make_tensor_value_info
graph = helper.make_graph(
    [helper.make_node("Gemm", ["x", "w", "b"], ["y"], name="gemm")],
    "g",
    [info("x", TensorProto.FLOAT, ["n", 4])],
    [info("y", TensorProto.FLOAT, ["n", 300])],
    [numpy_helper.from_array(w, "w"), numpy_helper.from_array(b, "b")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 7
with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "model.onnx")
    onnx.save_model(model, name, save_as_external_data=True, location="weights.bin", size_threshold=0)
    read = lambda n: base64.b64encode(open(os.path.join(folder, n), "rb").read()).decode()
    y = np.ones((1, 4), np.float32) @ w + b
    print(json.dumps({"model": read("model.onnx"), "data": read("weights.bin"), "output": [float(v) for v in y[0]]}))
