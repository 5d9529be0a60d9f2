"""What PyTorch says of arguments that fit none of an operator's overloads, which it lists.

The core knows fewer overloads: named dimensions, out= and the like are not its own. So its TypeError is
put aside, and PyTorch's rules (torch/csrc/utils/python_arg_parser.cpp and invalid_arguments.cpp are the
behaviour followed) are applied to the overloads that real PyTorch lists.
"""
from . import _core
from ._signatures import TEXT
from ._types import Size, device, dtype

# Operators that take a number where others want a tensor.
_NUMBERS = "add div divide mul multiply sub subtract true_divide floor_divide copy_ to".split()
_FACTORY = (
    "?torch.dtype dtype, ?torch.layout layout, ?torch.device device, ?bool pin_memory, ?bool requires_grad"
)


class _Parameter:
    def __init__(self, text, keyword):
        self.optional = text[0] == "?"
        self.kind, self.name = text.lstrip("?").rsplit(" ", 1)
        self.keyword = keyword
        self.sized = self.kind[-2:] == "[]"
        if self.sized:
            self.kind = self.kind[:-2]


# Operators with one overload, whose list of sizes may hold something else further on.
_LISTS = {
    "permute": "tuple of ints dims",
    "reshape": "tuple of SymInts shape",
    "expand": "tuple of SymInts size",
    "repeat": "tuple of SymInts repeats",
    "tile": "tuple of ints dims",
    "flip": "tuple of ints dims",
}


def _overloads(key):
    """The overloads of "f" + the name of a function, or "m" + that of a method."""
    if key[0] == "m" and key[1:] in _LISTS:
        return [[_Parameter(_LISTS[key[1:]], False)]]
    start = TEXT.find("\n" + key + ":")
    if start < 0:
        return None
    line = TEXT[start + len(key) + 2 : TEXT.find("\n", start + 1)].replace("~", _FACTORY)
    out = []
    for text in line.split("|"):
        parameters = []
        keyword = False
        for part in text.split(", ") if text else ():
            if part == "*":
                keyword = True
            else:
                parameters.append(_Parameter(part, keyword))
        out.append(parameters)
    return out


def _shown(parameters):
    parts = []
    for p in parameters:
        if p.keyword and "*" not in parts:
            parts.append("*")
        parts.append(p.kind + " " + p.name)
    return "(" + ", ".join(parts) + ")"


def type_name(value):
    if isinstance(value, Size):
        return "torch.Size"
    if isinstance(value, (dtype, device)):
        return "torch." + type(value).__name__
    return type(value).__name__


def _is_tensor(value, dim=None):
    return isinstance(value, _core.Tensor) and (
        dim is None or (value.dim() == dim and not value.requires_grad)
    )


def _fits(parameter, value, numbers):
    """Whether the value may stand there; lists are judged by their first item, as PyTorch's are."""
    kind = parameter.kind
    number = isinstance(value, (int, float))
    if kind == "Tensor":
        return _is_tensor(value) or numbers and number
    if kind in ("Number", "float"):
        return number or _is_tensor(value, 0)
    if kind == "int":
        return type(value) is int or _is_tensor(value, 0) and not value.dtype.is_floating_point
    if kind == "bool":
        return type(value) is bool
    if kind in ("tuple of ints", "tuple of SymInts"):
        if isinstance(value, (tuple, list, Size)):
            return len(value) == 0 or type(list(value)[0]) is int or _is_tensor(list(value)[0], 0)
        return parameter.sized and type(value) is int
    if kind == "tuple of names":
        return isinstance(value, str) or isinstance(value, (tuple, list)) and all(
            [isinstance(v, str) for v in value]
        )
    if kind == "tuple of Tensors":
        return isinstance(value, (tuple, list)) and all([_is_tensor(v) for v in value])
    if kind in ("name", "str"):
        return isinstance(value, str)
    if kind == "torch.dtype":
        return isinstance(value, dtype) or value in (float, int, bool)
    if kind == "torch.device":
        return isinstance(value, (str, device)) or type(value) is int
    return True


