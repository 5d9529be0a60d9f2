import os
import os.path
import sys

print(os.path.join("a", "b.txt"), os.path.basename("/x/y.py"), os.path.dirname("/x/y.py"), os.path.splitext("a.tar.gz"), os.path.exists("no"), os.path.isfile("no"), os.sep, os.linesep == "\n", os.name, os.path.split("/a/b/c"), os.path.normpath("a/../b/./c"), os.path.isabs("/a"), os.path.commonprefix(["abc", "abd"]), os.path.relpath("/a/b", "/a/c"), os.path.abspath("/a/../b"), os.curdir)
with open("f.txt", "w") as f:
    print(f.write("line 1\nline 2\n"))
    print("printed", file=f)
print(os.path.exists("f.txt"), os.path.getsize("f.txt"), os.listdir("."))
with open("f.txt") as f:
    print(f.readline(), f.readline().strip(), f.read(), f.read() == "")
with open("f.txt", "a") as f:
    f.writelines(["a\n", "b"])
for i, line in enumerate(open("f.txt"), 1):
    print(i, line.rstrip())
print(open("f.txt").readlines(), open("f.txt", encoding="utf-8").read().split("\n"))
with open("f.txt", "rb") as f:
    print(f.read(4), f.tell(), f.seek(0), f.read(2))
with open("b.bin", "wb") as f:
    f.write(bytes(range(5)))
print(open("b.bin", "rb").read(), list(open("b.bin", "rb").read()))
os.makedirs("d/e", exist_ok=True)
os.rename("b.bin", "d/e/c.bin")
for root, dirs, files in os.walk("."):
    print(root, sorted(dirs), sorted(files))
os.remove("d/e/c.bin")
os.rmdir("d/e")
os.rmdir("d")
for f in (lambda: open("nope.txt"), lambda: os.remove("nope"), lambda: os.mkdir("f.txt"), lambda: os.listdir("nodir"), lambda: open("f.txt", "zz"), lambda: open("nodir/x", "w"), lambda: os.rmdir("nodir"), lambda: os.rename("nope", "x"), lambda: open("f.txt", "x"), lambda: os.environ["NOPE"], lambda: 1):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
os.environ["A_B"] = "c"
print(os.environ["A_B"], os.getenv("A_B"), os.environ.get("nope", "dflt"), "A_B" in os.environ, type(os.getcwd()))
os.remove("f.txt")
print(sys.version_info >= (3, 8), sys.byteorder, type(sys.argv), sys.platform in ("linux", "emscripten", "webassembly"), len(sys.path) > 0, sys.stdout.write("direct\n"))
