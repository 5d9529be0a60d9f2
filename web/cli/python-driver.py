"""Runs one program after the other, each in a process of its own that begins as a copy of this one, so
that PyTorch is imported once. A line of JSON on stdin names the folder and the file; the answer is the
exit code. What the program printed then stands in the folder, in .stdout and .stderr."""
import json
import os
import runpy
import sys
import traceback
import warnings

warnings.simplefilter("ignore")
try:
    import torch
except ImportError:
    pass


def run(folder, name):
    os.chdir(folder)
    for number, file in ((1, ".stdout"), (2, ".stderr")):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.argv[:] = [name]
    sys.path.insert(0, folder)
    try:
        runpy.run_path(name, run_name="__main__")
        return 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1 if end.code else 0
    except BaseException:
        traceback.print_exc()
        return 1


for line in sys.stdin:
    job = json.loads(line)
    child = os.fork()
    if child == 0:
        code = run(job["folder"], job["name"])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