def _sizes(parameters):
    """Whether sizes may be given one by one: the only positional parameter takes a list of them."""
    positional = [p for p in parameters if not p.keyword]
    return len(positional) == 1 and positional[0].kind[:8] == "tuple of" and "nts" in positional[0].kind


def _parse(name, parameters, args, kwargs):
    """None when the arguments fit, else what is wrong."""
    positional = [p for p in parameters if not p.keyword]
    numbers = name in _NUMBERS
    spread = _sizes(parameters)

    def too_many():
        least = len([p for p in positional if not p.optional])
        most = len(positional)
        if least < most:
            return "%s() takes from %d to %d positional arguments but %d were given" % (name, least, most, len(args))
        return "%s() takes %d positional argument%s but %d %s given" % (
            name, most, "" if most == 1 else "s", len(args), "was" if len(args) == 1 else "were"
        )

    if len(args) > len(positional) and not spread:
        return too_many()
    at = 0
    used = 0
    for i, p in enumerate(parameters):
        by_name = at >= len(args)
        if not by_name:
            if p.keyword:
                return too_many()
            value = args[at]
        elif p.name in kwargs:
            value = kwargs[p.name]
        elif p.name == "dim" and "axis" in kwargs:
            value = kwargs["axis"]
        elif p.name == "keepdim" and "keepdims" in kwargs:
            value = kwargs["keepdims"]
        elif p.optional:
            continue
        else:
            lacking = [q.name for q in parameters[i:] if not q.optional]
            return "%s() missing %d required positional argument%s: %s" % (
                name, len(lacking), "s" if len(lacking) == 1 else "", ", ".join(['"' + n + '"' for n in lacking])
            )
        if value is None and p.optional or _fits(p, value, numbers):
            pass
        elif spread and at == 0 and not by_name and _fits(p, list(args), numbers):
            at = len(args)
            continue
        elif by_name:
            return "%s(): argument '%s' must be %s, not %s" % (name, p.name, p.kind, type_name(value))
        else:
            return "%s(): argument '%s' (position %d) must be %s, not %s" % (
                name, p.name, at + 1, p.kind, type_name(value)
            )
        if by_name:
            used += 1
        else:
            at += 1
    if used < len(kwargs):
        names = [p.name for p in parameters]
        for given in kwargs:
            if given not in names and given not in ("axis", "keepdims"):
                return "%s() got an unexpected keyword argument '%s'" % (name, given)
        return "%s() got multiple values for argument '%s'" % (name, list(kwargs)[0])
    return None


def _odd_item(name, parameters, args, kwargs):
    """The error for a list whose first item is an int, and another one isn't."""
    for i, p in enumerate(parameters):
        if p.kind not in ("tuple of ints", "tuple of SymInts"):
            continue
        value = kwargs.get(p.name, args[i] if i < len(args) else None)
        if i == 0 and _sizes(parameters) and args and type(args[0]) is int:
            value = args
        if isinstance(value, (tuple, list)):
            for k, v in enumerate(value):
                if type(v) is not int and not _is_tensor(v, 0):
                    return "%s(): argument '%s' must be %s, but found element of type %s at pos %d" % (
                        name, p.name, p.kind, type_name(v), k + 1
                    )
    return None


def _slots(parameters):
    """The kinds of the parameters. PyTorch takes the star before keywords for one, too, and nothing
    between the parentheses."""
    if not parameters:
        return [""]
    kinds = []
    for i, p in enumerate(parameters):
        if p.keyword and (i == 0 or not parameters[i - 1].keyword):
            kinds.append("*")
        kinds.append(p.kind)
    return kinds


