with open("f.txt", "w") as f:
    f.write("a\nb\n")
    print(f.name, f.mode, f.closed)
print(f.closed)
for work in (lambda: open("nope.txt"), lambda: open("f.txt").write("a"), lambda: open("f.txt", "a").read()):
    try:
        work()
    except OSError as e:
        print(type(e).__name__, e)
