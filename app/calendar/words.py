"""Deadline rules in words, and the sentences' parts; translated where they are shown."""

from collections.abc import Callable, Mapping

from app.calendar.deadlines import Anchor, Rule
from app.catalogue.models import PeriodKind
from app.text import N_

KINDS: Mapping[str, str] = {
    PeriodKind.WEEK: N_("tuần"),
    PeriodKind.MONTH: N_("tháng"),
    PeriodKind.TERM: N_("học kỳ"),
    PeriodKind.YEAR: N_("năm học"),
}
"""What a rule calls the period that it counts from."""

ANCHORS: Mapping[str, str] = {
    "before_begin": N_("trước khi kỳ bắt đầu"),
    "after_begin": N_("sau khi kỳ bắt đầu"),
    "before_end": N_("trước khi kỳ kết thúc"),
    "after_end": N_("sau khi kỳ kết thúc"),
    "month_day": N_("ngày trong tháng"),
}
"""What a form lets people choose: the anchor and the direction in which days are counted from it."""

_SENTENCES: Mapping[tuple[str, int], str] = {
    (Anchor.BEGIN, -1): N_("Trước khi %(kind)s bắt đầu %(days)s ngày, %(at)s"),
    (Anchor.BEGIN, 0): N_("Ngày đầu của %(kind)s, %(at)s"),
    (Anchor.BEGIN, 1): N_("Sau khi %(kind)s bắt đầu %(days)s ngày, %(at)s"),
    (Anchor.END, -1): N_("Trước khi %(kind)s kết thúc %(days)s ngày, %(at)s"),
    (Anchor.END, 0): N_("Ngày cuối của %(kind)s, %(at)s"),
    (Anchor.END, 1): N_("Sau khi %(kind)s kết thúc %(days)s ngày, %(at)s"),
    (Anchor.MONTH_DAY, 1): N_("Ngày %(days)s của tháng, %(at)s"),
}
_OPENS = N_("%(rule)s; nhận từ %(days)s ngày trước hạn")


def in_words(rule: Rule, translate: Callable[[str], str] = str) -> str:
    """Say a rule as people would, like `Trước khi tuần bắt đầu 2 ngày, 17:00`."""
    direction = (rule.days > 0) - (rule.days < 0)
    sentence = translate(_SENTENCES[rule.anchor, direction]) % {
        "kind": translate(KINDS[rule.period_kind]),
        "days": abs(rule.days),
        "at": f"{rule.at:%H:%M}",
    }
    if rule.opens_days is None:
        return sentence
    return translate(_OPENS) % {"rule": sentence, "days": rule.days - rule.opens_days}
