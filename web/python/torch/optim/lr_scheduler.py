"""torch.optim.lr_scheduler: learning rates that change with the epochs.

The rates follow from the group's rate before ("chainable"), as in PyTorch: several schedulers may
work on one optimizer.
"""
import math

from .. import _core
from ._lr_base import EPOCH_DEPRECATION_WARNING, LRScheduler, check_optimizer, warn

_LRScheduler = LRScheduler

_CYCLIC = ("CyclicLR", "OneCycleLR", "CosineAnnealingWarmRestarts")

__all__ = (
    "LambdaLR MultiplicativeLR StepLR MultiStepLR ConstantLR LinearLR ExponentialLR SequentialLR "
    "CosineAnnealingLR ChainedScheduler ReduceLROnPlateau CyclicLR CosineAnnealingWarmRestarts OneCycleLR "
    "PolynomialLR LRScheduler"
).split()


def __getattr__(name):
    if name in _CYCLIC:
        value = getattr(_core.submodule("torch.optim", "_lr_cyclic"), name)
    elif name == "ReduceLROnPlateau":
        value = _core.submodule("torch.optim", "_lr_plateau").ReduceLROnPlateau
    else:
        raise AttributeError("module 'torch.optim.lr_scheduler' has no attribute '" + name + "'")
    globals()[name] = value
    return value


class _ByFunction(LRScheduler):
    """A function of the epoch, or one for each group."""

    _unsaved = ("optimizer", "lr_lambdas")

    def __init__(self, optimizer, lr_lambda, last_epoch=-1, verbose=False):
        self.optimizer = optimizer
        count = len(optimizer.param_groups)
        if isinstance(lr_lambda, (list, tuple)):
            if len(lr_lambda) != count:
                raise ValueError("Expected %d lr_lambdas, but got %d" % (count, len(lr_lambda)))
            self.lr_lambdas = list(lr_lambda)
        else:
            self.lr_lambdas = [lr_lambda] * count
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def state_dict(self):
        state = LRScheduler.state_dict(self)
        # Functions aren't saved; the attributes of callable objects are.
        state["lr_lambdas"] = [_attributes(f) for f in self.lr_lambdas]
        return state

    def load_state_dict(self, state_dict):
        for name in state_dict:
            if name != "lr_lambdas":
                setattr(self, name, state_dict[name])
        for function, saved in zip(self.lr_lambdas, state_dict["lr_lambdas"]):
            for name in saved or ():
                setattr(function, name, saved[name])


def _attributes(function):
    if isinstance(function, type(_attributes)) or isinstance(function, type(lambda: 0)):
        return None
    own = getattr(function, "__dict__", None)
    return None if own is None else dict(own)


class LambdaLR(_ByFunction):
    """initial_lr * lr_lambda(epoch)"""

    def get_lr(self):
        self._warn_peek()
        return [base * f(self.last_epoch) for f, base in zip(self.lr_lambdas, self.base_lrs)]


class MultiplicativeLR(_ByFunction):
    """Multiplies the rate by lr_lambda(epoch) each epoch."""

    def get_lr(self):
        self._warn_peek()
        rates = [group["lr"] for group in self.optimizer.param_groups]
        if self.last_epoch <= 0:
            return rates
        return [lr * f(self.last_epoch) for f, lr in zip(self.lr_lambdas, rates)]


class StepLR(LRScheduler):
    """Multiplies the rate by gamma every step_size epochs."""

    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1, verbose=False):
        self.step_size = step_size
        self.gamma = gamma
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        due = self.last_epoch != 0 and self.last_epoch % self.step_size == 0
        return lr * self.gamma if due else lr

    def _closed(self, base):
        return base * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """Multiplies the rate by gamma at each milestone."""

    def __init__(self, optimizer, milestones, gamma=0.1, last_epoch=-1, verbose=False):
        from collections import Counter

        self.milestones = Counter(milestones)
        self.gamma = gamma
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        if self.last_epoch not in self.milestones:
            return lr
        return lr * self.gamma ** self.milestones[self.last_epoch]

    def _closed(self, base):
        passed = sum([self.milestones[m] for m in self.milestones if m <= self.last_epoch])
        return base * self.gamma**passed


class ConstantLR(LRScheduler):
    """The rate times `factor` for the first total_iters epochs."""

    def __init__(self, optimizer, factor=1.0 / 3, total_iters=5, last_epoch=-1, verbose=False):
        if factor > 1.0 or factor < 0:
            raise ValueError("Constant multiplicative factor expected to be between 0 and 1.")
        self.factor = factor
        self.total_iters = total_iters
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1.0 / self.factor) if self.last_epoch == self.total_iters else lr

    def _closed(self, base):
        over = self.last_epoch >= self.total_iters
        return base * (self.factor + (1 if over else 0) * (1 - self.factor))


