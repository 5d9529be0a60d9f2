"""Each Python example of the menu prints on both of our Pythons what it prints on real PyTorch."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "web/examples").glob("*.py"))
CLI = ROOT / "build/node/cli.mjs"
FILE = re.compile(r"^# file (\S+): (.*)$", re.M)

# Parts of the output that no two makers agree on.
VARIES = {
    # Python 3.11 and 3.14 word it differently; the class and the method stay.
    "abstract": re.compile(r"(?<=class HalfStore ).*(?=load)|(?<=load)'"),
    # Exporters choose other names for the inner values of a graph.
    "onnx_model": re.compile(r"(?<=classifier\.onnx: )\d+(?= bytes)"),
}


class Examples(unittest.TestCase):
    def run_in(self, folder, command):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    def check(self, example):
        printed = {}
        runtimes = ["pytorch", "cpython", "micropython"]
        # MicroPython has no pickle; the page then moves to CPython.
        if example.stem == "pickle_model":
            runtimes.remove("micropython")
        for name in runtimes:
            with tempfile.TemporaryDirectory() as folder:
                source = example.read_text()
                (pathlib.Path(folder) / example.name).write_text(source)
                for path, text in FILE.findall(source):
                    (pathlib.Path(folder) / path).write_text(text.replace("\\n", "\n") + "\n")
                if name == "pytorch":
                    command = [sys.executable, example.name]
                else:
                    command = ["node", str(CLI), "run", example.name, "--runtime", name]
                text = self.run_in(folder, command)
                if example.stem in VARIES:
                    text, found = VARIES[example.stem].subn("", text)
                    self.assertGreater(found, 0)
                printed[name] = text
        self.assertNotEqual(printed["pytorch"].strip(), "")
        for name in runtimes[1:]:
            self.assertEqual(printed[name], printed["pytorch"], name)


for _example in EXAMPLES:
    setattr(Examples, f"test_{_example.stem}", lambda self, e=_example: self.check(e))

if __name__ == "__main__":
    unittest.main()
