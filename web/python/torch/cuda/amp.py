"""torch.cuda.amp: there is no CUDA here, so nothing is scaled or cast, as with real PyTorch where
there is none."""


class autocast:
    """Computes as it would without; a context manager or a decorator."""

    def __init__(self, enabled=True, dtype=None, cache_enabled=True):
        if enabled:
            import warnings

            warnings.warn(
                "User provided device_type of 'cuda', but CUDA is not available. Disabling"
            )

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def __call__(self, function):
        return function


class GradScaler:
    """Passes losses and steps through."""

    def __init__(self, init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
        pass

    def scale(self, outputs):
        return outputs

    def unscale_(self, optimizer):
        pass

    def step(self, optimizer, *args, **kwargs):
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        pass

    def get_scale(self):
        return 1.0

    def is_enabled(self):
        return False

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        pass
