"""collections.abc: names for annotations and for `isinstance` with the usual containers."""


class Hashable:
    pass


class Sized:
    pass


class Container:
    pass


class Collection(Sized):
    pass


class Iterable:
    pass


class Iterator(Iterable):
    pass


class Generator(Iterator):
    pass


class Reversible(Iterable):
    pass


class Awaitable:
    pass


class Coroutine(Awaitable):
    pass


class AsyncIterable:
    pass


class AsyncIterator(AsyncIterable):
    pass


Callable = type(lambda: None)
Sequence = (list, tuple, str, range, bytes)
MutableSequence = (list, bytearray)
Mapping = MutableMapping = dict
Set = (set, frozenset)
MutableSet = set
ByteString = (bytes, bytearray)
