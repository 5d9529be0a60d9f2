# Files of some size are read as fast as others: at once, in parts, by lines.
import io
import json

data = bytes(range(256)) * 1200
with open("large.bin", "wb") as f:
    f.write(data)
with open("large.bin", "rb") as f:
    print(f.read() == data, f.read())
f = open("large.bin", "rb")
print(f.read(5), f.tell(), f.seek(300000), len(f.read(-1)))
f.close()
f = open("large.bin", "rb")
f.read(100)
print(len(f.read()))
f.close()
lines = ["line %d é" % i for i in range(20000)]
with open("large.txt", "w") as f:
    f.write("\n".join(lines))
with open("large.txt") as f:
    print(f.readline(), f.read(6), len(f.read()))
print(sum(1 for _ in open("large.txt")))
with open("large.txt") as f:
    print(f.readlines()[-1])
with open("large.json", "w") as f:
    json.dump(list(range(30000)), f)
with open("large.json") as f:
    print(sum(json.load(f)))
print(io.BytesIO(data).read() == data)
try:
    open("missing.bin", "rb")
except FileNotFoundError as e:
    print(e)
