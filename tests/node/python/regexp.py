import re
print(re.sub('x*', '-', 'abxd'), re.split(r'\W+', 'Words, words, words.'), re.split(r'(\W+)', 'Words, words'), re.split('x*', 'axbc'), re.split(r'\d', 'a1b2c', maxsplit=1))
print(re.findall(r'\bf[a-z]*', 'which foot or hand fell fastest'), re.findall(r'(\w+)=(\d+)', 'set width=20 and height=10'), re.findall(r'(a)|(b)', 'ab'))
print(re.sub(r'def\s+([a-zA-Z_][a-zA-Z_0-9]*)\s*\(\s*\):', r'static PyObject*\npy_\1(void)\n{', 'def myfunc():'), re.sub(r'(?P<a>\w)(?P<b>\w)', r'\g<b>\g<a>', 'abcd'), re.sub(r'\s+', ' ', 'a  b \t c'))
m = re.match(r"(?P<first_name>\w+) (?P<last_name>\w+)", "Malcolm Reynolds")
print(m, m.groupdict(), m['first_name'], m.lastgroup, m.lastindex, m.expand(r'\2 \1'), m.start('last_name'), m.re.pattern, m.string, m.re.groups, m.end(), m.group(1, 2))
p = re.compile(r"""
    (\d+)   # number
    \s*
    ([a-z]+)  # unit
""", re.VERBOSE | re.I)
print(p.findall("5 KG 30g"), p.search("x 5kg").span(), p.match("5kg", 0), p.fullmatch("5kg") is not None, re.compile("a.c", re.S).match("a\nc"), re.compile('a', re.I))
print(re.findall(r'é\w', 'éa éb'), re.findall(r'\w+', 'naïve café 日本'), re.findall(r'[^\W\d_]+', 'ab1_c'), re.search('😀(.)', 'a😀b').span(1), re.findall(r'[\w.-]+@[\w-]+\.\w+', 'x.y@z-w.com, q'), re.findall(r"[A-Z]{2,3}", "ABCD EF"), re.findall(r'".*?"', 'a "b" "c"'), re.findall(r'<.+>', '<a><b>'))
print(re.match('a', 'b'), bool(re.search(r'^\s*$', '  ')), re.findall('^b', 'a\nb', re.M), re.findall('b$', 'b\nb\n'), re.findall('b$', 'b\nb\n', re.M), re.search(r'\Ab\Z', 'b'), re.sub('(?i)A', 'x', 'aA'), re.subn('a', 'b', 'aaa', 2), re.escape('a.b*c d'), re.findall(r'(?<=\$)\d+', '$5 $10'), re.findall(r'\d+(?!%)\b', '5% 10'), re.findall(r'(\w)\1', 'aabbc'), re.findall(r'[]a]', ']a'), re.findall(r'[a\-z]', 'a-z'), re.findall(r'a{2}|b{,2}c', 'aabbc'), re.findall('{', 'a{b'))
for bad in ('(', ')', '[a', '*a', 'a(?P<n', r'\q', 'a**', '(?P<1>a)'):
    try: re.compile(bad); print("ok", bad)
    except re.error as e: print(e)
def f(m): return str(int(m.group()) * 2)
print(re.sub(r'\d+', f, '1 22'), re.sub(r'(a)(b)?', lambda m: repr(m.groups()), 'a ab'), [m.span() for m in re.finditer('a*', 'baac')], re.findall('', 'ab'), re.match('a', 'abc').span(), re.match(r'(a)?(b)?', 'b').groups('x'))
import string
table = {'a': 1}
print(re.sub(r'\{(\w+)\}', lambda m: str(table.get(m[1], m[0])), '{a} {b}'), re.sub('[aeiou]', '', 'education'), len(re.findall('o', 'foo boo')))
try: re.match('a', 5)
except TypeError as e: print(e)
try: re.match('(a)', 'a').group(2)
except IndexError as e: print(e)
