"""What another program gets of an error: no secret in it, nor in a frame that its traceback leads to."""

import logging
import traceback
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from callinspect.credentials import profiles
from callinspect.errors import CallinspectError, InternalError, with_doctor
from callinspect.redaction import Secrets

R = TypeVar("R")

log = logging.getLogger("callinspect")


class Guard:
    """Stands between what asks vendors and the program that uses it.

    Args:
        secrets: every secret that is met.
        profile: the profile of stored credentials, for hints.
    """

    def __init__(self, secrets: Secrets, profile: str) -> None:
        self._secrets = secrets
        self._profile = profile

    def done(self, work: Callable[[], R], *, is_led: bool = False) -> R:
        """Do something; an error has no traceback but that from here on, since frames below have secrets.

        Args:
            work: what to do.
            is_led: whether other threads send the requests: what is not an error of ours is the program's own, and its
                traceback leads to where the program raised it.

        Raises:
            CallinspectError: as it may be shown.
            BaseException: an interruption, or what the handler of a signal raised.
        """
        try:
            return work()
        except CallinspectError as error:
            failure: BaseException = self.told(error)
        except BaseException as error:
            if is_led:
                raise
            failure = error.with_traceback(None)
            failure.__context__ = None
        raise failure

    def told(self, error: CallinspectError) -> CallinspectError:
        """Return an error as it may be shown; that of a bug is logged with its traceback."""
        hide = partial(self._secrets.hide, ours=True)
        if isinstance(error, InternalError) and log.isEnabledFor(logging.DEBUG):
            log.debug("%s", self._secrets.hide("".join(traceback.format_exception(error))))
        error.message = hide(error.message)
        error.args = (error.message,)
        chosen = () if self._profile == profiles.DEFAULT else ("--profile", self._profile)
        error.hints = tuple(map(hide, with_doctor(error, *chosen)))
        for name in ("call_id", "vendor_code", "request_id"):
            if text := getattr(error, name):
                setattr(error, name, hide(text))
        error.__notes__ = list(error.hints)  # which Python shows below the message
        error.__cause__ = None
        return error.detached()
