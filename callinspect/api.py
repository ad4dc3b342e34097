"""The Python API: calls for notebooks, services and workers, asked for as the command asks for them.

A library is a guest: it writes nothing but log records, to the logger `callinspect`, and leaves signals, terminals and
the environment alone. No secret is in what it returns, raises or logs, nor in a frame that a traceback leads to.
"""

import logging
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any, NoReturn, Self, cast

from callinspect import providers, stdio
from callinspect.client import asked
from callinspect.client.accounts import Accounts
from callinspect.client.filters import Wanted
from callinspect.client.guarding import Guard, log
from callinspect.client.inspection import Inspection
from callinspect.client.inspector import Inspector
from callinspect.client.settings import MAX_HOLD, Settings
from callinspect.credentials import profiles
from callinspect.duration import DEFAULT_TIMEOUT
from callinspect.errors import CallinspectError, UsageError
from callinspect.http.pace import CLOSED
from callinspect.model import EMPTY, Call, Outcome, State
from callinspect.redaction import Secrets

MAX_JOBS = 256


class Client:
    """Asks vendors for calls, with the credentials, the pace and the time limits of the command.

    For any number of threads; a context manager that is closed at its end. Credentials are looked up once for each
    provider, when it is first asked: make a new client after a login. In a process that is forked from one that has a
    client, the client begins anew, and iterators that were begun before end with an error; it cannot be pickled, since
    it holds secrets.

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
        self._profile = profile or profiles.DEFAULT  # for what shows a client that could not be made

        def opened() -> Callable[[], tuple[Inspector, Secrets]]:
            accounts = _accounts(asked.text("profile", profile), environ, values)
            self._profile = accounts.profile
            trusted = asked.path("ca_file", ca_file)
            return partial(_opened, accounts, timeout=asked.seconds(timeout), rate=asked.rate(rate), ca_file=trusted)

        try:
            self._open = Guard(Secrets(), self._profile).done(opened)
        finally:
            environ, values = None, EMPTY  # a traceback leads here
        stdio.leave_alone()
        self._is_closed = False
        self._begin()
        _clients.add(self)

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
        self._inspector.close()

    def get(self, provider: str, call_id: str, *, with_: asked.Words = ()) -> Call:
        """Return one call, with its timeline, as `get` shows it.

        Args:
            provider: the provider's name.
            call_id: the vendor's ID of the call.
            with_: what to read besides: one name, such as `legs`, or several, or `all`.

        Raises:
            CallinspectError: the call could not be read.
        """

        def read() -> Call:
            target = asked.target((provider, call_id))
            if isinstance(target, CallinspectError):
                raise target
            extras = asked.extras([providers.get(target.provider)], asked.words(with_, "with_"), option="with_")
            return self._ready().inspect(target, extras._replace(is_alone=True)).call

        return self._guard.done(read)

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

        def begun() -> Iterator[Inspection | CallinspectError]:
            threads, several = asked.whole("jobs", jobs, MAX_JOBS), asked.several(targets)
            named = asked.words(with_, "with_")
            extras = asked.extras([providers.get(each) for each in providers.names()], named, option="with_")
            return self._ready().inspect_each(map(asked.target, several), extras, jobs=threads, ordered=ordered)

        return self._calls(self._guard.done(begun), self._inspector, is_led=True)

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

        Args:
            provider: the provider's name.
            since: calls that started at or after this time, which is aware; without it, all that the vendor has.
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

        def begun() -> Iterator[Inspection | CallinspectError]:
            wanted = Wanted(
                number=number,
                from_=from_,
                to=to,
                since=asked.aware("since", since),
                until=asked.aware("until", until),
                states=frozenset(map(State, asked.words(state, "state", tuple(State)))),
                outcomes=frozenset(asked.words(outcome, "outcome", tuple(Outcome))),
                causes=frozenset(asked.words(cause, "cause")),
                failed=failed,
                limit=None if limit is None else asked.whole("limit", limit),
                options=asked.texts("parameters", parameters),
            )
            return self._listed(provider, wanted)

        return self._calls(self._guard.done(begun), self._inspector)

    def _listed(self, name: str, wanted: Wanted) -> Iterator[Inspection | CallinspectError]:
        """Return what the vendor lists.

        Raises:
            UsageError: it cannot be asked for that.
        """
        provider = asked.provider(name)
        if lack := asked.lack(provider, asked.check(wanted)):
            raise UsageError(f"{provider.title} cannot be asked: {lack}").about(provider.name)
        if provider.listing is not None:
            asked.check_parameters(provider, provider.listing, wanted.options)
        if said := asked.reads(provider, wanted):
            log.info("%s", said)
        return self._ready().calls(provider, wanted)

    def _ready(self) -> Inspector:
        """Return what asks for calls.

        Raises:
            UsageError: the client is closed.
        """
        if self._is_closed:
            raise UsageError(CLOSED)
        return self._inspector

    def _begin(self) -> None:
        self._inspector, secrets = self._open()
        self._guard = Guard(secrets, self._profile)
        # For a client that is forgotten, or there when the process ends.
        self._ending = weakref.finalize(self, self._inspector.close)

    def _begin_anew(self) -> None:
        """Begin anew in a process that was forked, where locks that other threads had stay locked."""
        self._ending.detach()
        self._inspector.leave()
        self._begin()

    def _calls(
        self, found: Iterator[Inspection | CallinspectError], begun_by: Inspector, *, is_led: bool = False
    ) -> Iterator[Call | CallinspectError]:
        with closing(cast("Any", found)):
            while True:
                if self._inspector is not begun_by:  # its threads are in the other process
                    raise UsageError("the iterator was begun before this process was forked")
                each = self._guard.done(lambda: next(found, None), is_led=is_led)
                if each is None:
                    return
                yield self._guard.told(each) if isinstance(each, CallinspectError) else self._call(each)

    def _call(self, inspection: Inspection) -> Call | CallinspectError:
        try:
            return self._guard.done(lambda: inspection.call)
        except CallinspectError as error:
            return error.detached()


_clients: weakref.WeakSet[Client] = weakref.WeakSet()
"""The clients that there are."""


def _begin_anew() -> None:
    for each in tuple(_clients):
        each._begin_anew()  # noqa: SLF001 - a client's own


if hasattr(os, "register_at_fork"):  # not on Windows, which has no forks
    os.register_at_fork(after_in_child=_begin_anew)


def _accounts(profile: str | None, environ: Mapping[str, str] | None, values: Mapping[str, str]) -> Accounts:
    found_in = os.environ if environ is None else asked.texts("environ", environ)
    return Accounts(profile, found_in, asked.texts("values", values), warn=log.warning)


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
