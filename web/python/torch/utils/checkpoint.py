"""torch.utils.checkpoint: computes at once and keeps what backward needs, instead of again."""


def checkpoint(function, *args, use_reentrant=True, preserve_rng_state=True, **kwargs):
    return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=True, **kwargs):
    for f in functions:
        input = f(input)
    return input
