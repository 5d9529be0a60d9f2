import json

import torch

tensors = {}
plain = {}
left_out = []


def walk(path, value):
    if isinstance(value, torch.Tensor):
        tensors[path or "tensor"] = value.detach()
    elif isinstance(value, torch.nn.Module):
        walk(path, value.state_dict())
    elif isinstance(value, dict):
        for key in value:
            walk(path + "." + str(key) if path else str(key), value[key])
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            walk(path + "." + str(i) if path else str(i), item)
    elif value is None or isinstance(value, (bool, int, float, str)):
        plain[path or "value"] = json.dumps(value)
    else:
        left_out.append(path)


walk("", torch.load("checkpoint.pt"))
if not tensors:
    raise ValueError("there is no tensor in this file")
with open("format.txt") as f:
    format = f.read()
if format == "onnx":
    from onnx._weights import model

    data = model(tensors, plain)
else:
    from safetensors.torch import save

    data = save(tensors, plain or None)
with open("weights", "wb") as f:
    f.write(data)
print(json.dumps({"tensors": len(tensors), "plain": len(plain), "leftOut": left_out}))
