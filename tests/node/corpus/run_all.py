"""Runs every script of this folder under real PyTorch, each in a process forked after `import torch`,
and prints what they wrote as JSON: {"name.py": {"stdout": text, "error": traceback or ""}}."""
import json
import os
import runpy
import shutil
import sys
import tempfile
import traceback

import torch
import torch.utils.data
import torch.optim.lr_scheduler

torch.set_num_threads(1)
here = os.path.dirname(os.path.abspath(__file__))


def run(path):
    folder = tempfile.mkdtemp(prefix="gradbox-")
    out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
    pid = os.fork()
    if pid == 0:
        failed = 0
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
        # Warnings are shown there; the scripts' own filters are to be the only ones.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            os.makedirs(os.path.join(folder, "cwd"))
            os.chdir(os.path.join(folder, "cwd"))
            runpy.run_path(path, run_name="__main__")
        except BaseException:
            failed = 1
            with open(err, "w") as f:
                f.write(traceback.format_exc())
        sys.stdout.flush()
        os._exit(failed)
    os.waitpid(pid, 0)
    text = open(out).read()
    error = open(err).read() if os.path.exists(err) else ""
    shutil.rmtree(folder)
    return {"stdout": text, "error": error}


names = sys.argv[1:] or sorted(n for n in os.listdir(here) if n.endswith(".py") and n != "run_all.py")
print(json.dumps({name: run(os.path.join(here, name)) for name in names}))
