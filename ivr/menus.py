"""Stages that speak and choose: hours, announcements, languages, menus, good-byes."""

from datetime import datetime

from config import Choice, EndReason, HoursNode, Language, LanguageNode, MenuNode, SayNode
from ivr.effects import Phrase
from ivr.hours import Opening, opening
from ivr.line import Line
from ivr.stage import Move, Next, Stage


class AtHours(Stage):
    """Leaves at once, by the clock."""

    def __init__(self, line: Line, node: HoursNode) -> None:
        super().__init__(line)
        self._node = node

    def start(self, now: float, key: str | None) -> Next:
        hours = self.line.installation.hours
        found = opening(hours, datetime.fromtimestamp(now, hours.zone))
        if found.open:
            return Move(self._node.open, key)
        self.line.arrived_closed(now, found.reason)
        # A key pressed before the caller knew that we are closed was meant for another menu.
        return Move(self._closed(found))

    def _closed(self, found: Opening) -> str:
        on_holiday = self._node.holiday if found.reason == "holiday" else None
        return on_holiday or self._node.closed


class Saying(Stage):
    """Speaks and goes on; a key cuts it short and counts for the next node."""

    def __init__(self, line: Line, node: SayNode) -> None:
        super().__init__(line)
        self._node = node

    def start(self, now: float, key: str | None) -> Next:
        if key is not None:
            return Move(self._node.next, key)
        self.line.say(self.line.prompts(self._node.prompt, now), now)
        return None

    def heard(self, now: float) -> Next:
        return Move(self._node.next)

    def key(self, key: str, now: float) -> Next:
        self.line.hush()
        return Move(self._node.next, key)


class ChoosingLanguage(Stage):
    """Says the prompt in each language on offer, one after another; goes on with any other key or none."""

    def __init__(self, line: Line, node: LanguageNode) -> None:
        super().__init__(line)
        self._node = node
        self._tries_left = node.tries
        self._to_offer: list[Language] = []

    def start(self, now: float, key: str | None) -> Next:
        if key is not None:
            return self.key(key, now)
        self._offer_all(now)
        return None

    def heard(self, now: float) -> Next:
        if self._to_offer:
            self._offer_next(now)
        else:
            self.line.listen(now, self._node.wait)
        return None

    def key(self, key: str, now: float) -> Next:
        self.line.hush()
        chosen = self._node.choices.get(key)
        if chosen is None:
            return Move(self._node.next, key)
        self.line.language = chosen
        return Move(self._node.next)

    def silence(self, now: float) -> Next:
        self._tries_left -= 1
        if self._tries_left == 0:
            return Move(self._node.next)
        self._offer_all(now)
        return None

    def _offer_all(self, now: float) -> None:
        self._to_offer = list(dict.fromkeys(self._node.choices.values()))
        self._offer_next(now)

    def _offer_next(self, now: float) -> None:
        language = self._to_offer.pop(0)
        self.line.say(self.line.prompts(self._node.prompt, now, language), now, language)


class InMenu(Stage):
    """Asks for a key, `tries` times; silence and wrong keys both count."""

    def __init__(self, line: Line, node: MenuNode) -> None:
        super().__init__(line)
        self._node = node
        self._tries_left = node.tries

    def start(self, now: float, key: str | None) -> Next:
        choice = self._node.choices.get(key or "")
        if choice is not None:
            return self._take(choice)
        self._ask(now)
        return None

    def heard(self, now: float) -> Next:
        self.line.listen(now, self._node.wait)
        return None

    def key(self, key: str, now: float) -> Next:
        self.line.hush()
        choice = self._node.choices.get(key)
        if choice is not None:
            return self._take(choice)
        if key == self._node.repeat:
            self._ask(now)
            return None
        return self._again(now, self.line.phrase("no_such_choice"))

    def silence(self, now: float) -> Next:
        return self._again(now)

    def _take(self, choice: Choice) -> Move:
        self.line.kind = choice.kind or self.line.kind
        self.line.language = choice.language or self.line.language
        return Move(choice.next)

    def _again(self, now: float, *first: Phrase) -> Next:
        self._tries_left -= 1
        if self._tries_left == 0:
            return Move(self._node.otherwise)
        self._ask(now, *first)
        return None

    def _ask(self, now: float, *first: Phrase) -> None:
        self.line.say((*first, *self.line.prompts(self._node.prompt, now)), now)


class Leaving(Stage):
    """Says good-bye and hangs up. Keys change nothing any more."""

    limited = False

    def __init__(self, line: Line, prompt: tuple[str, ...], reason: EndReason) -> None:
        super().__init__(line)
        self._prompt = prompt
        self._reason = reason

    def start(self, now: float, key: str | None) -> Next:
        if not self._prompt:
            return self.heard(now)
        self.line.say(self.line.prompts(self._prompt, now), now)
        return None

    def heard(self, now: float) -> Next:
        self.line.hang_up(self._reason)
        return None
