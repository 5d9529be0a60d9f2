# title: ONNX, a model without its Python
# about: Export a small network to a file that any ONNX runtime can load.
# group: Five concepts
# order: 4

import torch
import torch.nn as nn

torch.manual_seed(2)
model = nn.Sequential(
    nn.Linear(4, 8),
    nn.ReLU(),
    nn.Linear(8, 3),
)

# Layers like Dropout behave differently in training: export what you serve.
model.eval()

# The exporter runs the model once on a sample and records the operations.
# Out comes a graph with the weights inside: no class, no Python, no code.
sample = torch.zeros(1, 4)
torch.onnx.export(
    model,
    sample,
    "classifier.onnx",
    opset_version=15,
    input_names=["features"],
    output_names=["scores"],
    # The first axis may differ from the sample's: any batch size will do.
    dynamic_axes={"features": {0: "batch"}, "scores": {0: "batch"}},
)

with open("classifier.onnx", "rb") as f:
    data = f.read()
print(f"classifier.onnx: {len(data)} bytes, now in the Files tab")
print("its ends keep their names:", b"features" in data, b"scores" in data)
