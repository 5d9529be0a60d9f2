# title: Pickle and its price
# about: Saving a whole model with pickle, and why a pickle file needs trust.
# group: Five concepts
# order: 3

import pickle

import torch
import torch.nn as nn


class Scorer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def forward(self, x):
        return self.layer(x)


torch.manual_seed(1)
model = Scorer()
x = torch.tensor([[1.0, 2.0, 3.0]])

# pickle stores the object's data and the *name* of its class.
with open("scorer.pkl", "wb") as f:
    pickle.dump(model, f)

with open("scorer.pkl", "rb") as f:
    data = f.read()
again = pickle.loads(data)
print("same answer after loading:", torch.equal(model(x), again(x)))
print("the file names our class:", b"Scorer" in data)

# Rename or move the class, and old files no longer load: the weights are
# tied to Python and to this source. Worse, loading can call anything:
class Innocent:
    def __reduce__(self):
        return (print, ("  ... and loading it ran code from the file",))

print("unpickling a harmless looking object")
pickle.loads(pickle.dumps(Innocent()))
print("so: never unpickle what you don't trust. See the ONNX example next.")
