"""torch.cuda: there is no GPU here, and this says so."""


def is_available():
    return False


def device_count():
    return 0


def is_initialized():
    return False


def manual_seed(seed):
    pass


manual_seed_all = manual_seed


def empty_cache():
    pass


def synchronize(device=None):
    _refuse()


def current_device():
    _refuse()


def get_device_name(device=None):
    _refuse()


def _refuse():
    raise AssertionError("Torch not compiled with CUDA enabled")


def __getattr__(name):
    from .. import _core

    return _core.submodule("torch.cuda", name)
