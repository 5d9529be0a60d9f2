"""dotenv: python-dotenv's functions for reading `.env` files, with its rules for quotes, `export`,
comments and `${NAME:-default}`. CPython runs the real package; see its README for the format."""

import os


def _unescape(text, quote):
    if quote == "'":
        return text.replace("\\\\", "\\").replace("\\'", "'")
    out = []
    i = 0
    escapes = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text) and text[i + 1] in escapes:
            out.append(escapes[text[i + 1]])
            i += 2
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


def _line_end(text, i):
    end = text.find("\n", i)
    return len(text) if end < 0 else end


def _skip(text, i, chars=" \t"):
    while i < len(text) and text[i] in chars:
        i += 1
    return i


def _parse(text):
    """Pairs (name, value, whether it may contain variables); value None for a name alone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pairs = []
    i = 0
    while True:
        i = _skip(text, i, " \t\n\f\v")
        if i >= len(text):
            return pairs
        end = _line_end(text, i)
        if text[i] == "#":
            i = end
            continue
        if text[i : i + 7] in ("export ", "export\t"):
            i = _skip(text, i + 7)
        if text[i : i + 1] == "'":
            close = text.find("'", i + 1)
            if close < 0:
                i = end
                continue
            name = text[i + 1 : close]
            i = close + 1
        else:
            start = i
            while i < end and text[i] not in "=# \t":
                i += 1
            name = text[start:i]
        i = _skip(text, i)
        value = None
        expand = True
        if text[i : i + 1] == "=":
            i = _skip(text, i + 1)
            quote = text[i : i + 1]
            close = -1
            if quote in ("'", '"') and quote:
                close = i + 1
                while close < len(text) and text[close] != quote:
                    close += 2 if text[close] == "\\" else 1
            if 0 <= close < len(text):
                value = _unescape(text[i + 1 : close], quote)
                expand = quote != "'"
                i = close + 1
            elif close >= 0:
                i = end
                continue
            else:
                raw = text[i:end]
                for at in range(len(raw)):
                    if raw[at] == "#" and (at == 0 or raw[at - 1] in " \t"):
                        raw = raw[:at]
                        break
                value = raw.rstrip()
                i = end
        rest = text[i : _line_end(text, i)].strip()
        i = _line_end(text, i)
        if rest and not rest.startswith("#"):
            continue
        if name:
            pairs.append((name, value, expand))


def _expand(value, known, override):
    out = []
    i = 0
    while i < len(value):
        end = value.find("}", i) if value[i : i + 2] == "${" else -1
        if end < 0:
            out.append(value[i])
            i += 1
            continue
        name, mark, default = value[i + 2 : end].partition(":-")
        if override:
            found = known.get(name, os.environ.get(name))
        else:
            found = os.environ.get(name, known.get(name))
        out.append(found if found is not None else default if mark else "")
        i = end + 1
    return "".join(out)


def find_dotenv(filename=".env", raise_error_if_not_found=False, usecwd=False):
    folder = os.getcwd()
    while True:
        path = os.path.join(folder, filename)
        if os.path.isfile(path):
            return path
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    if raise_error_if_not_found:
        raise IOError("File not found")
    return ""


def _read(dotenv_path, stream, interpolate, override):
    text = ""
    if stream is not None:
        text = stream.read()
    else:
        path = dotenv_path or find_dotenv()
        if path and os.path.isfile(path):
            with open(path) as file:
                text = file.read()
    known = {}
    for name, value, expand in _parse(text):
        if value is not None and interpolate:
            value = _expand(value, known, override)
        known[name] = value
    return known


def dotenv_values(dotenv_path=None, stream=None, verbose=False, interpolate=True, encoding="utf-8"):
    return _read(dotenv_path, stream, interpolate, True)


def load_dotenv(
    dotenv_path=None, stream=None, verbose=False, override=False, interpolate=True, encoding="utf-8"
):
    found = _read(dotenv_path, stream, interpolate, override)
    for name, value in found.items():
        if value is not None and (override or name not in os.environ):
            os.environ[name] = value
    return bool(found)


def get_key(dotenv_path, key_to_get, encoding="utf-8"):
    return dotenv_values(dotenv_path).get(key_to_get)


def _lines(path):
    if not os.path.isfile(path):
        return []
    with open(path) as file:
        return file.read().split("\n")


def _name_of(line):
    found = _parse(line)
    return found[0][0] if found else None


def set_key(dotenv_path, key_to_set, value_to_set, quote_mode="always", export=False, encoding="utf-8"):
    quoted = quote_mode == "always" or (
        quote_mode == "auto" and not value_to_set.replace("_", "a").isalpha()
    )
    text = "'%s'" % value_to_set.replace("'", "\\'") if quoted else value_to_set
    new = ("export " if export else "") + key_to_set + "=" + text
    lines = _lines(dotenv_path)
    replaced = False
    for i, line in enumerate(lines):
        if _name_of(line) == key_to_set:
            lines[i] = new
            replaced = True
    if not replaced:
        if lines and lines[-1] == "":
            lines.pop()
        lines.extend([new, ""])
    with open(dotenv_path, "w") as file:
        file.write("\n".join(lines))
    return True, key_to_set, value_to_set


def unset_key(dotenv_path, key_to_unset, quote_mode="always", encoding="utf-8"):
    lines = _lines(dotenv_path)
    kept = [line for line in lines if _name_of(line) != key_to_unset]
    if len(kept) == len(lines):
        return None, key_to_unset
    with open(dotenv_path, "w") as file:
        file.write("\n".join(kept))
    return True, key_to_unset
