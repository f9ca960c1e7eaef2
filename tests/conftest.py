"""What holds for every test: when it and its fixtures are over, no task and no thread of theirs is left.

Tests with real calls, databases and browsers get a second try, and the summary shows why the first failed
(docs/decisions/0005-a-second-try.md). A unit test gets none.
"""

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine makes no example wrong: speed is measured by `make bench`.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

IN_REAL_TIME = [Path(__file__).parent / name for name in ("integration", "e2e")]
GRACE_S = 2.0
"""How long what is already ending may take to end, in seconds."""


@pytest.fixture
def no_thread_is_left() -> Iterator[None]:
    """Fails a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not _is_foreign(thread)]
    for thread in left:
        thread.join(GRACE_S)
    names = sorted(thread.name for thread in left if thread.is_alive())
    if names:
        pytest.fail(f"threads left running: {', '.join(names)}", pytrace=False)


def _is_foreign(thread: threading.Thread) -> bool:
    """A native thread that once called into Python: `threading` keeps its stand-in for good."""
    return thread.name.startswith("Dummy-")


@pytest.fixture
async def no_task_is_left() -> AsyncIterator[None]:
    """Fails a test that leaves a task running: nobody would see it fail, or stop it."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=GRACE_S)
    if left:
        pytest.fail("tasks left running: " + "; ".join(sorted(repr(task) for task in left)), pytrace=False)


@pytest.fixture(autouse=True)
def nothing_is_left(no_thread_is_left: None, request: pytest.FixtureRequest) -> None:
    """Set up before a test's own fixtures, so both look when these are gone; threads after the loop is closed."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue(no_task_is_left.__name__)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in IN_REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))
