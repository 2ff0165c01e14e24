"""What changed between two versions, by the words of their pages."""

from hypothesis import given
from hypothesis import strategies as st

from app.corrections.comparing import changed_pages

PAGES = st.lists(st.text("aáb ", max_size=30), min_size=1, max_size=4)


def test_only_the_pages_whose_words_differ_are_named() -> None:
    old = "một hai\fba bốn năm\fsáu"
    new = "một  hai\fba ba năm\fsáu"
    (change,) = changed_pages(old, new)
    assert (change.number, change.before, change.after) == (2, "ba bốn năm", "ba ba năm")


def test_a_page_that_one_version_lacks_is_named() -> None:
    (change,) = changed_pages("một", "một\fhai")
    assert (change.number, change.before, change.after) == (2, "", "hai")


def test_a_long_page_is_shown_only_around_the_change() -> None:
    words = [f"từ{number}" for number in range(500)]
    changed = [*words[:250], "sửa", *words[251:]]
    (change,) = changed_pages(" ".join(words), " ".join(changed))
    assert "từ250" in change.before
    assert "sửa" in change.after
    assert len(change.after.split()) < 20
    assert change.after.startswith("… ")
    assert change.after.endswith(" …")


def test_a_page_written_anew_is_cut_in_the_middle() -> None:
    (change,) = changed_pages(" ".join("a" * 200), " ".join("b" * 200))
    assert change.after.split().count("…") == 1
    assert len(change.after.split()) <= 41


@given(PAGES, PAGES)
def test_pages_are_named_exactly_when_their_words_differ(old: list[str], new: list[str]) -> None:
    differing = [
        number
        for number in range(1, max(len(old), len(new)) + 1)
        if [p.split() for p in old[number - 1 : number]] != [p.split() for p in new[number - 1 : number]]
        and (old[number - 1 : number] or [""])[0].split() != (new[number - 1 : number] or [""])[0].split()
    ]
    assert [change.number for change in changed_pages("\f".join(old), "\f".join(new))] == differing
