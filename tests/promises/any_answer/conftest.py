"""A vendor that answers as it is told, users who ask it, and the program without its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.forks import Forks
from kit.outcomes import Answers, Conversation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.outcomes import Env


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    with Answers() as server:
        yield server


@pytest.fixture(scope="module")
def user(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> Env:
    return answers.environment(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


@pytest.fixture(scope="module", params=vendors.NAMES)
def conversation(request: pytest.FixtureRequest, user: Env) -> Iterator[Conversation]:
    with Conversation(request.param, user) as running:
        yield running
