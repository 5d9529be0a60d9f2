"""Zip archives as torch.save writes them: nothing compressed, contents aligned, so that PyTorch can
map them into memory."""
import binascii
import struct

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


class Archive:
    """The entries of an archive, by name."""

    def __init__(self, data):
        self._data = data
        self._at = {}
        end = data.rfind(b"PK\x05\x06")
        if end < 0:
            raise RuntimeError("PytorchStreamReader failed reading zip archive: failed finding central directory")
        count, _, at = struct.unpack("<HII", data[end + 10 : end + 20])
        if at == 0xFFFFFFFF or count == 0xFFFF:
            end64 = data.rfind(b"PK\x06\x06")
            count, _, at = struct.unpack("<QQQ", data[end64 + 32 : end64 + 56])
        for _ in range(count):
            head = struct.unpack(_CENTRAL, data[at : at + 46])
            method, packed, size = head[4], head[8], head[9]
            name_size, extra_size, comment_size, local = head[10], head[11], head[12], head[16]
            name = data[at + 46 : at + 46 + name_size].decode()
            extra = data[at + 46 + name_size : at + 46 + name_size + extra_size]
            packed, size, local = _wide(extra, packed, size, local)
            self._at[name] = (local, packed, method)
            at += 46 + name_size + extra_size + comment_size

    def names(self):
        return list(self._at)

    def read(self, name):
        """RuntimeError for a name that isn't there."""
        if name not in self._at:
            raise RuntimeError("PytorchStreamReader failed locating file " + name + ": file not found")
        local, size, method = self._at[name]
        name_size, extra_size = struct.unpack("<HH", self._data[local + 26 : local + 30])
        start = local + 30 + name_size + extra_size
        data = self._data[start : start + size]
        if method == 0:
            return data
        import zlib

        return zlib.decompress(data, -15)


def _wide(extra, packed, size, local):
    """Sizes beyond 4 GB stand in an extra field."""
    if 0xFFFFFFFF not in (packed, size, local):
        return packed, size, local
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        if kind == 1:
            values = list(struct.unpack("<" + "Q" * (length // 8), extra[at + 4 : at + 4 + length // 8 * 8]))
            wide = []
            for n in (size, packed, local):
                wide.append(values.pop(0) if n == 0xFFFFFFFF else n)
            return wide[1], wide[0], wide[2]
        at += 4 + length
    return packed, size, local
