"""What all schedulers share: stepping, counting, the state to save."""
from .._core import MICRO
from ._optimizer import Optimizer

_LINK = "https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"
_EARLY = (
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, "
    "you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  "
    "Failure to do this will result in PyTorch skipping the first value of the learning rate "
    "schedule. See more details at " + _LINK
)
EPOCH_DEPRECATION_WARNING = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where "
    "possible. Please use `scheduler.step()` to step the scheduler. During the deprecation, if epoch "
    "is different from None, the closed form is used instead of the new chainable form, where "
    "available."
)
_PEEK = "To get the last learning rate computed by the scheduler, please use `get_last_lr()`."


def warn(text):
    import warnings

    warnings.warn(text, UserWarning)


def check_optimizer(optimizer):
    if not isinstance(optimizer, Optimizer):
        raise TypeError(type(optimizer).__name__ + " is not an Optimizer")


def per_group(name, optimizer, value):
    """One value a parameter group, from one number or a list."""
    if not isinstance(value, (list, tuple)):
        return [value] * len(optimizer.param_groups)
    if len(value) != len(optimizer.param_groups):
        raise ValueError(
            "expected %d values for %s, got %d" % (len(optimizer.param_groups), name, len(value))
        )
    return value


def epoch_text(epoch):
    if isinstance(epoch, float):
        return "%.2f" % epoch
    text = str(epoch)
    return "0" * (5 - len(text)) + text


class LRScheduler:
    """Base class. A subclass gives the rates of all groups in get_lr(), or one in _next()."""

    # Attributes that state_dict() leaves out.
    _unsaved = ("optimizer",)

    def __init__(self, optimizer, last_epoch=-1, verbose=False):
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    "param 'initial_lr' is not specified in param_groups[%d] when resuming an "
                    "optimizer" % i
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        _count_steps(optimizer)
        _attach(self, optimizer)
        self.verbose = verbose
        self._initial_step()

    def _scale(self, i, ratio):
        """Group `i` goes on at `ratio` times its rate."""
        for name in ("base_lrs", "max_lrs"):
            rates = getattr(self, name, None)
            if rates is not None:
                rates = list(rates)
                rates[i] *= ratio
                setattr(self, name, rates)

    def _initial_step(self):
        self.optimizer._step_count = 0
        self._step_count = 0
        self.step()

    def _next(self, lr, base):
        """The rate of a group for `self.last_epoch`, from its rate until now and its initial one."""
        raise NotImplementedError

    def get_lr(self):
        self._warn_peek()
        groups = self.optimizer.param_groups
        return [self._next(g["lr"], base) for g, base in zip(groups, self.base_lrs)]

    def _warn_peek(self):
        if not self._get_lr_called_within_step:
            warn(_PEEK)

    def get_last_lr(self):
        """The rates of the groups as the last step() set them."""
        return self._last_lr

    def step(self, epoch=None):
        if self._step_count == 1 and self.optimizer._step_count < 1:
            warn(_EARLY)
        self._step_count += 1
        self._get_lr_called_within_step = True
        try:
            if epoch is None:
                self.last_epoch += 1
                values = self.get_lr()
            else:
                warn(EPOCH_DEPRECATION_WARNING)
                self.last_epoch = epoch
                closed = getattr(self, "_closed", None)
                values = [closed(b) for b in self.base_lrs] if closed else self.get_lr()
        finally:
            self._get_lr_called_within_step = False
        self._set(values, epoch)

    def _set(self, values, epoch):
        for i, (group, lr) in enumerate(zip(self.optimizer.param_groups, values)):
            group["lr"] = lr
            self.print_lr(self.verbose, i, lr, epoch)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def print_lr(self, is_verbose, group, lr, epoch=None):
        if not is_verbose:
            return
        rate = "learning rate of group %d to %.4e." % (group, float(lr))
        if epoch is None:
            print("Adjusting " + rate)
        else:
            print("Epoch " + epoch_text(epoch) + ": adjusting " + rate)

    def state_dict(self):
        """All attributes but the optimizer."""
        own = self.__dict__
        return dict([(k, own[k]) for k in own if k not in self._unsaved])

    def load_state_dict(self, state_dict):
        for name in state_dict:
            setattr(self, name, state_dict[name])


def _attach(scheduler, optimizer):
    """Lets an optimizer of the core find its schedulers, see scale_schedules()."""
    if not hasattr(optimizer, "_synced"):
        return
    if MICRO:
        # A cycle is no matter to its collector.
        def get():
            return scheduler

    else:
        import weakref

        get = weakref.ref(scheduler)
    if not hasattr(optimizer, "_schedulers"):
        optimizer._schedulers = []
    optimizer._schedulers.append(get)


def _count_steps(optimizer):
    """Has an optimizer that a snippet defines count its steps, as ours do themselves."""
    if hasattr(optimizer, "_step_count"):
        return
    optimizer._step_count = 0
    step = type(optimizer).step
    if MICRO:
        # A cycle is no matter to its collector.
        def counted(*args, **kwargs):
            optimizer._step_count += 1
            return step(optimizer, *args, **kwargs)

    else:
        import functools
        import weakref

        ref = weakref.ref(optimizer)

        @functools.wraps(step)
        def counted(*args, **kwargs):
            ref()._step_count += 1
            return step(ref(), *args, **kwargs)

    optimizer.step = counted
