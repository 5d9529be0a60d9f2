"""Zip archives as torch.save writes them: nothing compressed, contents aligned, so that PyTorch can
map them into memory."""
import binascii
import struct

from ._core import MICRO

_ALIGNMENT = 64
_LOCAL = "<IHHHHHIIIHH"
_CENTRAL = "<IHHHHHHIIIHHHHHII"
_END = "<IHHHHIIH"


def write(entries):
    """The bytes of an archive of (name, bytes) pairs."""
    parts = []
    directory = []
    at = 0
    for name, data in entries:
        name = name.encode()
        crc = binascii.crc32(data) & 0xFFFFFFFF
        # An extra field fills the room up to the next multiple.
        pad = -(at + 30 + len(name) + 4) % _ALIGNMENT
        extra = b"FB" + struct.pack("<H", pad) + b"Z" * pad
        sizes = (crc, len(data), len(data), len(name))
        parts.append(struct.pack(_LOCAL, 0x04034B50, 0, 0, 0, 0, 0, *(sizes + (len(extra),))))
        parts.append(name)
        parts.append(extra)
        parts.append(data)
        fixed = (0x02014B50, 0, 0, 0, 0, 0, 0) + sizes + (0, 0, 0, 0, 0, at)
        directory.append(struct.pack(_CENTRAL, *fixed) + name)
        at += 30 + len(name) + len(extra) + len(data)
    central = b"".join(directory)
    count = len(directory)
    parts.append(central)
    parts.append(struct.pack(_END, 0x06054B50, 0, 0, count, count, len(central), at, 0))
    return b"".join(parts)


# What the compressed entries of an archive may inflate to, together. torch.save compresses nothing.
_MOST_INFLATED = 1 << 30


def _broken(why):
    return RuntimeError("PytorchStreamReader failed reading zip archive: " + why)


class Archive:
    """The entries of an archive, by name. RuntimeError for an archive that is damaged, that inflates
    beyond a limit, or whose entries overlap."""

    def __init__(self, data):
        self._data = data
        self._at = {}
        # How many bytes may still be taken.
        self._stored = len(data)
        self._inflated = _MOST_INFLATED
        end = data.rfind(b"PK\x05\x06")
        if end < 0:
            raise _broken("failed finding central directory")
        count, _, at = self._unpack("<HII", end + 10)
        if at == 0xFFFFFFFF or count == 0xFFFF:
            end64 = data.rfind(b"PK\x06\x06")
            if end64 < 0:
                raise _broken("failed finding central directory")
            count, _, at = self._unpack("<QQQ", end64 + 32)
        for _ in range(count):
            head = self._unpack(_CENTRAL, at)
            if head[0] != 0x02014B50:
                raise _broken("its directory is damaged")
            method, packed, size = head[4], head[8], head[9]
            name_size, extra_size, comment_size, local = head[10], head[11], head[12], head[16]
            try:
                name = data[at + 46 : at + 46 + name_size].decode()
            except UnicodeError:
                raise _broken("the name of an entry is no text")
            extra = data[at + 46 + name_size : at + 46 + name_size + extra_size]
            packed, size, local = _wide(extra, packed, size, local)
            self._at[name] = (local, packed, size, method)
            at += 46 + name_size + extra_size + comment_size

    def _unpack(self, form, at):
        size = struct.calcsize(form)
        if at < 0 or at + size > len(self._data):
            raise _broken("it is cut short or damaged")
        return struct.unpack(form, self._data[at : at + size])

    def names(self):
        return list(self._at)

    def read(self, name):
        """RuntimeError for a name that isn't there."""
        if name not in self._at:
            raise RuntimeError("PytorchStreamReader failed locating file " + name + ": file not found")
        local, packed, size, method = self._at[name]
        name_size, extra_size = self._unpack("<HH", local + 26)
        start = local + 30 + name_size + extra_size
        if start + packed > len(self._data):
            raise _broken("'%s' is cut short" % name)
        self._stored -= packed
        if self._stored < 0:
            raise _broken("its entries overlap")
        data = self._data[start : start + packed]
        if method == 0:
            return data
        if method != 8:
            raise _broken("'%s' is compressed in a way that is not known (%d)" % (name, method))
        self._inflated -= size
        if self._inflated < 0:
            raise _broken("its entries inflate to more than %d bytes" % _MOST_INFLATED)
        return _inflate(name, data, size)


def _inflate(name, data, size):
    """No more than the `size` bytes that the directory promises."""
    try:
        if MICRO:
            import deflate
            import io

            out = deflate.DeflateIO(io.BytesIO(data), deflate.RAW, 15).read(size + 1)
        else:
            import zlib

            out = zlib.decompressobj(-15).decompress(data, size + 1)
    except ImportError:
        raise _broken("'%s' is compressed, which torch.save never does; CPython reads it" % name)
    except Exception as e:
        raise _broken("'%s' can't be inflated: %s" % (name, e))
    if len(out) != size:
        raise _broken("'%s' inflates to another size than its directory says" % name)
    return out


def _wide(extra, packed, size, local):
    """Sizes beyond 4 GB stand in an extra field."""
    if 0xFFFFFFFF not in (packed, size, local):
        return packed, size, local
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        if kind == 1:
            count = min(length, len(extra) - at - 4) // 8
            values = list(struct.unpack("<" + "Q" * count, extra[at + 4 : at + 4 + count * 8]))
            wide = []
            for n in (size, packed, local):
                wide.append(values.pop(0) if n == 0xFFFFFFFF and values else n)
            return wide[1], wide[0], wide[2]
        at += 4 + length
    return packed, size, local
