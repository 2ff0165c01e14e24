"""The few things in a Word document for which python-docx has no words of its own."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_RULE = {"val": "single", "sz": "5", "space": "0", "color": "000000"}
_RULE_HEIGHT = Pt(3)


def new_element(name: str, **attributes: str) -> BaseOxmlElement:
    """Make an element in Word's own namespace; neither `name` nor attributes have a prefix."""
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def add_field(paragraph: Paragraph, instruction: str) -> Run:
    """Add a number that Word counts, `PAGE` or `NUMPAGES`, and return what shows it."""
    run = paragraph.add_run("1")
    field = new_element("fldSimple", instr=instruction)
    paragraph.paragraph_format.element.append(field)
    field.append(run.element)
    return run


def make_rule(paragraph: Paragraph, indent: Length) -> None:
    """Turn an empty paragraph into a rule that begins and ends `indent` from the margins."""
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = indent
    layout.line_spacing = _RULE_HEIGHT
    borders = new_element("pBdr")
    borders.append(new_element("bottom", **_RULE))
    # The standard fixes the order of a paragraph's properties: borders come before spacing.
    layout.element.pPr.find(qn("w:spacing")).addprevious(borders)
