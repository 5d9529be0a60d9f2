"""Exported files pass onnx.checker's full check, which includes type and shape inference.

The models are those of tests/node/onnx/cases.mjs. That they compute the right numbers is shown by
tests/node/onnx-export.test.ts, which runs them in ONNX Runtime.
"""
import pathlib
import subprocess
import tempfile
import unittest

import onnx

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Debian's onnx knows operator sets up to 17.
OPSETS = range(11, 18)


class OnnxExport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        script = ROOT / "tests/node/onnx/write-files.mjs"
        command = ["node", str(script), cls.folder.name, *map(str, OPSETS)]
        subprocess.run(command, check=True, cwd=ROOT)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check(self, opset):
        files = sorted(pathlib.Path(self.folder.name).glob(f"*-{opset}.onnx"))
        self.assertGreater(len(files), 200)
        for file in files:
            with self.subTest(file.name):
                model = onnx.load(str(file))
                onnx.checker.check_model(model, full_check=True)
                self.assertEqual(model.opset_import[0].version, opset)
                used = {name for node in model.graph.node for name in node.input}
                unused = [i.name for i in model.graph.initializer if i.name not in used]
                self.assertEqual(unused, [])


for _opset in OPSETS:
    setattr(OnnxExport, f"test_opset_{_opset}", lambda self, o=_opset: self.check(o))

if __name__ == "__main__":
    unittest.main()
