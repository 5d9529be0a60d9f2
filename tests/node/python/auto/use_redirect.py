import io
from contextlib import redirect_stdout

f = io.StringIO()
with redirect_stdout(f):
    print("hidden")
print("shown", repr(f.getvalue()))
