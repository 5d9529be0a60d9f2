"""string: its constants and Template."""

ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ascii_letters = ascii_lowercase + ascii_uppercase
digits = "0123456789"
hexdigits = digits + "abcdef" + "ABCDEF"
octdigits = "01234567"
punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
whitespace = " \t\n\r\v\f"
printable = digits + ascii_letters + punctuation + whitespace


def capwords(s, sep=None):
    return (sep or " ").join([w[:1].upper() + w[1:].lower() for w in s.split(sep)])


class Template:
    def __init__(self, template):
        self.template = template

    def _fill(self, values, safe):
        out = []
        text = self.template
        i = 0
        while i < len(text):
            if text[i] != "$":
                out.append(text[i])
                i += 1
                continue
            if text[i : i + 2] == "$$":
                out.append("$")
                i += 2
                continue
            braced = text[i + 1 : i + 2] == "{"
            start = end = i + (2 if braced else 1)
            while end < len(text) and (text[end].isalpha() or text[end] == "_" or end > start and text[end].isdigit()):
                end += 1
            name = text[start:end]
            stop = end + (1 if braced else 0)
            if name in values:
                out.append(str(values[name]))
            elif safe:
                out.append(text[i:stop])
            else:
                raise KeyError(name)
            i = stop
        return "".join(out)

    def substitute(self, mapping={}, **kwargs):
        values = dict(mapping)
        values.update(kwargs)
        return self._fill(values, False)

    def safe_substitute(self, mapping={}, **kwargs):
        values = dict(mapping)
        values.update(kwargs)
        return self._fill(values, True)
