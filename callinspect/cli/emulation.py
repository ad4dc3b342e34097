"""Starts sandboxes: for one command, for a command of the user's, or until they are interrupted."""

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from callinspect.deadline import NoThreadError
from callinspect.errors import ConfigError, UsageError
from callinspect.sandbox import Fault, Sandbox


def opened(*, port: int = 0, faults: Sequence[Fault] = (), log: Callable[[str], None] | None = None) -> Sandbox:
    """Return a new sandbox, which does not serve yet.

    Raises:
        UsageError: its faults add up to more than all requests.
        ConfigError: the port cannot be used.
    """
    try:
        return Sandbox(port=port, faults=faults, log=log)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        if not port:
            raise ConfigError(f"the sandbox cannot be started: {error.strerror}") from None
        if error.errno == errno.EADDRINUSE:
            message, hint = f"port {port} is in use", "name another port, or leave --port out for any free one"
        else:
            message, hint = f"port {port} cannot be used: {error.strerror}", "leave --port out for any free one"
        raise ConfigError(message, hint=hint) from None


@contextmanager
def serving(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Have a sandbox serve inside the context.

    Raises:
        ConfigError: the system allows no thread for it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(sandbox)
        except NoThreadError:
            raise ConfigError(
                "the sandbox cannot be started: the system allows no more threads",
                hint="raise the process limit, or run callinspect sandbox serve separately",
            ) from None
        yield sandbox
