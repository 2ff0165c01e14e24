"""Finding a record by words of its title, its owner and its pages, with or without accents."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.context import Context
from app.people.authority import Authority
from app.records.lists import Filters, list_records
from app.records.search import fold
from tests.conftest import Cast
from tests.handing_in import decide as decide_now
from tests.handing_in import hand_in, hand_in_again
from workflows.model import Action

Pdf = Callable[..., bytes]


def _found(context: Context, who: Authority, words: str) -> list[str]:
    with context.database.transaction() as session:
        views = list_records(session, who, Filters(q=words), limit=50)
        return [view.record.title for view in views]


@pytest.fixture
def handed_in(context: Context, cast: Cast, pdf: Pdf) -> Context:
    """Two records of one teacher, one of them about fractions."""
    hand_in(context, cast.teacher, pdf("Ôn tập phép cộng phân số"), title="Toán: Phân số")
    hand_in(context, cast.teacher, pdf("Đọc hiểu văn bản"), title="Tiếng Việt")
    return context


@pytest.mark.parametrize(
    "words",
    [
        "phân số",
        "PHAN SO",
        "phép cộng",
        "phep cong",
        "cộng toán",
        "phan số giáo viên một",
        "o\u0302n ta\u0323\u0302p",
        "ke hoach bai day phan",
    ],
)
def test_words_of_title_person_type_and_pages_find_the_record(
    handed_in: Context, cast: Cast, words: str
) -> None:
    assert _found(handed_in, cast.teacher, words) == ["Toán: Phân số"]


@pytest.mark.parametrize("words", ["đọc hiểu", "doc hieu", "Đoc Hieu"])
def test_d_with_a_stroke_is_found_as_d(handed_in: Context, cast: Cast, words: str) -> None:
    assert _found(handed_in, cast.teacher, words) == ["Tiếng Việt"]


@pytest.mark.parametrize("words", ["phân số hóa học", "!!!", "'); DROP TABLE", "& | !:*"])
def test_words_that_stand_nowhere_find_nothing(handed_in: Context, cast: Cast, words: str) -> None:
    assert _found(handed_in, cast.teacher, words) == []


def test_an_empty_query_narrows_nothing(handed_in: Context, cast: Cast) -> None:
    assert len(_found(handed_in, cast.teacher, "  ")) == 2


def test_search_shows_nothing_the_caller_may_not_know_of(handed_in: Context, cast: Cast) -> None:
    for who in (cast.teacher2, cast.head2, cast.b_principal, cast.b_teacher, cast.officer):
        assert _found(handed_in, who, "phan so") == []
    for who in (cast.head, cast.principal, cast.clerk):
        assert _found(handed_in, who, "phan so") == ["Toán: Phân số"]


def test_a_new_version_is_found_by_its_own_words_only(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("hình vuông"), title="Hình học").record
    decide_now(context, cast.teacher, record, Action.WITHDRAW)
    hand_in_again(context, cast.teacher, pdf("hình tròn"), record)
    assert _found(context, cast.teacher, "vuong") == []
    assert _found(context, cast.teacher, "tron") == ["Hình học"]


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyÁÀẢÃẠẤẦẨẪẬẮẰẲẴẶÉÈẺẼẸẾỀỂỄỆ ", max_size=80))
def test_vietnamese_folds_to_plain_latin_letters(text: str) -> None:
    assert fold(text).isascii()
