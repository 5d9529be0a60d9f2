# Compares pairs of ONNX files, FOLDER/before/NAME and FOLDER/after/NAME, as messages: what is left
# out and what is empty are the same, and so are the ways to store a tensor. What onnx.checker says of
# both must be the same as well. Prints the differences, then how many pairs there were.
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper
from google.protobuf.descriptor import FieldDescriptor


def dense(s):
    out = np.zeros(list(s.dims), numpy_helper.to_array(s.values).dtype)
    at = numpy_helper.to_array(s.indices)
    flat = at if at.ndim == 1 else np.ravel_multi_index(at.T, list(s.dims))
    out.reshape(-1)[flat] = numpy_helper.to_array(s.values)
    return s.values.name, out.dtype, out.shape, out.tobytes()


def plain(m):
    """A message as nested tuples that compare."""
    name = m.DESCRIPTOR.name
    if name == "TensorProto":
        is_text = m.data_type == onnx.TensorProto.STRING
        data = tuple(m.string_data) if is_text else numpy_helper.to_array(m).tobytes()
        return m.name, m.data_type, tuple(m.dims), data, m.doc_string
    if name == "SparseTensorProto":
        return dense(m)
    out = []
    for field, value in m.ListFields():
        is_message = field.type == FieldDescriptor.TYPE_MESSAGE
        if field.label == FieldDescriptor.LABEL_REPEATED:
            value = tuple([plain(v) if is_message else v for v in value])
            if not value:
                continue
        elif is_message:
            value = plain(value)
        elif field.name == "domain" and value == "ai.onnx":
            continue
        # A dimension of size 0 isn't one that is left out.
        elif not value and field.containing_oneof is None:
            continue
        out.append((field.name, value))
    return tuple(out)


def verdict(m):
    try:
        onnx.checker.check_model(m)
        return "sound"
    except Exception as e:
        return str(e).split("\n")[0]


folder = sys.argv[1]
names = sorted(os.listdir(folder + "/before"))
for name in names:
    before, after = onnx.load(folder + "/before/" + name), onnx.load(folder + "/after/" + name)
    if plain(before) != plain(after):
        print("differs:", name)
    if verdict(before) != verdict(after):
        print("another verdict:", name, verdict(before), "/", verdict(after))
print(len(names), "pairs")
