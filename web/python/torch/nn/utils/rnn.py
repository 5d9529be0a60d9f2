"""torch.nn.utils.rnn: sequences of several lengths in one tensor, padded or packed."""


class PackedSequence:
    """The items of a batch of sequences, step by step: `data` without padding, `batch_sizes` a
    step, and how the sequences were sorted."""

    _fields = ("data", "batch_sizes", "sorted_indices", "unsorted_indices")

    def __init__(self, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if batch_sizes is None:
            data, batch_sizes = data
        self.data = data
        self.batch_sizes = batch_sizes
        self.sorted_indices = sorted_indices
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        self.unsorted_indices = unsorted_indices

    def _items(self):
        return (self.data, self.batch_sizes, self.sorted_indices, self.unsorted_indices)

    def __iter__(self):
        return iter(self._items())

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return self._items()[i]

    def to(self, *args, **kwargs):
        return PackedSequence(
            self.data.to(*args, **kwargs), self.batch_sizes, self.sorted_indices, self.unsorted_indices
        )

    def cpu(self):
        return self

    def float(self):
        return self.to(dtype=_torch().float32)

    def double(self):
        return self.to(dtype=_torch().float64)

    is_cuda = False

    def __repr__(self):
        parts = [name + "=" + repr(v) for name, v in zip(self._fields, self._items())]
        return "PackedSequence(" + ", ".join(parts) + ")"

    __str__ = __repr__


def _torch():
    import torch

    return torch


def invert_permutation(permutation):
    """The permutation that undoes this one."""
    if permutation is None:
        return None
    return _torch().argsort(permutation)


def pad_sequence(sequences, batch_first=False, padding_value=0.0):
    """Sequences (n_i, *) as one tensor (longest, batch, *), or (batch, longest, *)."""
    torch = _torch()
    sequences = list(sequences)
    longest = max([s.size(0) for s in sequences])
    rows = []
    for s in sequences:
        missing = longest - s.size(0)
        if missing:
            rest = tuple(s.shape)[1:]
            s = torch.cat([s, torch.full((missing,) + rest, padding_value, dtype=s.dtype)])
        rows.append(s)
    return torch.stack(rows, 0 if batch_first else 1)


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """The sequences of a padded tensor, as a list."""
    if not batch_first:
        padded_sequences = padded_sequences.transpose(0, 1)
    return [s[: int(n)] for s, n in zip(padded_sequences, lengths)]


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    """A padded tensor (steps, batch, *), or (batch, steps, *), as a PackedSequence."""
    torch = _torch()
    lengths = torch.as_tensor(lengths, dtype=torch.int64)
    order = None
    if not enforce_sorted:
        lengths, order = torch.sort(lengths, descending=True)
        input = input.index_select(0 if batch_first else 1, order)
    if batch_first:
        input = input.transpose(0, 1)
    counts = lengths.tolist()
    if not counts:
        raise RuntimeError("Cannot pack empty tensors.")
    if len(counts) != input.size(1):
        raise RuntimeError(
            "Expected `len(lengths)` to be equal to batch_size, but got %d (batch_size=%d)"
            % (len(counts), input.size(1))
        )
    for i in range(len(counts) - 1):
        if counts[i] < counts[i + 1]:
            raise RuntimeError(
                "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You "
                "can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to "
                "sidestep this requirement if you do not need ONNX exportability."
            )
    if counts[-1] <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is "
            "<= 0"
        )
    sizes = [len([n for n in counts if n > step]) for step in range(counts[0])]
    data = torch.cat([input[step, :n] for step, n in enumerate(sizes)])
    return PackedSequence(data, torch.tensor(sizes), order)


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """(padded tensor, lengths) of a PackedSequence."""
    torch = _torch()
    sizes = sequence.batch_sizes.tolist()
    steps = len(sizes)
    if total_length is not None:
        if total_length < steps:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in input, but "
                "got total_length=%d and max sequence length being %d" % (total_length, steps)
            )
        steps = total_length
    data = sequence.data
    rest = tuple(data.shape)[1:]

    def padding(n):
        return torch.full((n,) + rest, padding_value, dtype=data.dtype)

    rows = []
    for part in torch.split(data, sizes):
        missing = sizes[0] - part.size(0)
        rows.append(torch.cat([part, padding(missing)]) if missing else part)
    rows += [padding(sizes[0]) for _ in range(steps - len(sizes))]
    padded = torch.stack(rows, 1 if batch_first else 0)
    lengths = torch.tensor([len([n for n in sizes if n > i]) for i in range(sizes[0])])
    if sequence.unsorted_indices is not None:
        padded = padded.index_select(0 if batch_first else 1, sequence.unsorted_indices)
        lengths = lengths[sequence.unsorted_indices]
    return padded, lengths


def pack_sequence(sequences, enforce_sorted=True):
    """Sequences as a PackedSequence."""
    lengths = [s.size(0) for s in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences):
    """The sequences of a PackedSequence, as a list."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


def run_packed(layer, input, hx=None):
    """What an RNN, LSTM or GRU gives for a PackedSequence: (PackedSequence, final states)."""

    def ordered(state, order):
        if state is None or order is None:
            return state
        if isinstance(state, tuple):
            return tuple([t.index_select(1, order) for t in state])
        return state.index_select(1, order)

    output, state = layer._run_packed(input.data, ordered(hx, input.sorted_indices), input.batch_sizes)
    packed = PackedSequence(output, input.batch_sizes, input.sorted_indices, input.unsorted_indices)
    return packed, ordered(state, input.unsorted_indices)
