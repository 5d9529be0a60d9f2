"""Files that are damaged, or lie: more than 200 ONNX models and checkpoints, as JSON on stdout:
[{"name", "kind": "onnx" or "pt", "when": "load" or "run", "bytes": base64, "says": [parts of the
error]}]. A model of kind "run" loads, and fails when it is run on ones of shape [1, 1, 5, 5]."""
import base64
import io
import json
import random
import struct
import zipfile
import zlib

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from malformed_limits import limits
from onnx import TensorProto, helper, numpy_helper

FILES = []
RANDOM = random.Random(7)
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def add(name, kind, data, *says, when="load"):
    if isinstance(data, onnx.ModelProto):
        data = data.SerializeToString()
    FILES.append(
        {"name": name, "kind": kind, "when": when, "bytes": base64.b64encode(data).decode(), "says": list(says)}
    )


def info(name, shape=(1, 1, 5, 5), kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, initializers=(), inputs=None, outputs=None, opset=13, **more):
    graph = helper.make_graph(
        list(nodes),
        "g",
        [info("x")] if inputs is None else inputs,
        [helper.make_empty_tensor_value_info("y")] if outputs is None else outputs,
        list(initializers),
    )
    m = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], **more)
    m.ir_version = 8
    return m


def node(op, inputs=("x",), outputs=("y",), **attributes):
    return helper.make_node(op, list(inputs), list(outputs), name="the_" + op, **attributes)


