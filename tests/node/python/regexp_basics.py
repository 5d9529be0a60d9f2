import re

text = "Contact: bob@example.com, alice@test.org on 2024-01-15 or 555-1234."
print(re.findall(r"\w+@\w+\.\w+", text), re.findall(r"(\w+)@(\w+)", text), re.search(r"\d{4}-\d{2}-\d{2}", text).group())
m = re.search(r"(?P<year>\d{4})-(?P<month>\d\d)", text)
print(m.group("year"), m.groupdict(), m.span(), m.start(), m.groups(), m[1])
for m in re.finditer(r"\b\w{5}\b", text):
    print(m.group(), m.start())
print(re.sub(r"\d", "#", text), re.sub(r"(\w+)@(\w+)", r"\2 at \1", text), re.sub("o", lambda m: m.group().upper(), text, count=2))
print(re.split(r"[,\s]+", "a, b,c  d"), re.split(r"(-)", "a-b"), re.match(r"abc", "xabc"), re.fullmatch(r"\d+", "123").group())
print(re.findall("a", "AbAa", re.I), re.findall(r"^\w", "a\nb", re.M), re.compile(r"x(?=y)").findall("xyxz"), re.findall(r"(?<!a)b", "abcb"), re.escape("a.b"))
p = re.compile(r"(\d+)\s*(kg|g)")
print(p.pattern, [(int(n), u) for n, u in p.findall("5 kg and 300g")], p.sub(r"<\g<1>>", "5kg"), re.subn("a", "b", "aaa"))