class LinearLR(LRScheduler):
    """From start_factor to end_factor in total_iters epochs."""

    def __init__(
        self, optimizer, start_factor=1.0 / 3, end_factor=1.0, total_iters=5, last_epoch=-1, verbose=False
    ):
        if start_factor > 1.0 or start_factor < 0:
            raise ValueError("Starting multiplicative factor expected to be between 0 and 1.")
        if end_factor > 1.0 or end_factor < 0:
            raise ValueError("Ending multiplicative factor expected to be between 0 and 1.")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        epoch = self.last_epoch
        if epoch == 0:
            return lr * self.start_factor
        if epoch > self.total_iters:
            return lr
        rise = self.end_factor - self.start_factor
        return lr * (1.0 + rise / (self.total_iters * self.start_factor + (epoch - 1) * rise))

    def _closed(self, base):
        rise = self.end_factor - self.start_factor
        done = min(self.total_iters, self.last_epoch)
        return base * (self.start_factor + rise * done / self.total_iters)


class ExponentialLR(LRScheduler):
    """Multiplies the rate by gamma every epoch."""

    def __init__(self, optimizer, gamma, last_epoch=-1, verbose=False):
        self.gamma = gamma
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        return lr if self.last_epoch == 0 else lr * self.gamma

    def _closed(self, base):
        return base * self.gamma**self.last_epoch


class PolynomialLR(LRScheduler):
    """initial_lr * (1 - epoch / total_iters) ** power"""

    def __init__(self, optimizer, total_iters=5, power=1.0, last_epoch=-1, verbose=False):
        self.total_iters = total_iters
        self.power = power
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        epoch, total = self.last_epoch, self.total_iters
        if epoch == 0 or epoch > total:
            return lr
        return lr * ((1.0 - epoch / total) / (1.0 - (epoch - 1) / total)) ** self.power

    def _closed(self, base):
        done = min(self.total_iters, self.last_epoch)
        return base * (1.0 - done / self.total_iters) ** self.power


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the initial rate to eta_min in T_max epochs."""

    def __init__(self, optimizer, T_max, eta_min=0, last_epoch=-1, verbose=False):
        self.T_max = T_max
        self.eta_min = eta_min
        LRScheduler.__init__(self, optimizer, last_epoch, verbose)

    def _next(self, lr, base):
        epoch, period, low = self.last_epoch, self.T_max, self.eta_min
        if epoch == 0:
            return lr
        if self._step_count == 1 and epoch > 0:
            return low + (base - low) * (1 + math.cos(epoch * math.pi / period)) / 2
        if (epoch - 1 - period) % (2 * period) == 0:
            return lr + (base - low) * (1 - math.cos(math.pi / period)) / 2
        now = 1 + math.cos(math.pi * epoch / period)
        before = 1 + math.cos(math.pi * (epoch - 1) / period)
        return now / before * (lr - low) + low

    def _closed(self, base):
        low = self.eta_min
        return low + (base - low) * (1 + math.cos(math.pi * self.last_epoch / self.T_max)) / 2


class _Several(LRScheduler):
    """What schedulers of schedulers share: the state of all."""

    _unsaved = ("optimizer", "_schedulers")

    def state_dict(self):
        state = LRScheduler.state_dict(self)
        state["_schedulers"] = [s.state_dict() for s in self._schedulers]
        return state

    def load_state_dict(self, state_dict):
        for name in state_dict:
            if name != "_schedulers":
                setattr(self, name, state_dict[name])
        for scheduler, saved in zip(self._schedulers, state_dict["_schedulers"]):
            scheduler.load_state_dict(saved)


class SequentialLR(_Several):
    """One scheduler after the other, changing at the milestones."""

    def __init__(self, optimizer, schedulers, milestones, last_epoch=-1, verbose=False):
        for i in range(len(schedulers)):
            if schedulers[i].optimizer is not optimizer:
                raise ValueError(
                    "Sequential Schedulers expects all schedulers to belong to the same optimizer, but "
                    "got schedulers at index %d to be different than the optimizer passed in." % i
                )
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "Sequential Schedulers expects number of schedulers provided to be one more than the "
                "number of milestone points, but got number of schedulers %d and the number of "
                "milestones to be equal to %d" % (len(schedulers), len(milestones))
            )
        self._schedulers = schedulers
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        self.optimizer = optimizer
        # Making them has stepped each of them once; only the first one counts.
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        for s in schedulers:
            s.last_epoch -= 1
        schedulers[0]._initial_step()
        self._last_lr = schedulers[0].get_last_lr()

    def step(self):
        self.last_epoch += 1
        i = len([m for m in self._milestones if m <= self.last_epoch])
        scheduler = self._schedulers[i]
        if i > 0 and self._milestones[i - 1] == self.last_epoch:
            scheduler.step(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(_Several):
    """Several schedulers that all step each time."""

    def __init__(self, schedulers):
        for i in range(1, len(schedulers)):
            if schedulers[i].optimizer is not schedulers[0].optimizer:
                raise ValueError(
                    "ChainedScheduler expects all schedulers to belong to the same optimizer, but got "
                    "schedulers at index 0 and %d to be different" % i
                )
        self._schedulers = list(schedulers)
        self.optimizer = schedulers[0].optimizer
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def step(self):
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]
