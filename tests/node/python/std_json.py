import json

data = {"name": "Zoë", "n": 1, "pi": 3.14159, "ok": True, "none": None, "list": [1, [2, []], {}], "nested": {"b": 1, "a": {"z": "\t\"q\" \\ / \u2028"}}, "big": 10**20, "f": 1e100, "neg": -0.0, "small": 1e-7}
print(json.dumps(data))
print(json.dumps(data, indent=4))
print(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False))
print(json.dumps(data, separators=(",", ":")), json.dumps([]), json.dumps({}), json.dumps([], indent=2), json.dumps("é"), json.dumps(None), json.dumps((1, 2)), json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps([1, 2], indent="\t"))
text = '{"a": [1, 2.5, -3e2, true, false, null], "b": {"c": "\\u00e9\\n\\ud83d\\ude00"}, "d": "", "e": 12345678901234567890, "f": 1E5}'
obj = json.loads(text)
print(obj, obj["a"][1], type(obj["a"][0]), json.loads("[]"), json.loads(' "x" '), json.loads("1.0"), json.loads("true"), json.loads("-0.5"))
print(json.loads(json.dumps(data)) == data)
for bad in ("{'a': 1}", "[1,", "", "{a: 1}", "nul", '{"a" 1}', '[1 2]', '{"a": 1,}', '"abc', "[1] x", "[1,]", '{"a"', "{", '"\n"', "01", '{"a":}'):
    try:
        print(json.loads(bad))
    except json.JSONDecodeError as e:
        print(type(e).__name__, e)
for bad in ({1, 2}, object, lambda: 0, {"a": {1}}, b"x", 1j):
    try:
        json.dumps(bad)
    except TypeError as e:
        print(e)
print(json.dumps({1, 2}, default=sorted), json.dumps([float("nan"), float("inf")]), json.dumps({(1,): 2}, skipkeys=True))
with open("d.json", "w") as f:
    json.dump(data, f, indent=2)
with open("d.json") as f:
    print(json.load(f) == data)
with open("d.json") as f:
    print(f.read()[:40])


class P:
    def __init__(self):
        self.x = 1


print(json.dumps(P(), default=lambda o: o.__dict__), json.dumps([1, "a", P()], default=vars, indent=1))

try:
    json.dumps({(1, 2): 3})
except TypeError as e:
    print(e)
