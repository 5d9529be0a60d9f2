# Numbers and texts under every kind of format spec.
import math
import random
import struct

random.seed(5)
floats = [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 2.675, 9.5, 99.5, 0.15, 25.0, 35.0, 1e16, 1e20, 1e21, 1e22, 1e23]
floats += [5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 1e-5, 0.0001, 0.00001234]
floats += [999999.5, 9999995.0, 123456.789, -1234.5]
floats += [struct.unpack("<d", random.getrandbits(64).to_bytes(8, "little"))[0] for _ in range(40)]
floats += [random.randint(-(10**6), 10**6) / 2 ** random.randint(0, 10) for _ in range(40)]
floats += [round(random.uniform(-1e4, 1e4), random.randint(0, 5)) for _ in range(40)]
specs = ".0f .1f .2f .3f .4f f .0e .2e e g .4g .10g .17g .3 .1 8.2f <10.3f ^12.1f +.2f 010.2f *>12.1e".split()
specs += ", _.2f ,.2f .1% % 015,.3f #.0f #g +,.1f z.1f .25f .120f G E =+12.2f".split() + ["", " .1f"]
for x in floats:
    print(x, [x], repr(x), *[format(x, spec) for spec in specs])
    print("%.2f|%8.3f|%-10.2f|%+.1e|%g|%05.1f|%s|%r" % (x, x, x, x, x, x, x, x))
    if math.isfinite(x):
        print([round(x, n) for n in (0, 1, 2, 3, 5, -1, -2)], round(x) if abs(x) < 1e15 else "")

specs = "d 5d 05 +d x X #x o b #b 08b #010x , _ _x _b >10 <10 ^10 *^10 ,d 012, .2f e % g +, n =+8 <05".split()
for n in [0, 1, -1, 5, -42, 255, 1000, -1234567, 10**15, -(10**20), 2**64, 65]:
    print(n, *[format(n, spec) for spec in specs])
    print("%d|%5d|%-5d|%05d|%+d|%x|%o|%X|%i|%#x|%s" % (n, n, n, n, n, n, n, n, n, n, n))
    print([round(n, k) for k in (0, 1, -1, -2)], round(n))

for text in ["", "a", "hello", "é", "日本", "tab\t", "it's", "x{y}", '"', "'\"", "\x01\x7f\u200b🙂"]:
    for spec in ["", "s", ">5", "<5", "^5", "*^9", ".2", "5.2", "05", ">05", "é^7", "10s", "-<8"]:
        print(repr(text), spec, [format(text, spec)])
    print("%s|%5s|%-5s|%.2s|%r|%10.3s|" % (text, text, text, text, text, text))

wrong = [(1.5, "x"), (1.5, "d"), (3, ".2"), ("x", "abc"), ("x", "=5"), ("x", "5d"), ("x", "+"), ("x", ","), (3, "q")]
wrong += [(2.0, ">>5q"), (3, ",_"), (3, ",x"), ([1], "5"), (None, ">5"), ({}, "d"), (3, "s"), ("a", "f"), (1, "z")]
for value, spec in wrong:
    try:
        print(format(value, spec))
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(f"{True:5}|{True}|{False:>6}|{True:d}", "{:c}".format(65))
for text, args in [("{} {}", (1,)), ("}", ()), ("{", ()), ("{0} {1} {0}", (1, 2)), ("{:>{}}|", (1, 4))]:
    try:
        print(text.format(*args))
    except (IndexError, ValueError) as e:
        print(type(e).__name__, e)
print("{a[0]} {a[k]} {b.imag}".format(a={0: 1, "k": 2}, b=2j), "{:{}.{}f}|{!r}".format(3.14159, 10, 2, "a"))
