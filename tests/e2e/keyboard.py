"""What an operator does without a mouse."""

from playwright.async_api import expect

from tests.e2e.browser import PATIENCE_MS, Desk

MOST_TABS = 60
"""Presses of Tab after which a control counts as out of reach."""

LEADS_TO = {"identity": "greet", "record": "identify", "classify": "record", "answer": "classify", "closed": "close"}


async def tab_to(window: Desk, hook: str) -> None:
    """Walk the focus to a control, as someone does who has only the Tab key."""
    for _ in range(MOST_TABS):
        if await window[hook].evaluate("element => element === document.activeElement"):
            return
        await window.press("Tab")
    raise AssertionError(f"{hook} cannot be reached with the Tab key")


async def go_ready(window: Desk, phone: str) -> None:
    """Set the phone and report for work."""
    await window.shows("headset")
    await window.press("Alt+9")
    await window.shows("phone-panel")
    await expect(window["phone-uri"]).to_be_focused(timeout=PATIENCE_MS)
    await window.press("Control+A")
    await window.type(phone)
    await window.press("Enter")
    await window.gone("phone-form")
    await window.press("F8")
    await window.state("presence-state", "ready")


async def take_headset(window: Desk, *, raw: bool = False) -> None:
    """Set the browser headset as the phone, and wait until its line is up.

    `raw`: without noise suppression and automatic gain, which take a steady tone for noise after some seconds.
    """
    await window.page.context.grant_permissions(["microphone"])
    await window.shows("headset")
    await window.press("Alt+9")
    await window["phone-kind-browser"].click()
    if raw:
        await window["headset-noise"].uncheck()
        await window["headset-gain"].uncheck()
    await window.state("headset", "up")
    await window.press("Escape")


async def go_ready_with_headset(window: Desk, *, raw: bool = False) -> None:
    """Set the browser headset as the phone and report for work; `raw` as in `take_headset`."""
    await take_headset(window, raw=raw)
    await window.press("F8")
    await window.state("presence-state", "ready")


async def pick_up(window: Desk) -> None:
    """The phone rings, and the operator answers."""
    await expect(window["call-answer"]).to_be_enabled(timeout=PATIENCE_MS)
    await window.press("F3")
    await window.state("call-bar", "talking")


async def reach(window: Desk, target: str, *, found_by: str, key: str) -> None:
    """Search a target of a transfer; `key` is Enter to consult first, Control+Enter to hand the caller over at once."""
    await window.press("F10")
    await expect(window["transfer-search"]).to_be_focused(timeout=PATIENCE_MS)
    await window.type(found_by)
    await expect(window[f"transfer-item-{target}"]).to_have_attribute("data-active", "true", timeout=PATIENCE_MS)
    await window.press(key)
    await window.gone("transfer-dialog")


async def advance(window: Desk, to: str) -> None:
    """This step is done."""
    await expect(window[f"action-{LEADS_TO[to]}"]).to_be_enabled(timeout=PATIENCE_MS)
    await window.press("Control+Enter")
    await window.step(to)


async def enter(window: Desk, field: str, text: str) -> None:
    """Into the field that has the focus; Tab leaves it, and it is stored."""
    await expect(window[f"field-{field}"]).to_be_focused(timeout=PATIENCE_MS)
    await window.type(text)
    await window.press("Tab")
    await window.saved(field)


async def pick(window: Desk, field: str, text: str) -> None:
    """Filter the list of the field that has the focus, and take the first that is left."""
    await expect(window[f"field-{field}"]).to_be_focused(timeout=PATIENCE_MS)
    await window.type(text)
    await expect(window[f"field-{field}-option"].first).to_be_visible(timeout=PATIENCE_MS)
    await window.press("Enter")
    await window.saved(field)


async def pick_by_digit(window: Desk, field: str, digit: str) -> None:
    """Pick at once by the key that stands beside the choice."""
    await expect(window[f"field-{field}"]).to_be_focused(timeout=PATIENCE_MS)
    choice = window[f"field-{field}-option"].filter(has=window.page.locator("kbd", has_text=digit))
    await expect(choice).to_be_visible(timeout=PATIENCE_MS)
    await window.press(digit)
    await window.saved(field)


async def greet_and_go_to(window: Desk, field: str) -> None:
    """Speak the greeting, then jump to a field (Alt+1 … Alt+7 in the order of the procedure)."""
    order = ("caller_name", "plate", "region", "kind", "description", "category", "answer")
    await advance(window, "identity")
    await window.press(f"Alt+{order.index(field) + 1}")
    await expect(window[f"field-{field}"]).to_be_focused(timeout=PATIENCE_MS)
