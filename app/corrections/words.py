"""The words people read for what corrections say in codes; translated where they are shown."""

from collections.abc import Mapping

from app.corrections.models import Part
from app.text import N_

PARTS: Mapping[Part, str] = {
    Part.REQUESTER: N_("Người đề nghị"),
    Part.LEADER: N_("Lãnh đạo nhà trường"),
    Part.ADMINISTRATOR: N_("Ban quản trị"),
}
