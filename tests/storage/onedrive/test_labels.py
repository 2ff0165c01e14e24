"""Locks: a retention label where the tenant has one, and nothing but a sign where it has none."""

import io

import pytest

from app.storage.onedrive.labels import LabelMissing
from app.storage.policy import FileLocked, OutOfReach
from app.storage.protocol import OccupiedError
from tests.storage.onedrive.school import School, opened_school

PDF = b"%PDF-1.7\nbytes"


def test_a_lock_is_one_call_and_holds_against_people(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.made()
    school.store.lock("a.pdf", "Đã ký duyệt")
    assert school.made() == ["labels.update"]
    with pytest.raises(ValueError, match="locked"):
        school.meddle("edit", "a.pdf", content="theirs")


def test_a_file_that_is_locked_already_costs_nothing(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.store.lock("a.pdf", "Đã ký duyệt")
    school.made()
    school.another().lock("a.pdf", "Đã ký duyệt")
    assert school.made() == []
    school.store.unlock("a.pdf")
    school.store.unlock("a.pdf")
    assert school.made() == ["labels.update"]


def test_the_same_bytes_may_be_put_again_under_a_lock_and_others_not(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.store.lock("a.pdf", "Đã ký duyệt")
    school.store.put("a.pdf", io.BytesIO(PDF))
    with pytest.raises(OccupiedError):
        school.store.put("a.pdf", io.BytesIO(b"other"))


def test_a_file_that_somebody_holds_open_is_locked_later(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.fault(operation="labels.update", status=423, reason="resourceLocked")
    with pytest.raises(FileLocked):
        school.store.lock("a.pdf", "Đã ký duyệt")
    school.store.lock("a.pdf", "Đã ký duyệt")
    assert school.item("a.pdf").is_record


def test_a_file_that_was_locked_before_the_cut_is_found_locked(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.fault(operation="labels.update", cut="after")
    with pytest.raises(OutOfReach):
        school.store.lock("a.pdf", "Đã ký duyệt")
    school.made()
    school.store.lock("a.pdf", "Đã ký duyệt")
    assert school.made() == ["labels.update", "labels.get"]


def test_somebody_elses_label_is_not_taken_for_ours(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.meddle("lock", "a.pdf", label="Nhãn khác")
    with pytest.raises(FileLocked):
        school.store.lock("a.pdf", "Đã ký duyệt")


def test_a_label_that_the_tenant_has_not_is_told() -> None:
    with opened_school(label="Không có") as school:
        school.store.put("a.pdf", io.BytesIO(PDF))
        with pytest.raises(LabelMissing):
            school.store.lock("a.pdf", "Đã ký duyệt")


def test_without_a_label_a_lock_is_a_sign_only_and_the_store_says_so() -> None:
    with opened_school(label="") as school:
        school.store.put("a.pdf", io.BytesIO(PDF))
        school.made()
        school.store.lock("a.pdf", "Đã ký duyệt")
        school.store.unlock("a.pdf")
        assert school.made() == []
        assert not school.store.lock_holds
        assert not school.item("a.pdf").is_record


def test_with_a_label_the_store_says_that_locks_hold(school: School) -> None:
    assert school.store.lock_holds
