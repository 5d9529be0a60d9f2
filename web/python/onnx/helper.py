"""onnx.helper: a graph as text."""


def printable_type(info):
    dims = [d.dim_param or str(d.dim_value or "?") for d in info.type.tensor_type.shape.dim]
    return info._text[7:-1].upper() + ", " + ("x".join(dims) if dims else "scalar")


def printable_attribute(a):
    for field in ("f", "i", "s", "floats", "ints", "strings"):
        if hasattr(a, field):
            value = getattr(a, field)
            return a.name + " = " + (str(value) if field != "s" else repr(value.decode()))
    return a.name + " = <" + a.type.lower() + ">"


def printable_node(n):
    attributes = ", ".join([printable_attribute(a) for a in n.attribute])
    return "%s = %s%s(%s)" % (
        ", ".join(["%" + o for o in n.output]),
        n.op_type,
        "[" + attributes + "]" if attributes else "",
        ", ".join(["%" + i for i in n.input]),
    )


def printable_graph(graph, prefix=""):
    """The graph in ONNX's text form: inputs with types, initializers, a line a node, outputs."""
    lines = [prefix + "graph " + graph.name + " ("]
    names = [t.name for t in graph.initializer]
    for v in graph.input:
        if v.name not in names:
            lines.append(prefix + "  %" + v.name + "[" + printable_type(v) + "]")
    if graph.initializer:
        lines.append(prefix + ") initializers (")
        for t in graph.initializer:
            dims = "x".join([str(d) for d in t.dims]) or "scalar"
            lines.append(prefix + "  %" + t.name + "[" + str(t._dtype).upper() + ", " + dims + "]")
    lines.append(prefix + ") {")
    for n in graph.node:
        lines.append(prefix + "  " + printable_node(n))
    lines.append(prefix + "  return " + ", ".join(["%" + v.name for v in graph.output]))
    lines.append(prefix + "}")
    return "\n".join(lines)
