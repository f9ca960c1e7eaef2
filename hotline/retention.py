"""When personal data is overdue, by the installation's rules, and when the nightly look at it is due. Pure."""

from datetime import datetime, timedelta, tzinfo

from config.retention import KeepDays

DAY_S = 86_400.0


def cutoffs(rules: KeepDays, now: float) -> dict[str, float]:
    """For each category the moment (Unix seconds) before which everything is overdue; 0 keeps for good."""
    days: dict[str, int | None] = rules.model_dump()
    return {name: 0.0 if kept is None else now - kept * DAY_S for name, kept in days.items()}


def next_night(now: float, minute: int, zone: tzinfo) -> float:
    """The next moment (Unix seconds, after `now`) at which it is `minute` minutes after midnight in `zone`."""
    here = datetime.fromtimestamp(now, zone)
    due = here.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    return (due if due > here else due + timedelta(days=1)).timestamp()
