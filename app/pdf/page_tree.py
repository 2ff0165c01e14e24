"""Mends a document's page tree, so that every reader finds the same pages in the same order.

Readers disagree about trees that count wrongly, inherit along `/Parent` what the tree does not say, or
hold empty nodes twice. A flat tree whose pages carry their own attributes leaves nothing to interpret.
"""

import pikepdf
from pikepdf import Array, Dictionary, Name

_DEEPEST = 100


def count(pdf: pikepdf.Pdf) -> int:
    """Return the number of pages, once nodes that are empty and in qpdf's way have been dropped.

    Raises `PdfError` where the tree cannot be followed, as one that contains itself.
    """
    try:
        return len(pdf.pages)
    except pikepdf.PdfError:
        # Some programs list an empty node twice, which qpdf takes for a loop.
        tree = pdf.Root.get(Name.Pages)
        if isinstance(tree, Dictionary):
            _prune(tree, depth=0)
        return len(pdf.pages)


def lists_more_than(pdf: pikepdf.Pdf, most: int) -> bool:
    """Tell whether the nodes of the tree have more than `most` kids altogether, however often one is listed.

    qpdf makes a page of its own of each time that a page is listed, which costs memory before it counts.
    """
    waiting = [pdf.Root.get(Name.Pages)]
    listed = 0
    while waiting:
        node = waiting.pop()
        kids = node.get(Name.Kids) if isinstance(node, Dictionary) else None
        if isinstance(kids, Array):
            listed += len(kids)
            if listed > most:
                return True
            waiting += kids.as_list()
    return False


def _prune(node: pikepdf.Object, depth: int) -> bool:
    """Drop what is empty below `node`; tell whether anything is left."""
    kids = node.get(Name.Kids)
    if not isinstance(kids, Array) or depth > _DEEPEST:
        return True
    children = list(kids.as_list())
    kept = [child for child in children if not isinstance(child, Dictionary) or _prune(child, depth + 1)]
    if len(kept) < len(children):
        node.Kids = Array(kept)
    return bool(kept)


def flatten(pdf: pikepdf.Pdf) -> None:
    """Put all pages into one node with a true count; each page gets what it inherited.

    Raises `PdfError` where the tree cannot be followed.
    """
    pdf.Root.Pages.Count = count(pdf)
    # qpdf flattens a tree before its list of pages is changed, and has no call for that alone.
    pdf.pages.append(pikepdf.Page(Dictionary(Type=Name.Page)))
    del pdf.pages[-1]
