"""The Python API: calls for notebooks, services and workers, asked for as the command asks for them.

A library is a guest: it writes nothing but log records, to the logger `callinspect`, and leaves signals, terminals and
the environment alone. No secret is in what it returns, raises or logs, nor in a frame that a traceback leads to.
"""

import logging
import os
import traceback
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any, NoReturn, Self, TypeVar, cast

from callinspect import providers, stdio
from callinspect.client import asked
from callinspect.client.accounts import Accounts
from callinspect.client.filters import Wanted
from callinspect.client.inspection import Inspection
from callinspect.client.inspector import Inspector
from callinspect.client.settings import MAX_HOLD, Settings
from callinspect.credentials import profiles
from callinspect.duration import DEFAULT_TIMEOUT, MAX_TIMEOUT, MIN_RATE, MIN_TIMEOUT
from callinspect.errors import CallinspectError, InternalError, UsageError, with_doctor
from callinspect.http.pace import CLOSED
from callinspect.model import EMPTY, Call, Outcome, State
from callinspect.redaction import Secrets

R = TypeVar("R")

MAX_JOBS = 256

log = logging.getLogger("callinspect")


class Client:
    """Asks vendors for calls, with the credentials, the pace and the time limits of the command.

    For any number of threads; a context manager that is closed at its end. Credentials are looked up once for each
    provider, when it is first asked: make a new client after a login. In a process that is forked from one that has a
    client, the client begins anew; it cannot be pickled, since it holds secrets.

    Args:
        profile: the profile of stored credentials, None for `CALLINSPECT_PROFILE` or the default one.
        timeout: seconds that one call may take, retries included.
        rate: requests per second and vendor, None to adapt to the vendor.
        ca_file: the path of certificates to trust instead of the system's.
        environ: the environment to read accounts from, None for the process's own.
        values: fields of accounts that are no secrets, by name, as --set gives them; they override the environment.

    Raises:
        CallinspectError: an argument cannot be used.
    """

    def __init__(
        self,
        *,
        profile: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        rate: float | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        environ: Mapping[str, str] | None = None,
        values: Mapping[str, str] = EMPTY,
    ) -> None:
        if not MIN_TIMEOUT <= timeout <= MAX_TIMEOUT:
            raise UsageError(f"timeout takes seconds, from {MIN_TIMEOUT:g} to {MAX_TIMEOUT:.0f}")
        if rate is not None and not MIN_RATE <= rate < float("inf"):
            raise UsageError("rate takes requests per second")
        stdio.leave_alone()
        found_in = os.environ if environ is None else environ
        trusted = None if ca_file is None else os.fspath(ca_file)
        accounts = Accounts(profile, found_in, values, warn=log.warning)
        self._profile = accounts.profile
        self._open = partial(_opened, accounts, timeout=timeout, rate=rate, ca_file=trusted)
        self._is_closed = False
        self._begin()

    def __repr__(self) -> str:
        return f"Client(profile={self._profile!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Client holds secrets and connections and cannot be pickled: make one in each process")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Send no more requests: what waits for its turn ends with an error, and connections are closed."""
        self._is_closed = True
        if self._process == os.getpid():
            self._inspector.close()

    def get(self, provider: str, call_id: str, *, with_: asked.Words = ()) -> Call:
        """Return one call, with its timeline, as `get` shows it.

        Args:
            provider: the provider's name.
            call_id: the vendor's ID of the call.
            with_: what to read besides, as `--with` takes it: names such as `legs`, or `all`.

        Raises:
            CallinspectError: the call could not be read.
        """

        def read() -> Call:
            target = asked.target((provider, call_id))
            if isinstance(target, CallinspectError):
                raise target
            extras = asked.extras([providers.get(target.provider)], asked.words(with_), option="with_")
            return self._ready().inspect(target, extras._replace(is_alone=True)).call

        return self._done(read)

    def get_many(
        self, targets: Iterable[Any], *, jobs: int = 8, ordered: bool = True, with_: asked.Words = ()
    ) -> Iterator[Call | CallinspectError]:
        """Yield many calls, several at a time; an error stands in the place of a call that could not be read.

        An account that is rate limited is waited for, up to ten minutes; one whose credentials are refused is not
        asked again. An iterator that is dropped ends its threads.

        Args:
            targets: any iterable, read lazily and by other threads: pairs of provider and call ID, `provider:call_id`,
                records or calls. Errors, as `list` yields them, are passed on.
            jobs: how many calls to read at once.
            ordered: whether to yield calls in the order of the targets, not as they arrive.
            with_: what to read besides (see `get`).

        Yields:
            each call, or the error in its place; both have `as_dict()`.

        Raises:
            CallinspectError: an argument cannot be used, or the client was closed meanwhile.
        """
        if not 1 <= jobs <= MAX_JOBS:
            raise UsageError(f"jobs takes a number from 1 to {MAX_JOBS}")
        if isinstance(targets, str | Mapping | Call):
            raise UsageError("get_many takes several targets: put one into a list")

        def begun() -> Iterator[Inspection | CallinspectError]:
            named = asked.words(with_)
            extras = asked.extras([providers.get(each) for each in providers.names()], named, option="with_")
            return self._ready().inspect_each(map(asked.target, targets), extras, jobs=jobs, ordered=ordered)

        return self._calls(self._done(begun))

    def list(  # noqa: PLR0913 - as many as there are filters
        self,
        provider: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        number: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        state: asked.Words = (),
        outcome: asked.Words = (),
        cause: asked.Words = (),
        failed: bool = False,
        limit: int | None = None,
        parameters: Mapping[str, str] = EMPTY,
    ) -> Iterator[Call | CallinspectError]:
        """Yield the calls that a vendor lists, as they arrive. In several filters, all must match; in words, any.

        Without `since`, all calls are listed that the vendor has: a program that means the last day says so.

        Args:
            provider: the provider's name.
            since: calls that started at or after this time, which is aware.
            until: calls that started at or before this time, which is aware.
            number: the calling or called number, in any spelling, or a URI.
            from_: the calling party's number.
            to: the called party's number.
            state: only calls in one of these states.
            outcome: only calls with one of these outcomes.
            cause: only calls with one of these causes, in the vendor's terms.
            failed: only calls that ended with any outcome but answered.
            limit: how many calls to list at most.
            parameters: the vendor's own query parameters.

        Yields:
            each call, or the error of an entry that cannot be read.

        Raises:
            CallinspectError: an argument cannot be used, or, while iterating, the list could not be read.
        """
        wanted = Wanted(
            number=number,
            from_=from_,
            to=to,
            since=asked.aware("since", since),
            until=asked.aware("until", until),
            states=frozenset(map(State, asked.words(state, "state", tuple(State)))),
            outcomes=frozenset(asked.words(outcome, "outcome", tuple(Outcome))),
            causes=frozenset(asked.words(cause)),
            failed=failed,
            limit=limit,
            options=parameters,
        )
        return self._calls(self._done(lambda: self._listed(provider, wanted)))

    def _listed(self, name: str, wanted: Wanted) -> Iterator[Inspection | CallinspectError]:
        """Return what the vendor lists.

        Raises:
            UsageError: it cannot be asked for that.
        """
        provider = providers.get(name)
        if lack := asked.lack(provider, asked.check(wanted)):
            raise UsageError(f"{provider.title} cannot be asked: {lack}").about(provider.name)
        if provider.listing is not None:
            asked.check_parameters(provider, provider.listing, wanted.options)
        if said := asked.reads(provider, wanted):
            log.info("%s", said)
        return self._ready().calls(provider, wanted)

    def _ready(self) -> Inspector:
        """Return what asks for calls: a new one in a process that was forked, where other threads' locks stay locked.

        Raises:
            UsageError: the client is closed.
        """
        if self._is_closed:
            raise UsageError(CLOSED)
        if self._process != os.getpid():
            self._begin()
        return self._inspector

    def _begin(self) -> None:
        self._inspector, self._secrets = self._open()
        self._process = os.getpid()
        weakref.finalize(self, self._inspector.close)  # a client that is forgotten, or there when the process ends

    def _calls(self, found: Iterator[Inspection | CallinspectError]) -> Iterator[Call | CallinspectError]:
        with closing(cast("Any", found)):
            while True:
                each = self._done(lambda: next(found, None))
                if each is None:
                    return
                yield self._told(each) if isinstance(each, CallinspectError) else self._call(each)

    def _call(self, inspection: Inspection) -> Call | CallinspectError:
        try:
            return inspection.call
        except CallinspectError as error:
            return self._told(error)

    def _done(self, work: Callable[[], R]) -> R:
        """Do something; an error has no traceback but that from here on, since frames below have secrets."""
        try:
            return work()
        except CallinspectError as error:
            failure: BaseException = self._told(error)
        except KeyboardInterrupt:
            failure = KeyboardInterrupt()
        raise failure

    def _told(self, error: CallinspectError) -> CallinspectError:
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


def _opened(
    accounts: Accounts, *, timeout: float, rate: float | None, ca_file: str | None
) -> tuple[Inspector, Secrets]:
    """Return what asks for calls, and the secrets that it meets."""
    secrets = Secrets()

    def trace(*lines: str) -> None:
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s", secrets.hide("\n".join(lines), ours=True))

    settings = Settings(
        credentials=accounts.find,
        secrets=secrets,
        timeout=timeout,
        rate=rate,
        patience=MAX_HOLD,
        ca_file=ca_file,
        trace=trace,
        waiting=lambda seconds, why: log.info("waiting %.1f s: %s", seconds, secrets.hide(why, ours=True)),
        notice=lambda text: log.warning("%s", secrets.hide(text, ours=True)),
    )
    return Inspector(settings), secrets
