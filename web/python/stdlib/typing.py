"""typing: everything that stands in annotations. MicroPython skips annotations; names must exist."""


class _Special:
    def __init__(self, name):
        self._name = name

    def __getitem__(self, item):
        return self

    def __call__(self, *args, **kwargs):
        return args[0] if args else None

    def __or__(self, other):
        return self

    def __ror__(self, other):
        return self

    def __repr__(self):
        return "typing." + self._name


class Generic:
    pass


class _Subscripted:
    """A base class that is written with brackets: `Generic[T]` gives the class itself."""

    def __init__(self, cls):
        self._cls = cls

    def __getitem__(self, item):
        return self._cls


Generic = _Subscripted(Generic)


class Protocol:
    pass


class SupportsFloat:
    pass


class SupportsInt:
    pass


TYPE_CHECKING = False
Any = _Special("Any")
Union = _Special("Union")
Optional = _Special("Optional")
Callable = _Special("Callable")
Type = _Special("Type")
Literal = _Special("Literal")
Final = _Special("Final")
ClassVar = _Special("ClassVar")
Annotated = _Special("Annotated")
Self = _Special("Self")
Never = NoReturn = _Special("NoReturn")
List = _Special("List")
Dict = _Special("Dict")
Tuple = _Special("Tuple")
Set = _Special("Set")
FrozenSet = _Special("FrozenSet")
DefaultDict = _Special("DefaultDict")
OrderedDict = _Special("OrderedDict")
Counter = _Special("Counter")
Deque = _Special("Deque")
Iterable = _Special("Iterable")
Iterator = _Special("Iterator")
Generator = _Special("Generator")
Sequence = _Special("Sequence")
MutableSequence = _Special("MutableSequence")
Mapping = _Special("Mapping")
MutableMapping = _Special("MutableMapping")
Collection = _Special("Collection")
Hashable = _Special("Hashable")
Sized = _Special("Sized")
Awaitable = _Special("Awaitable")
Coroutine = _Special("Coroutine")
AsyncIterator = _Special("AsyncIterator")
AnyStr = _Special("AnyStr")
Text = str
IO = TextIO = BinaryIO = _Special("IO")
Concatenate = _Special("Concatenate")
TypeAlias = _Special("TypeAlias")
TypeGuard = _Special("TypeGuard")
Unpack = _Special("Unpack")
Required = NotRequired = _Special("Required")


def TypeVar(name, *constraints, **kwargs):
    return _Special(name)


ParamSpec = TypeVarTuple = TypeVar


def NewType(name, tp):
    return lambda x: x


def cast(typ, val):
    return val


def overload(func):
    return func


def final(f):
    return f


override = runtime_checkable = no_type_check = final


def get_type_hints(obj, *args, **kwargs):
    raise NotImplementedError("annotations are not supported by MicroPython")
