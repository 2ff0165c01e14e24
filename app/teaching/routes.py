"""All pages of classes, subjects, duties and of the school itself, gathered on their blueprint."""

from app.teaching import (
    class_pages,
    duty_pages,
    import_pages,
    school_pages,
    subject_pages,
    unit_pages,
)
from app.teaching.blueprint import teaching

__all__ = [
    "class_pages",
    "duty_pages",
    "import_pages",
    "school_pages",
    "subject_pages",
    "teaching",
    "unit_pages",
]