def _given(args, kwargs, parameters=None):
    """"(Tensor, !str!)": the types given, marked where PyTorch's names for them differ from what is
    wanted; unmarked without parameters."""
    parts = []
    kinds = None if parameters is None else _slots(parameters)
    for i, value in enumerate(args):
        shown = type_name(value)
        if parameters is not None:
            wanted = kinds[i]
            fits = shown == wanted or wanted == "float" and shown in ("float", "int")
            shown = shown if fits else "!" + shown + "!"
        parts.append(shown)
    # PyTorch's table of keywords gives the latest first.
    for i, given in enumerate(list(kwargs) if parameters is not None else reversed(list(kwargs))):
        shown = given + "=" + type_name(kwargs[given])
        if parameters is not None and type_name(kwargs[given]) != kinds[len(args) + i]:
            shown = "!" + shown + "!"
        parts.append(shown)
    # PyTorch forgets to take the last comma off where there are keywords only.
    return "(" + ", ".join(parts) + (", " if parts and not args else "") + ")"


def _by_name(name, args, kwargs, method, tensor):
    """The error for a dimension given by name: no tensor here has any."""
    given = [v for v in list(args) + list(kwargs.values()) if isinstance(v, str)]
    if name in ("any", "all", "sort", "argsort"):
        return RuntimeError(
            name + ": You passed a dimname (string) to this op in place of a dimension index but it does "
            "not yet support this behavior. Please pass a dimension index to work around this."
        )
    if isinstance(tensor, (list, tuple)):
        tensor = tensor[0]
    names = ", ".join(["None"] * tensor.dim())
    return RuntimeError("Name '%s' not found in Tensor[%s]." % (given[0], names)) if given else None


# Old forms, with a number before the tensors that it multiplies: the name that it has now, and how many
# tensors follow it.
_NUMBER_FIRST = {"add": ("alpha", 1), "sub": ("alpha", 1), "addcmul": ("value", 2), "addcdiv": ("value", 2)}


def modern(name, args, kwargs):
    """The arguments (args, kwargs), self among them, of a call in a form that PyTorch deprecates, in
    that of today; None for any other call."""
    keyword, count = _NUMBER_FIRST.get(name.rstrip("_"), ("", 0))
    if not keyword or kwargs or len(args) != count + 2 or not _is_tensor(args[0]):
        return None
    if not isinstance(args[1], (int, float)) or not all([_is_tensor(v) for v in args[2:]]):
        return None
    names = "Tensor other" if count == 1 else "Tensor tensor1, Tensor tensor2"
    _core.warn_once(
        "This overload of %s is deprecated:\n\t%s(Number %s, %s)\nConsider using one of the following "
        "signatures instead:\n\t%s(%s, *, Number %s)" % (name, name, keyword, names, name, names, keyword)
    )
    return tuple(args[:1]) + tuple(args[2:]), {keyword: args[1]}


def explain(name, args, kwargs, method, tensor=None):
    """The exception for arguments that the core refused, or None where the core's own will do."""
    overloads = _overloads(("m" if method else "f") + name)
    if overloads is None:
        return None
    for parameters in overloads:
        if _parse(name, parameters, args, kwargs) is None:
            for p in parameters:
                if p.kind in ("name", "tuple of names"):
                    return _by_name(name, args, kwargs, method, tensor if method else args[0])
            odd = _odd_item(name, parameters, args, kwargs)
            return odd and TypeError(odd)
    if method and name in _LISTS:
        return None
    count = len(args) + len(kwargs)
    plausible = [
        o for o in overloads if len([p for p in o if not p.optional]) <= count <= len(o)
    ]
    if len(plausible) == 1:
        return TypeError(_parse(name, plausible[0], args, kwargs))
    if len(overloads) == 1:
        return TypeError(
            "%s() received an invalid combination of arguments - got %s, but expected %s"
            % (name, _given(args, kwargs), _shown(overloads[0]))
        )
    text = "%s() received an invalid combination of arguments - got %s, but expected one of:\n" % (
        name,
        _given(args, kwargs),
    )
    for parameters in overloads:
        text += " * " + _shown(parameters) + "\n"
        if count != len(_slots(parameters)):
            continue
        names = [p.name for p in parameters]
        unknown = [given for given in reversed(list(kwargs)) if given not in names]
        if unknown:
            text += "      didn't match because some of the keywords were incorrect: " + ", ".join(unknown)
        else:
            text += "      didn't match because some of the arguments have invalid types: " + _given(
                args, kwargs, parameters
            )
        text += "\n"
    return TypeError(text)
