"""The measures of an official paper, whichever file it becomes.

They follow Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I. Lengths are in points unless they say millimetres.
"""

PAGE_MM = (210, 297)
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 30, 15, 20, 20
INDENT_MM = 10

BODY = 13.0
TITLE = 14.0
STATE = 12.0
MOTTO = 13.0
ORGANISATION = 12.0
RECIPIENTS_HEAD = 12.0
RECIPIENTS = 11.0
PAGE_NUMBER = 13.0
TABLE = 11.0
CELL_SIDES, CELL_ENDS = 4.0, 3.0
FIELD_ENDS = 2.0
FOOT = 8.0
MARK = 10.0

PARAGRAPH_GAP = 6.0
TITLE_GAP = 18.0
CLOSING_GAP = 12.0
LINE_SPACING = 1.22
SIGNATURE_ROOM = 56.0
LETTERHEAD_SHARES = (0.42, 0.58)
"""The issuer's part of the width and the state's."""

ORGANISATION_RULE = 0.4
"""How long the rule below the issuer is, against the line above it: between a third and a half."""
