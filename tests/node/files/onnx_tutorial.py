# The steps of the tutorials "Exporting a model to ONNX and running it in ONNX Runtime".
import io

import onnx
import onnxruntime as ort
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Linear(4 * 4 * 4, 3)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def to_numpy(tensor):
    try:
        import numpy  # noqa: F401
    except ImportError:
        return tensor
    return tensor.detach().cpu().numpy() if tensor.requires_grad else tensor.cpu().numpy()


torch.manual_seed(0)
net = Net()
net.eval()
x = torch.randn(2, 1, 8, 8)
torch_out = net(x)
torch.onnx.export(
    net,
    x,
    "net.onnx",
    export_params=True,
    opset_version=13,
    do_constant_folding=True,
    input_names=["input"],
    output_names=["output"],
    dynamic_axes={"input": {0: "batch_size"}, "output": {0: "batch_size"}},
)

model = onnx.load("net.onnx")
onnx.checker.check_model(model)
graph = model.graph
print([n.op_type for n in graph.node if n.op_type in ("Conv", "Relu", "MaxPool", "Gemm")])
print([(o.domain, o.version) for o in model.opset_import])
print([(i.name, [d.dim_param or d.dim_value for d in i.type.tensor_type.shape.dim]) for i in graph.input])
print(sorted([(t.name, list(t.dims)) for t in graph.initializer]))
conv = graph.node[0]
print([(a.name, list(a.ints)) for a in conv.attribute if a.name in ("kernel_shape", "pads")])

session = ort.InferenceSession("net.onnx", providers=["CPUExecutionProvider"])
print([(i.name, i.type, i.shape) for i in session.get_inputs()])
out = session.get_outputs()[0]
print(out.name, out.type, out.shape[:1])
print(session.get_providers())
print(session.get_modelmeta().producer_name)

ort_inputs = {session.get_inputs()[0].name: to_numpy(x)}
ort_outs = session.run(None, ort_inputs)
print(len(ort_outs), tuple(ort_outs[0].shape))
torch.testing.assert_close(torch.tensor(ort_outs[0]), torch_out.detach(), rtol=1e-3, atol=1e-5)

# Bytes instead of a path, a named output, another batch.
buffer = io.BytesIO()
torch.onnx.export(
    net, (x,), buffer, input_names=["input"], output_names=["output"], dynamic_axes={"input": [0], "output": [0]}
)
options = ort.SessionOptions()
options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
options.intra_op_num_threads = 1
in_memory = ort.InferenceSession(buffer.getvalue(), sess_options=options)
more = torch.randn(5, 1, 8, 8)
(out,) = in_memory.run(["output"], {"input": to_numpy(more)})
torch.testing.assert_close(torch.tensor(out), net(more).detach(), rtol=1e-3, atol=1e-5)
print(onnx.load_model_from_string(buffer.getvalue()).graph.output[0].name)

onnx.save(model, "copy.onnx")
with open("net.onnx", "rb") as a, open("copy.onnx", "rb") as b:
    print("the same bytes:", a.read() == b.read())

# What is wrong is refused by name.
for feed in ({}, {"x": to_numpy(x)}, {"input": to_numpy(x[:, :, :4])}, {"input": to_numpy(x.double())}):
    try:
        session.run(None, feed)
        print("accepted")
    except Exception as e:
        print(str(e))
try:
    ort.InferenceSession(b"not a model")
    print("accepted")
except Exception as e:
    print(str(e))
try:
    onnx.checker.check_model(b"not a model")
    print("accepted")
except onnx.checker.ValidationError as e:
    print(str(e))

# The file as a module, which is trained as any other.
module = torch.onnx.load("net.onnx")
torch.testing.assert_close(module(x), torch_out)
loss = module(x).square().mean()
loss.backward()
print("imported:", all([p.grad is not None for p in module.parameters()]))
