import json

import torch
from torch._load import LeftOut, load_weights

tensors = {}
plain = {}
left_out = []
walking = []


def walk(path, value):
    if isinstance(value, torch.Tensor):
        tensors[path or "tensor"] = value.detach()
    elif isinstance(value, (dict, list, tuple)):
        # What holds itself has no path for its items.
        if any([value is v for v in walking]):
            return left_out.append(path)
        walking.append(value)
        if isinstance(value, LeftOut) and isinstance(value.state, dict) and "_parameters" in value.state:
            module(path, value.state)
        else:
            if isinstance(value, LeftOut):
                left_out.append("%s (%s)" % (path, value.name) if path else value.name)
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, item in list(items):
                walk(path + "." + str(key) if path else str(key), item)
        walking.pop()
    elif value is None or isinstance(value, (bool, int, float, str)):
        plain[path or "value"] = json.dumps(value)
    else:
        left_out.append(path)


def module(path, state):
    """A module's state_dict, by the slots of nn.Module; its class isn't needed for that."""
    unsaved = state.get("_non_persistent_buffers_set", ())
    for slot in ("_parameters", "_buffers", "_modules"):
        for name, item in state.get(slot, {}).items():
            if item is not None and not (slot == "_buffers" and name in unsaved):
                walk(path + "." + name if path else name, item)


walk("", load_weights("checkpoint.pt"))
if not tensors:
    only = ", only " + ", ".join(left_out[:3]) if left_out else ""
    raise ValueError("there is no tensor in this file" + only)
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
