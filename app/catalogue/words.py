"""The words people read for what the catalogue says in codes; translated where they are shown."""

from collections.abc import Mapping

from app.catalogue.models import OwnerKind, PeriodKind, SlotFormat
from app.schools.models import Level
from app.text import N_

Way = tuple[str, str, str]
"""Whose a record is, who owes it, and what tells several of them apart."""

WAYS: Mapping[Way, str] = {
    (OwnerKind.TEACHER, "teacher", SlotFormat.PERSON): N_("Mỗi giáo viên một hồ sơ"),
    (OwnerKind.TEACHER, "homeroom_teacher", SlotFormat.PERSON): N_("Mỗi giáo viên chủ nhiệm một hồ sơ"),
    (OwnerKind.TEACHER, "homeroom_teacher", SlotFormat.CLASS): N_("Giáo viên chủ nhiệm, mỗi lớp một hồ sơ"),
    (OwnerKind.TEACHER, "subject_teacher", SlotFormat.CLASS_SUBJECT): N_(
        "Giáo viên bộ môn, mỗi lớp và môn một hồ sơ"
    ),
    (OwnerKind.TEACHER, "subject_teacher", SlotFormat.LESSON): N_("Giáo viên bộ môn, mỗi bài một hồ sơ"),
    (OwnerKind.TEACHER, "youth_leader", SlotFormat.PERSON): N_("Tổng phụ trách Đội"),
    (OwnerKind.CLASS, "homeroom_teacher", SlotFormat.CLASS): N_("Sổ của lớp, giáo viên chủ nhiệm nộp"),
    (OwnerKind.DEPARTMENT, "head", SlotFormat.PERSON): N_("Mỗi tổ một hồ sơ, tổ trưởng nộp"),
    (OwnerKind.SCHOOL, "office", SlotFormat.PERSON): N_("Cả trường một hồ sơ, văn phòng nộp"),
}
"""Every way in which records can be owed; a record type goes one of them."""

TIERS: Mapping[str, str] = {
    "A": N_("Hồ sơ theo quy định"),
    "B": N_("Minh chứng đánh giá chất lượng"),
    "C": N_("Hồ sơ nội bộ"),
}

TIER_NOTES: Mapping[str, str] = {
    "A": N_("Được điều lệ hoặc hướng dẫn của Bộ nêu tên."),
    "B": N_("Phục vụ tự đánh giá và công nhận đạt chuẩn."),
    "C": N_("Không có trong điều lệ; nhà trường tự quyết định và không bắt buộc thêm ngoài quy định."),
}

OWNERS: Mapping[str, str] = {
    OwnerKind.SCHOOL: N_("Nhà trường"),
    OwnerKind.DEPARTMENT: N_("Tổ chuyên môn, tổ văn phòng"),
    OwnerKind.TEACHER: N_("Giáo viên"),
    OwnerKind.CLASS: N_("Lớp học"),
}

PERIOD_KINDS: Mapping[str, str] = {
    PeriodKind.YEAR: N_("Mỗi năm học"),
    PeriodKind.TERM: N_("Mỗi học kỳ"),
    PeriodKind.MONTH: N_("Mỗi tháng"),
    PeriodKind.WEEK: N_("Mỗi tuần"),
}

LEVELS: Mapping[str, str] = {
    Level.PRESCHOOL: N_("Mầm non"),
    Level.PRIMARY: N_("Tiểu học"),
    Level.LOWER_SECONDARY: N_("Trung học cơ sở"),
    Level.UPPER_SECONDARY: N_("Trung học phổ thông"),
}
