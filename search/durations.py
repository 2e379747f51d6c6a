"""Lengths of time as people say them: the two largest units, no more."""

from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def words(seconds: float) -> str:
    """45 s, 4 min 20 s, 3 h 10 min, 2 d 4 h; rounded, never below a second."""
    whole = max(round(seconds), 1)
    if whole < MINUTE:
        return _("%(seconds)s s") % {"seconds": whole}
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        told = _("%(minutes)s min %(seconds)s s") if rest and minutes < 10 else _("%(minutes)s min")
        return told % {"minutes": minutes if rest < 30 or minutes < 10 else minutes + 1, "seconds": rest}
    if whole < DAY:
        hours, minutes = divmod(round(whole / MINUTE), MINUTE)
        return (_("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")) % {
            "hours": hours,
            "minutes": minutes,
        }
    days, hours = divmod(round(whole / HOUR), 24)
    return (_("%(days)s d %(hours)s h") if hours else _("%(days)s d")) % {"days": days, "hours": hours}
