import sys
import pprint
import argparse
import pathlib

pprint.pprint({"b": list(range(30)), "a": "x" * 50})
p = argparse.ArgumentParser()
p.add_argument("--n", type=int, default=3)
print(p.parse_args(["--n", "5"]))
print(pathlib.Path("a") / "b.txt", pathlib.Path("a/b.txt").suffix)
