"""Models of one node whose attributes or constants are beyond what the operator can mean: sizes that
overflow or that no memory holds, lists without end, tensors that have no elements but dimensions of
2^40, numbers that are no integers. Each must name its node and the reason. Part of make_malformed.py."""
import numpy as np
from onnx import TensorProto, helper

MOST, LEAST, VAST = (1 << 63) - 1, -(1 << 63), 1 << 40
NAN = float("nan")
SCALAR = object()


def constant(name, values, dims=None, kind=TensorProto.FLOAT):
    if dims is SCALAR:
        dims = []
    elif dims is None:
        dims = [len(values)]
    return helper.make_tensor(name, kind, dims, values)


def f32(values, dims=None):
    return lambda name: constant(name, values, dims)


def i64(values, dims=None):
    return lambda name: constant(name, values, dims, TensorProto.INT64)


def text(values, dims=None):
    return lambda name: constant(name, values, dims, TensorProto.STRING)


def one(*values):
    return i64(values, SCALAR)


# Operator, opset, inputs (None: left out), attributes, what the error says.
NODES = [
    ("Pad", 17, [f32([0] * 6), i64([0, 10**9])], {"mode": "edge"}, "more memory"),
    ("Split", 18, [f32([0] * 6)], {"num_outputs": MOST}, "num_outputs"),
    ("Split", 18, [f32([0] * 6)], {"num_outputs": VAST}, "num_outputs"),
    ("OneHot", 17, [i64([-5]), f32([NAN]), f32([0, 1])], {}, "depth is out of range"),
    ("OneHot", 17, [i64([-5]), f32([3e38]), f32([0, 1])], {}, "depth is out of range"),
    ("OneHot", 17, [i64([LEAST]), i64([LEAST]), f32([0, 1])], {}, "depth is negative|out of range"),
    ("Reshape", 17, [f32([0] * 6), i64([1 << 62, 4, -1])], {}, "overflow"),
    ("Reshape", 17, [f32([], [0]), i64([VAST, 0])], {"allowzero": 1}, "has no elements, but"),
    ("Unsqueeze", 17, [f32([0]), i64(range(70))], {}, "more than 64 dimensions"),
    ("GridSample", 20, [f32([0], [1] * 30), f32([0] * 28, [1] * 29 + [28])], {}, "five spatial dimensions"),
    ("AffineGrid", 20, [f32([0] * 6, [1, 2, 3]), i64([1, 1, VAST, 1 << 20])], {}, "more memory"),
    ("AffineGrid", 20, [f32([0] * 6, [1, 2, 3]), i64([1, 1, 1 << 33, 2])], {}, "more memory"),
    ("AffineGrid", 20, [f32([0] * 6, [1, 2, 3]), i64([])], {}, "doesn't fit"),
    ("SpaceToDepth", 17, [f32([], [1, 10**7, 0, 0])], {"blocksize": 10**6}, "blocksize"),
    ("HannWindow", 17, [one(LEAST)], {"periodic": 0}, "not supported"),
    ("MelWeightMatrix", 17, [one(8), one(16), one(1), f32([0], SCALAR), f32([3e38], SCALAR)], {}, "a band"),
    (
        "MaxUnpool",
        17,
        [f32([1], [1] * 4), i64([0], [1] * 4), i64([1 << 32, 1 << 32, 1 << 32, 1])],
        {"kernel_shape": [1, 1]},
        "overflow",
    ),
    ("ConvTranspose", 17, [f32([1], [1] * 4), f32([1], [1] * 4)], {"output_padding": [MOST, MOST]}, "output_padding"),
    ("ConvTranspose", 17, [f32([1], [1] * 4), f32([1], [1] * 4)], {"output_shape": [LEAST, LEAST]}, "output_shape"),
    ("ConvTranspose", 17, [f32([1], [1] * 4), f32([1], [1] * 4)], {"group": MOST}, "group"),
    ("ConvTranspose", 17, [f32([1] * 4, [1, 4, 1, 1]), f32([1] * 4, [4, 1, 1, 1])], {"group": 3}, "groups=3"),
    ("Conv", 17, [f32([1], [1] * 6), f32([1], [1] * 6)], {}, "spatial dimensions"),
    ("ConvTranspose", 17, [f32([1], [1] * 6), f32([1], [1] * 6)], {}, "spatial dimensions"),
    ("MaxPool", 17, [f32([1], [1] * 6)], {"kernel_shape": [1] * 4}, "spatial"),
    ("AveragePool", 17, [f32([1], [1] * 6)], {"kernel_shape": [1] * 4}, "spatial"),
    (
        "ConvInteger",
        17,
        [
            lambda name: constant(name, [1] * 9, [1, 1, 3, 3], TensorProto.UINT8),
            lambda name: constant(name, [1] * 4, [1, 1, 2, 2], TensorProto.UINT8),
            lambda name: constant(name, [1] * 9, [1, 1, 1, 3, 3], TensorProto.UINT8),
        ],
        {},
        "zero point",
    ),
    ("Col2Im", 18, [f32([1], [1, 1, 1]), i64([1, 1]), i64([1, 1])], {"pads": [MOST] * 4}, "pads"),
    ("Col2Im", 18, [f32([], [1, 0, 1]), i64([100000] * 2), i64([100000] * 2)], {}, "more memory"),
    ("DeformConv", 19, [f32([1], [1] * 4), f32([1], [1] * 4), f32([1, 1], [1, 2, 1, 1])], {"offset_group": MOST}, "offset"),
    ("Resize", 17, [f32([1], [1, 1]), None, None, i64([1, 1 << 33])], {}, "more memory"),
    ("Resize", 18, [f32([1], [1, 1]), None, f32([1, 1e-30])], {"mode": "linear", "antialias": 1}, "scale"),
    ("Resize", 18, [f32([1] * 6, [2, 3]), None, None, i64([MOST, MOST])], {"keep_aspect_ratio_policy": "not_smaller"}, "a size"),
    ("LRN", 17, [f32([1] * 4, [1, 4, 1])], {"size": MOST}, "positive size"),
    ("BatchNormalization", 15, [f32([1] * 4)] * 5, {"training_mode": 1}, "channels"),
    ("DynamicQuantizeLinear", 17, [f32([-np.inf, np.inf, NAN])], {}, "finite"),
    ("DequantizeLinear", 21, [lambda n: constant(n, [1] * 4, [2, 2], TensorProto.INT8), f32([1] * 4, [2, 2])],
     {"axis": 0, "block_size": VAST}, "memory"),
    ("StringSplit", 20, [text([b"a " * 20000] + [b""] * 20000)], {}, "more memory"),
    ("StringConcat", 20, [text([b""] * 20000, [20000, 1]), text([b""] * 20000, [1, 20000])], {}, "more memory"),
    ("Multinomial", 17, [f32([1, 1], [1, 2])], {"sample_size": -3}, ""),
    ("Multinomial", 17, [f32([1, 1], [1, 2])], {"sample_size": 1 << 61}, ""),
    ("RandomNormal", 17, [], {"shape": [-1, -2]}, "negative dimension"),
    ("RandomNormal", 17, [], {"shape": [2], "seed": 3e38}, "seed"),
    ("Tile", 17, [f32([1] * 4, [2, 2]), i64([1 << 62, 0])], {}, "overflow"),
    ("Tile", 17, [f32([1] * 4, [2, 2]), i64([1 << 62, 1 << 62])], {}, "overflow"),
    ("TopK", 17, [f32([1], SCALAR), i64([1])], {}, "no dimensions"),
    ("Expand", 17, [f32([1], [1]), i64([-5])], {}, "overflow"),
]


def limits(add, model):
    for at, (op, opset, inputs, attributes, says) in enumerate(NODES):
        given = [f and f("abcde"[i]) for i, f in enumerate(inputs)]
        names = [t.name if t else "" for t in given]
        node = helper.make_node(op, names, ["y"], name="the_" + op, **attributes)
        m = model([node], [t for t in given if t], opset=opset)
        add("limit-%d-%s" % (at, op), "onnx", m, "%s node 'the_%s'" % (op, op), says, when="run")
    # A tensor without elements costs a file nothing, whatever its other dimensions are.
    for dims in ([VAST, 0], [0, 1 << 24, 3], [1 << 13, 0, 1 << 12]):
        m = model([helper.make_node("Relu", ["a"], ["y"])], [constant("a", [], dims)])
        add("empty-%s" % "-".join(map(str, dims)), "onnx", m, "tensor 'a'", "too large")
    m = model([helper.make_node("Relu", ["a"], ["y"])], [constant("a", [1.0], [1] * 65)])
    add("many-dimensions", "onnx", m, "tensor 'a'", "more than 64 dimensions")