def array(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def sound():
    nodes = [
        node("Conv", ["x", "w", "b"], ["c"], kernel_shape=[3, 3]),
        node("Relu", ["c"], ["r"]),
        node("Reshape", ["r", "s"], ["f"]),
        node("MatMul", ["f", "m"], ["y"]),
    ]
    return model(
        nodes,
        [
            array("w", np.zeros((2, 1, 3, 3))),
            array("b", [0, 0]),
            array("s", [1, 18], np.int64),
            array("m", np.zeros((18, 3))),
        ],
    )


def changed(change):
    m = sound()
    change(m)
    return m


def damaged():
    whole = sound().SerializeToString()
    for i in range(40):
        # The operator sets stand last; without them there is a model still, of version 1.
        n = i * (len(whole) - 12) // 40
        add("cut-%d" % n, "onnx", whole[:n])
    found = 0
    while found < 40:
        data = bytearray(whole)
        for _ in range(1 + found % 3):
            data[RANDOM.randrange(len(data))] ^= 1 << RANDOM.randrange(8)
        try:
            onnx.ModelProto.FromString(bytes(data))
        except DecodeError:
            add("flipped-%d" % found, "onnx", bytes(data), "Not a valid ONNX model")
            found += 1
    for name, data in {
        "empty": b"",
        "zeros": bytes(100),
        "ones": b"\xff" * 100,
        "zip": b"PK\x03\x04 a zip file",
        "text": b"{\"model\": 1}",
        "twice": whole + whole,
    }.items():
        add(name, "onnx", data, "Not a valid ONNX model")


def graphs():
    relu = lambda a, b: helper.make_node("Relu", [a], [b], name="relu_" + b)
    for name, nodes in {
        "self": [relu("y", "y")],
        "two": [relu("a", "y"), relu("y", "a")],
        "three": [relu("b", "a"), relu("a", "b"), relu("b", "y")],
    }.items():
        add("cycle-" + name, "onnx", model(nodes), "Relu node 'relu_", "cycle")
    inner = helper.make_graph([relu("q", "q")], "inner", [], [helper.make_empty_tensor_value_info("q")])
    add(
        "cycle-in-if", "onnx", model([node("If", then_branch=inner, else_branch=inner)]), "relu_q", "cycle"
    )
    body = helper.make_graph(
        [relu("v", "u"), relu("u", "v")],
        "body",
        [info("i", (), INT64), info("c", (), TensorProto.BOOL)],
        [helper.make_empty_tensor_value_info("c"), helper.make_empty_tensor_value_info("v")],
    )
    add("cycle-in-loop", "onnx", model([node("Loop", ["", ""], ["y"], body=body)]), "relu_", "cycle")
    add("no-maker", "onnx", model([relu("x", "z")]), "nothing makes its output 'y'")
    add("no-input", "onnx", model([relu("nothing", "y")]), "relu_y", "'nothing' is no input")
    add("made-twice", "onnx", model([relu("x", "y"), relu("x", "y")]), "relu_y", "is made by")
    add("makes-input", "onnx", model([relu("x", "x"), relu("x", "y")]), "relu_x", "is an input")
    add("no-op-type", "onnx", model([node("")]), "the_", "has no operator type")
    add("unknown", "onnx", model([node("Frobnicate")]), "Frobnicate node", "is not supported")
    add("unknown-domain", "onnx", model([node("Relu", domain="com.example")]), "com.example")
    for i in range(4):
        missing = changed(lambda m: m.graph.initializer.pop(i))
        add("without-" + sound().graph.initializer[i].name, "onnx", missing, "is no input or initializer")
    add("initializer-twice", "onnx", changed(lambda m: m.graph.initializer.append(m.graph.initializer[0])),
        "two initializers are named 'w'")
    add("input-twice", "onnx", model([relu("x", "y")], inputs=[info("x"), info("x")]), "two inputs are named 'x'")
    add("input-unnamed", "onnx", model([relu("x", "y")], inputs=[info("")]), "an input has no name")
    for version in (0, -1, 22, 1 << 40):
        add("opset-%d" % version, "onnx", model([relu("x", "y")], opset=version), "versions 1 to 21")
    unfinished = sound()
    unfinished.ClearField("graph")
    add("no-graph", "onnx", unfinished, "the model has no graph")
    reference = node("Transpose")
    reference.attribute.add(name="perm", ref_attr_name="perm", type=onnx.AttributeProto.INTS)
    add("reference", "onnx", model([reference]), "Transpose node", "refers to an attribute of a function")
    for depth in (65, 100, 300):
        graph = helper.make_graph([relu("x", "t")], "g", [], [helper.make_empty_tensor_value_info("t")])
        data = graph.SerializeToString()
        # By hand: Python's own parser refuses what is nested too deep.
        for _ in range(depth):
            attribute = field(1, b"then_branch") + field(6, data) + b"\xa0\x01\x05"
            n = field(1, b"x") + field(2, b"t") + field(4, b"If") + field(5, attribute)
            data = field(1, n) + field(12, field(1, b"t"))
        add("deep-%d" % depth, "onnx", b"\x08\x08" + field(7, data) + field(8, b"\x10\x0d"), "nested more than 64")


def varint(n):
    out = b""
    while n > 127:
        out += bytes((n & 127 | 128,))
        n >>= 7
    return out + bytes((n,))


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensors():
    def lying(name, fill, *says):
        def change(m):
            t = m.graph.initializer[0]
            t.Clear()
            t.name = "w"
            t.data_type = FLOAT
            fill(t)

        add("tensor-" + name, "onnx", changed(change), "tensor 'w'", *says)

    def shaped(dims, raw=b"abcd", data_type=FLOAT):
        def fill(t):
            t.dims.extend(dims)
            t.data_type = data_type
            t.raw_data = raw

        return fill

    for i, dims in enumerate(([1 << 62], [1 << 31, 1 << 31], [(1 << 63) - 1], [1 << 40, 1 << 40, 0, 5])):
        lying("huge-%d" % i, shaped(dims), "too large")
    lying("empty-huge", shaped([0, 1 << 40, 1 << 40], b""), "too large")
    for i, dims in enumerate(([1 << 20, 1 << 20], [1 << 30], [5], [2, 1, 3, 3])):
        lying("large-%d" % i, shaped(dims), "the file holds 4")
    for i, dims in enumerate(([-1], [-1, 4], [4, -(1 << 62)], [0, -1], [1, 1, 1, -3])):
        lying("negative-%d" % i, shaped(dims), "is negative")
    for kind in range(1, 17):
        if kind not in (TensorProto.STRING, TensorProto.COMPLEX64, TensorProto.COMPLEX128):
            lying("bytes-%d" % kind, shaped([5, 7], b"abc", kind), "wants")
    for kind in (0, 14, 15, 77, -3):
        lying("kind-%d" % kind, shaped([1], b"abcdefgh", kind))

    def listed(attribute, dims, values, data_type=FLOAT):
        def fill(t):
            t.dims.extend(dims)
            t.data_type = data_type
            getattr(t, attribute).extend(values)

        return fill

    lying("floats", listed("float_data", [3], [1.0]), "wants 3 elements, but the file holds 1")
    lying("ints", listed("int64_data", [1 << 33], [1], INT64), "the file holds 1")
    lying("doubles", listed("double_data", [2, 2], [1.0], TensorProto.DOUBLE), "the file holds 1")
    lying("strings", listed("string_data", [1 << 40], [b"a"], TensorProto.STRING), "the file holds 1")
    lying("none", listed("float_data", [1 << 50], []), "the file holds 0")

    def external(location, **entries):
        def fill(t):
            t.dims.append(2)
            t.data_location = TensorProto.EXTERNAL
            for key, value in dict(entries, location=location).items():
                t.external_data.add(key=key, value=value)

        return fill

    for i, place in enumerate(("weights.bin", "../weights.bin", "/etc/passwd", "", "C:\\x", "a/../../b")):
        lying("external-%d" % i, external(place), "its data is in the file '%s', which wasn't given" % place)

    def sparse(name, says, dims=(4,), indices=(1,), values=(1.0,), index_dims=None, kind=INT64):
        def change(m):
            m.graph.initializer.pop(0)
            s = m.graph.sparse_initializer.add()
            s.values.CopyFrom(array("w", values))
            s.indices.data_type = kind
            s.indices.dims.extend(index_dims or [len(indices)])
            s.indices.int64_data.extend(indices)
            s.dims.extend(dims)

        add("sparse-" + name, "onnx", changed(change), "tensor 'w'", says)

    sparse("outside", "index 4 is out of range", indices=(4,))
    sparse("negative", "index -1 is out of range", indices=(-1,))
    sparse("huge", "too large", dims=(1 << 40,))
    sparse("overflow", "too large", dims=(1 << 40, 1 << 40))
    sparse("negative-dim", "is negative", dims=(-4,))
    sparse("unequal", "its indices don't fit its values", indices=(1, 2))
    sparse("row", "index 9 is out of range", dims=(2, 2), indices=(0, 9), index_dims=[1, 2])


def functions():
    def with_functions(*functions):
        m = model([helper.make_node("f", ["x"], ["y"], name="call", domain="own")])
        m.opset_import.append(helper.make_opsetid("own", 1))
        m.functions.extend(functions)
        return m

    def function(name, nodes):
        return helper.make_function("own", name, ["x"], ["y"], nodes, [helper.make_opsetid("", 13)])

    call = lambda name, a="x", b="y": helper.make_node(name, [a], [b], domain="own", name="calls_" + name)
    add("calls-itself", "onnx", with_functions(function("f", [call("f")])), "function f calls itself")
    add("calls-round", "onnx", with_functions(function("f", [call("h")]), function("h", [call("f")])), "calls itself")
    chain = [function("f", [call("f0")]), function("f40", [node("Relu")])]
    for i in range(40):
        chain.append(function("f%d" % i, [call("f%d" % (i + 1), "x", "a"), call("f%d" % (i + 1), "a", "y")]))
    add("explodes", "onnx", with_functions(*chain), "expand to more than")
    add("function-input", "onnx", with_functions(function("f", [node("Relu", ["q"])])), "its input 'q'")


def runs():
    def fails(name, m, *says):
        add("run-" + name, "onnx", m, *says, when="run")

    int64 = lambda name, values: array(name, values, np.int64)
    vast = 1 << 40
    for op, initializers, attributes in (
        ("ConstantOfShape", [int64("a", [vast])], {}),
        ("ConstantOfShape", [int64("a", [1 << 20, 1 << 20])], {}),
        ("ConstantOfShape", [int64("a", [-5])], {}),
        ("Expand", [int64("a", [7, 7])], {}),
        ("Tile", [int64("a", [vast, 1, 1, 1])], {}),
        ("Tile", [int64("a", [-1, 1, 1, 1])], {}),
        ("Pad", [int64("a", [0, 0, 0, 0, vast, 0, 0, 0])], {}),
        ("Reshape", [int64("a", [7, 7])], {}),
        ("Reshape", [int64("a", [-1, -1])], {}),
        ("Unsqueeze", [int64("a", [9])], {}),
        ("Squeeze", [int64("a", [2])], {}),
        ("Gather", [int64("a", [99])], {}),
        ("GatherND", [int64("a", [[0, 0, 0, 99]])], {}),
        ("MatMul", [array("a", np.zeros((3, 3)))], {}),
        ("Add", [array("a", np.zeros(7))], {}),
        ("Concat", [array("a", np.zeros((2, 2)))], {"axis": 0}),
        ("Concat", [array("a", np.zeros((1, 1, 5, 5)))], {"axis": 9}),
        ("Split", [int64("a", [99])], {"axis": 3}),
        ("OneHot", [int64("a", [vast]), array("v", [0, 1])], {}),
        ("TopK", [int64("a", [99])], {}),
        ("Conv", [array("w", np.zeros((1, 1, 9, 9)))], {}),
        ("Conv", [array("w", np.zeros((1, 2, 3, 3)))], {}),
        ("Conv", [array("w", np.zeros((1, 1, 3, 3)))], {"strides": [0, 1]}),
        ("Conv", [array("w", np.zeros((1, 1, 3, 3)))], {"group": 0}),
        ("Conv", [array("w", np.zeros((1, 1, 3, 3)))], {"pads": [1, 1]}),
        ("Conv", [array("w", np.zeros((1, 1, 3, 3)))], {"strides": 1.5}),
        ("ConvTranspose", [array("w", np.zeros((1, 1, 3, 3)))], {"strides": [1 << 29, 1 << 29]}),
        ("MaxPool", [], {"kernel_shape": [0, 0]}),
        ("MaxPool", [], {"kernel_shape": "wide"}),
        ("AveragePool", [], {"kernel_shape": [9, 9, 9]}),
        ("Transpose", [], {"perm": [0, 1, 2, 9]}),
        ("Transpose", [], {"perm": 1.0}),
        ("Flatten", [], {"axis": 99}),
        ("Softmax", [], {"axis": 9}),
        ("ReduceSum", [int64("a", [7])], {}),
        ("Cast", [], {"to": 77}),
        ("Cast", [], {"to": "float"}),
        ("BatchNormalization", [array("a", np.zeros(3))], {}),
        ("LayerNormalization", [array("a", np.zeros(3))], {"axis": 9}),
        ("Gemm", [array("a", np.zeros((3, 3)))], {}),
        ("SequenceAt", [int64("a", 0)], {}),
        ("StringNormalizer", [], {}),
        ("Where", [], {}),
        ("Relu", "none", {}),
        ("Clip", [array("a", [1, 2])], {}),
        ("DepthToSpace", [], {"blocksize": 0}),
        ("SpaceToDepth", [], {"blocksize": 3}),
        ("Compress", [array("a", [1, 1], bool)], {"axis": 9}),
        ("CumSum", [int64("a", 9)], {}),
        ("Einsum", [], {"equation": "abc->q"}),
        ("Resize", [array("", []), array("a", [1, 1, 1e9, 1e9])], {}),
        ("EyeLike", [], {}),
        ("LSTM", [array("w", np.zeros((1, 4, 5))), array("r", np.zeros((1, 4, 1)))], {"hidden_size": 99}),
        ("GRU", [array("w", np.zeros((1, 3, 5))), array("r", np.zeros((1, 3, 1)))], {"direction": "sideways"}),
        ("DFT", [array("a", np.zeros((1, 10, 0)))], {}),
        ("HannWindow", [int64("a", vast)], {}),
        ("QuantizeLinear", [array("a", [1, 2])], {"axis": 9}),
    ):
        given = [] if initializers == "none" else ["x"] + [t.name for t in initializers]
        if op == "ConstantOfShape":
            given = ["a"]
        if op in ("DFT", "HannWindow"):
            given = ["a"]
        if op == "OneHot":
            given = ["x", "a", "v"]
        m = model([node(op, given, **attributes)], [t for t in (initializers or ()) if getattr(t, "name", "")]
                  if initializers != "none" else [], opset=17 if op in ("LayerNormalization", "DFT", "HannWindow") else 13)
        fails("%s-%d" % (op, len(FILES)), m, "%s node 'the_%s'" % (op, op))


def checkpoints():
    def saved(obj, old=False):
        f = io.BytesIO()
        torch.save(obj, f, _use_new_zipfile_serialization=not old)
        return f.getvalue()

    state = {"w": torch.arange(200.0), "b": torch.zeros(3), "n": 3}
    for old in (False, True):
        whole = saved(state, old)
        for i in range(15):
            n = 8 + i * (len(whole) - 30) // 15
            add("%s-cut-%d" % ("old" if old else "zip", n), "pt", whole[:n])

    def archive(pickle, compression=zipfile.ZIP_STORED, **entries):
        f = io.BytesIO()
        with zipfile.ZipFile(f, "w", compression) as z:
            z.writestr("archive/data.pkl", pickle)
            for key, data in entries.items():
                z.writestr("archive/data/" + key[1:], data)
        return f.getvalue()

    def pickled(name, code, *says):
        add("pickle-" + name, "pt", archive(b"\x80\x02" + code), *says)

    for name, code, says in (
        ("no-stop", b"N", "truncated"),
        ("empty-stack", b".", "damaged at byte 2"),
        ("pop", b"0.", "damaged at byte 2"),
        ("unknown-opcode", b"\xfe.", "invalid load key"),
        ("text", b"X\xff\xff\xff\x7fabc.", "truncated"),
        ("text-8", b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.", "truncated"),
        ("bad-text", b"X\x02\x00\x00\x00\xff\xff.", "damaged at byte 2"),
        ("long", b"\x8b\xff\xff\xff\x7fabc.", "truncated"),
        ("long-backwards", b"\x8b\xfb\xff\xff\xff.", "negative"),
        ("string-backwards", b"T\xfb\xff\xff\xff.", "negative"),
        ("memo", b"h\x07.", "damaged at byte 2"),
        ("memo-far", b"j\xff\xff\xff\x7f.", "damaged at byte 2"),
        ("no-mark", b"NNt.", "damaged at byte 4"),
        ("few", b"N\x86.", "MARK"),
        ("append", b"}Na.", "appends to something that is no list"),
        ("items", b"](NNu.", "sets items of something that is no dict"),
        ("odd", b"}(Nu.", "a key without a value"),
        ("unhashable", b"}]Ns.", "damaged at byte 5"),
        ("deep-tuple", b"N" + b"\x85" * 50000 + b".", "nested too deep"),
        ("deep-list", b"]q\x00" + b"]q\x01h\x00ah\x01q\x00" * 5000 + b".", "nested too deep"),
        ("deep-inwards", b"]q\x00" + b"h\x00]q\x00a" * 5000 + b".", "nested too deep"),
        ("deep-key", b"}N" + b"\x85" * 50000 + b"Ns.", "nested too deep"),
        ("deep-member", b"\x8f(N" + b"\x85" * 50000 + b"\x90.", "nested too deep"),
        ("call", b"NNR.", "calls something that is no function"),
        ("new", b"N)\x81.", "of something that is no class"),
        ("state", b"]Nb.", "Refused to set the state of a list"),
        ("system", b"cos\nsystem\nX\x02\x00\x00\x00ls\x85R.", "Refused to load 'os.system'"),
        ("eval", b"cbuiltins\neval\nX\x01\x00\x00\x001\x85R.", "Refused to load 'builtins.eval'"),
        ("getattr", b"c__builtin__\ngetattr\n.", "Refused to load '__builtin__.getattr'"),
        ("import", b"cimportlib\nimport_module\n.", "Refused to load 'importlib.import_module'"),
        ("stack-global", b"NN\x93.", "damaged at byte 4"),
        ("stack-global-os", b"\x8c\x02os\x8c\x06system\x93.", "Refused to load 'os.system'"),
        ("global-cut", b"cos", "truncated"),
        ("pid", b"NQ.", "no storage's"),
        ("pid-kind", b"(X\x01\x00\x00\x00aNNNNtQ.", "Unknown typename for persistent_load"),
        ("pid-class", b"(X\x07\x00\x00\x00storageNNNNtQ.", "has no class that is one"),
        ("tensor", b"ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))tR.", "has no storage"),
        ("linear", b"ctorch.nn.modules.linear\nLinear\n)\x81}X\x08\x00\x00\x00trainingNsb.", ""),
    ):
        pickled(name, code, *([says] if says else []))

    def storage(count):
        number = b"J" + struct.pack("<i", count)
        text = lambda s: b"X" + struct.pack("<I", len(s)) + s
        pid = b"(" + text(b"storage") + b"ctorch\nFloatStorage\n" + text(b"0") + text(b"cpu") + number + b"tQ"
        size = number + b"\x85"
        return b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + pid + b"K\x00" + size + b"K\x01\x85\x89NtR."

    add("storage-huge", "pt", archive(storage(0x7FFFFFFF), _0=bytes(16)), "storage 0 has 16 bytes")
    add("storage-negative", "pt", archive(storage(-4), _0=bytes(16)), "storage 0 has 16 bytes")
    add("storage-missing", "pt", archive(storage(4)), "failed locating file archive/data/0")
    # Bombs: what inflates to more than it may, to more than it says, and to less.
    declared = 1 << 31
    small = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = small.compress(bytes(1 << 24)) + small.flush()

    def bomb(size, packed=zeros, method=8):
        data = bytearray(archive(storage(4), _0=b"?" * 10))
        name = b"archive/data/0"
        local = data.index(b"PK\x03\x04", 4)
        head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, method, 0, 0, 0, len(packed), size, len(name), 0)
        first = bytes(data[:local])
        pkl = archive(storage(4))
        entry = pkl[pkl.index(b"PK\x01\x02") : pkl.index(b"PK\x05\x06")]
        at = len(first) + len(head) + len(name) + len(packed)
        central = entry + struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, method, 0, 0, 0, len(packed), size, len(name), 0, 0, 0, 0, 0, local
        ) + name
        end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, len(central), at, 0)
        return first + head + name + packed + central + end

    add("bomb-declared", "pt", bomb(declared), "inflate to more than")
    add("bomb-lying", "pt", bomb(16), "inflates to another size")
    add("bomb-short", "pt", bomb(1 << 28), "inflates to another size|can't be inflated")
    add("bomb-broken", "pt", bomb(16, b"\xff\xff\xff\xff"), "can't be inflated")
    add("zip-method", "pt", bomb(16, b"abcd", 12), "compressed in a way that is not known")
    whole = bytearray(archive(storage(4), _0=bytes(16)))
    directory = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    for name, at, value in (
        ("directory-far", end + 16, b"\xff\xff\xff\x7f"),
        ("directory-count", end + 10, b"\xfe\xff"),
        ("entry-far", directory + 42, b"\xff\xff\xff\x7f"),
        ("entry-long", directory + 20, b"\xff\xff\xff\x7f\xff\xff\xff\x7f"),
        ("entry-name", directory + 28, b"\xff\xff"),
        ("entry-mark", directory, b"XX"),
    ):
        broken = bytearray(whole)
        broken[at : at + len(value)] = value
        add("zip-" + name, "pt", bytes(broken), "zip archive|locating")
    script = io.BytesIO()
    with zipfile.ZipFile(script, "w") as z:
        z.writestr("archive/data.pkl", b"\x80\x02N.")
        z.writestr("archive/constants.pkl", b"\x80\x02).")
    add("script", "pt", script.getvalue(), "TorchScript archive")


for part in (damaged, graphs, tensors, functions, runs, checkpoints):
    part()
limits(add, model)
print(json.dumps(FILES))
