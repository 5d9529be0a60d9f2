# Padding and packing sequences of several lengths.
import torch
from torch.nn.utils.rnn import (
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
    unpad_sequence,
)

a, b, c = torch.tensor([1, 2, 3]), torch.tensor([4, 5]), torch.tensor([6])
padded = pad_sequence([a, b, c], batch_first=True)
print(padded, pad_sequence([a, b, c]), pad_sequence([b, a], batch_first=True, padding_value=-1))
packed = pack_padded_sequence(padded, [3, 2, 1], batch_first=True)
print(packed)
print(packed.data, packed.batch_sizes)
print(pad_packed_sequence(packed, batch_first=True), pad_packed_sequence(packed, total_length=4))
unsorted = pack_padded_sequence(padded.flip(0), [1, 2, 3], batch_first=True, enforce_sorted=False)
print(unsorted.sorted_indices, unsorted.unsorted_indices, unsorted.batch_sizes)
seq, lengths = pad_packed_sequence(unsorted, batch_first=True, padding_value=9)
print(seq, lengths)
print(pack_sequence([a, b, c]).data, unpack_sequence(pack_sequence([a, b])), unpad_sequence(padded, torch.tensor([3, 2, 1]), batch_first=True))
x = torch.ones(2, 3, 2, requires_grad=True)
p = pack_padded_sequence(x, torch.tensor([3, 1]), batch_first=True)
(p.data * torch.arange(4.0).unsqueeze(1)).sum().backward()
print(p.data.shape, x.grad)
try:
    pack_padded_sequence(padded, [1, 2, 3], batch_first=True)
except RuntimeError as e:
    print(e)
mask = torch.arange(3)[None, :] < torch.tensor([3, 2, 1])[:, None]
print(mask, padded.masked_fill(~mask, -100))
