"""Keys that a phone presses twice, by INFO and in its sound (RFC 4733), count once."""

WITHIN_S = 0.5  # INFO goes another way, and often when the key is let go


class Keys:
    """Of one leg. Times are seconds, monotonic."""

    def __init__(self) -> None:
        self._alone: list[tuple[int, str, float]] = []
        """Keys that came by one way (its number) and not yet by the other, and when they were heard last."""

    def is_pressed(self, way: int, key: str, at: float) -> bool:
        """Whether this is a key of its own, and not the other way's echo of one."""
        self._alone = [each for each in self._alone if at - each[2] <= WITHIN_S]
        for each in self._alone:
            if each[0] != way and each[1] == key:
                self._alone.remove(each)
                return False
        self._alone.append((way, key, at))
        return True

    def goes_on(self, way: int, key: str, at: float) -> None:
        """A key is still held down."""
        self._alone = [(*each[:2], at) if each[:2] == (way, key) else each for each in self._alone]
