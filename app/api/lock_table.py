"""The API's operations on locks and corrections, for its table."""

from app.api import correction_representations as corrections
from app.api import lock_representations as locks
from app.api.answers import PDF, RangeOutside
from app.api.corrections import (
    ask_correction,
    confirm_correction,
    decide_correction,
    list_corrections,
    show_correction,
    show_slip,
)
from app.api.locks import IN_FORCE, LIFTED, lift_lock, list_locks, set_lock
from app.api.operations import LARGEST, Operation, Parameter
from app.api.paging_parameters import PAGING
from app.catalogue.periods import BadPeriod
from app.catalogue.queries import UnknownRecordType
from app.corrections.models import CorrectionState
from app.corrections.refusals import AlreadyAsked, AlreadyConfirmed, BadUntil, CorrectionMoved
from app.errors import CommentRequired, InvalidRequest, NotAllowed, NotFound, Refused, Stale, TooLarge
from app.locks.refusals import AlreadyLocked, LockOver, OrderRequired
from app.people.which_school import WhichSchool
from app.reasons import ReasonRequired

_LOCK = f"/locks/<int(max={LARGEST}):lock_id>"
_CORRECTION = f"/corrections/<int(max={LARGEST}):correction_id>"
_LINE = {"type": "string", "maxLength": 200}
_JSON_REFUSED: tuple[type[Refused], ...] = (InvalidRequest, TooLarge)


LOCK_OPERATIONS = (
    Operation(
        "GET",
        "/locks",
        list_locks,
        "Periods closed in the schools where the caller works, newest first",
        200,
        locks.Locks,
        (InvalidRequest,),
        (
            Parameter(
                "state",
                {"type": "string", "enum": ["", IN_FORCE, LIFTED], "default": IN_FORCE},
                "Locks that hold, or those that were lifted.",
            ),
            *PAGING,
        ),
    ),
    Operation(
        "POST",
        "/locks",
        set_lock,
        "Close a period for one record type or for all",
        201,
        locks.Lock,
        (
            NotAllowed,
            WhichSchool,
            OrderRequired,
            ReasonRequired,
            BadPeriod,
            UnknownRecordType,
            AlreadyLocked,
            *_JSON_REFUSED,
        ),
        body=locks.Closing,
    ),
    Operation(
        "DELETE",
        _LOCK,
        lift_lock,
        "Open a period again",
        204,
        None,
        (NotFound, NotAllowed, OrderRequired, LockOver, InvalidRequest),
        (
            Parameter("reason", _LINE, "Why it is opened."),
            Parameter("ordered", _LINE, "The principal's order on which the office opens it."),
        ),
    ),
)


CORRECTION_OPERATIONS = (
    Operation(
        "GET",
        "/corrections",
        list_corrections,
        "Corrections the caller may know of, newest first",
        200,
        corrections.Corrections,
        (InvalidRequest,),
        (
            Parameter(
                "state",
                {"type": "string", "enum": ["", *CorrectionState]},
                "Only corrections that stand so.",
            ),
            *PAGING,
        ),
    ),
    Operation(
        "POST",
        "/corrections",
        ask_correction,
        "Ask for the correction of one's own filed record",
        201,
        corrections.Correction,
        (NotFound, NotAllowed, ReasonRequired, CorrectionMoved, AlreadyAsked, *_JSON_REFUSED),
        body=corrections.CorrectionRequest,
    ),
    Operation(
        "GET",
        _CORRECTION,
        show_correction,
        "One correction",
        200,
        corrections.Correction,
        (NotFound,),
    ),
    Operation(
        "POST",
        f"{_CORRECTION}/decisions",
        decide_correction,
        "Consent to a correction until a moment, or refuse it",
        200,
        corrections.Correction,
        (NotFound, NotAllowed, CorrectionMoved, BadUntil, CommentRequired, *_JSON_REFUSED),
        body=corrections.CorrectionWord,
    ),
    Operation(
        "POST",
        f"{_CORRECTION}/witnesses",
        confirm_correction,
        "Confirm the new version as requester, leader or administrator",
        200,
        corrections.Correction,
        (NotFound, NotAllowed, CorrectionMoved, Stale, AlreadyConfirmed, *_JSON_REFUSED),
        body=corrections.Confirmation,
    ),
    Operation(
        "GET",
        f"{_CORRECTION}/slip.pdf",
        show_slip,
        "The slip of a correction",
        200,
        None,
        (NotFound, RangeOutside),
        media_type=PDF,
    ),
)
