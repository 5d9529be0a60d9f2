"""textwrap."""


def dedent(text):
    lines = text.split("\n")
    used = [line for line in lines if line.strip()]
    margin = None
    for line in used:
        indent = line[: len(line) - len(line.lstrip())]
        if margin is None:
            margin = indent
        while not indent.startswith(margin):
            margin = margin[:-1]
    margin = margin or ""
    return "\n".join([line[len(margin) :] if line.strip() else "" for line in lines])


def indent(text, prefix, predicate=None):
    lines = text.split("\n")
    keep = predicate or (lambda line: line.strip())
    return "\n".join([prefix + line if keep(line) else line for line in lines])


def wrap(text, width=70, initial_indent="", subsequent_indent="", **kwargs):
    lines = []
    line = initial_indent
    empty = True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = subsequent_indent
            empty = True
        line += word if empty else " " + word
        empty = False
    if not empty:
        lines.append(line)
    return lines


def fill(text, width=70, **kwargs):
    return "\n".join(wrap(text, width, **kwargs))


def shorten(text, width, placeholder=" [...]"):
    words = text.split()
    if len(" ".join(words)) <= width:
        return " ".join(words)
    while words and len(" ".join(words)) + len(placeholder) > width:
        words.pop()
    return (" ".join(words) + placeholder).strip()
