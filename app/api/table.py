"""The API's operations: one table from which both its routes and its description are made."""

from app.api import people_representations as people
from app.api import representations as shown
from app.api.answers import PDF, PNG, RangeOutside
from app.api.decisions import decide, decide_many
from app.api.delegations import give_delegation, list_delegations, revoke_delegation
from app.api.events import show_events
from app.api.files import RENDITIONS, show_file
from app.api.lock_table import CORRECTION_OPERATIONS, LOCK_OPERATIONS
from app.api.me import show_me
from app.api.obligation_representations import Obligations
from app.api.obligations import FILTERS as OWED
from app.api.obligations import show_obligations
from app.api.operations import LARGEST, Operation, Parameter
from app.api.page_images import show_page
from app.api.paging_parameters import PAGING
from app.api.record_types import list_record_types
from app.api.records import (
    create_record,
    create_version,
    show_queue,
    show_record,
    show_records,
)
from app.api.tokens import create_token, list_tokens, revoke_token
from app.catalogue.periods import BadPeriod
from app.catalogue.queries import UnknownRecordType
from app.errors import (
    CommentRequired,
    InvalidRequest,
    NotAllowed,
    NotFound,
    NotNow,
    Refused,
    Stale,
    TooLarge,
    TooManyAttempts,
)
from app.locks.refusals import Locked
from app.pdf.pages import DEFAULT_WIDTH, NARROWEST, WIDEST
from app.pdf.refusals import BY_CODE
from app.people.delegations import BadDelegate, BadTerm, DelegationOver, DelegationOverlaps
from app.people.sign_in import BadCredentials, PasswordChangeDue, TemporaryPasswordOver
from app.people.which_school import WhichSchool
from app.records.refusals import ClassRequired, Duplicate, SlotTaken, WhichDepartment
from workflows.model import State

_TEXT = {"type": "string", "maxLength": 200}
_FILTERS = (
    Parameter("state", {"type": "string", "enum": ["", *State]}, "Only records in this state."),
    Parameter("record_type", _TEXT, "Only records of the type with this code."),
    Parameter("owner", _TEXT, "Only records of the person with this id, or `me`."),
    Parameter("period", _TEXT, "Only records of this period, like `2026-2027/W12`."),
    Parameter("q", _TEXT, "Only records with these words in title, person or text, with or without accents."),
    Parameter("school", _TEXT, "Only records of the school with this code."),
)
_OWN_SCHOOL = Parameter("school", _TEXT, "Only what the caller's school with this code keeps.")
_RENDITION = Parameter(
    "rendition",
    {"type": "string", "enum": ["", *sorted(RENDITIONS)], "default": "uploaded"},
    "Which bytes: as handed in, as filed, or the certificate beside a file that came signed.",
)
_WIDTH = Parameter(
    "width",
    {"type": "integer", "minimum": NARROWEST, "maximum": WIDEST, "default": DEFAULT_WIDTH},
    "Pixels from left to right.",
)
_FILE_REFUSED: tuple[type[Refused], ...] = (
    TooLarge,
    InvalidRequest,
    NotAllowed,
    Duplicate,
    SlotTaken,
    *BY_CODE.values(),
)
_JSON_REFUSED: tuple[type[Refused], ...] = (InvalidRequest, TooLarge)
_RECORD = "/records/<uuid:record_id>"

OPERATIONS = (
    Operation(
        "POST",
        "/tokens",
        create_token,
        "Sign in and get a bearer token",
        201,
        people.Token,
        (*_JSON_REFUSED, BadCredentials, PasswordChangeDue, TemporaryPasswordOver, TooManyAttempts),
        body=people.Credentials,
        public=True,
    ),
    Operation(
        "GET", "/tokens", list_tokens, "The caller's tokens", 200, people.OwnTokens, (InvalidRequest,), PAGING
    ),
    Operation(
        "DELETE",
        "/tokens/<uuid:token_id>",
        revoke_token,
        "End one of the caller's tokens",
        204,
        None,
        (NotFound,),
    ),
    Operation("GET", "/me", show_me, "Who the caller is", 200, people.Me),
    Operation(
        "GET",
        "/record-types",
        list_record_types,
        "The catalogue of record types",
        200,
        shown.RecordTypes,
        (InvalidRequest, NotAllowed),
        (_OWN_SCHOOL, *PAGING),
    ),
    Operation(
        "POST",
        "/records",
        create_record,
        "Hand in a PDF as a new record",
        201,
        shown.Record,
        (UnknownRecordType, BadPeriod, ClassRequired, WhichSchool, WhichDepartment, Locked, *_FILE_REFUSED),
        body=shown.Description,
        multipart=True,
    ),
    Operation(
        "GET",
        "/records",
        show_records,
        "Records the caller may know of, newest first",
        200,
        shown.Records,
        (InvalidRequest,),
        (*_FILTERS, *PAGING),
    ),
    Operation("GET", _RECORD, show_record, "One record", 200, shown.Record, (NotFound,)),
    Operation(
        "POST",
        f"{_RECORD}/versions",
        create_version,
        "Hand in the next version of a record that was returned, withdrawn or is corrected",
        201,
        shown.Record,
        (NotFound, Locked, NotNow, Stale, *_FILE_REFUSED),
        body=shown.Resubmission,
        multipart=True,
    ),
    Operation(
        "POST",
        f"{_RECORD}/decisions",
        decide,
        "Decide on one record",
        200,
        shown.Record,
        (NotFound, NotAllowed, Stale, Locked, NotNow, CommentRequired, *_JSON_REFUSED),
        body=shown.Decision,
    ),
    Operation(
        "POST",
        "/decisions",
        decide_many,
        "Decide on many records; one refusal spoils no other",
        200,
        shown.Results,
        _JSON_REFUSED,
        body=shown.Decisions,
    ),
    Operation(
        "GET",
        "/queue",
        show_queue,
        "Records that wait for the caller's decision, oldest first",
        200,
        shown.Records,
        (InvalidRequest,),
        PAGING,
    ),
    Operation(
        "GET",
        f"{_RECORD}/events",
        show_events,
        "What happened to a record, oldest first",
        200,
        shown.Events,
        (NotFound, InvalidRequest),
        PAGING,
    ),
    Operation(
        "GET",
        f"{_RECORD}/file",
        show_file,
        "A record's PDF",
        200,
        None,
        (NotFound, InvalidRequest, RangeOutside),
        (_RENDITION,),
        media_type=PDF,
    ),
    Operation(
        "GET",
        f"{_RECORD}/pages/<int:page_number>.png",
        show_page,
        "The image of one page",
        200,
        None,
        (NotFound, InvalidRequest, RangeOutside),
        (_WIDTH,),
        media_type=PNG,
    ),
    Operation(
        "GET",
        "/obligations",
        show_obligations,
        "What is owed, by deadline, and how it stands",
        200,
        Obligations,
        (InvalidRequest, NotFound),
        (*OWED, *PAGING),
    ),
    Operation(
        "GET",
        "/delegations",
        list_delegations,
        "Authority the caller lent or was lent, newest first",
        200,
        people.Delegations,
        (InvalidRequest,),
        PAGING,
    ),
    Operation(
        "POST",
        "/delegations",
        give_delegation,
        "Lend one of the caller's posts",
        201,
        people.Delegation,
        (NotAllowed, NotFound, WhichSchool, BadDelegate, BadTerm, DelegationOverlaps, *_JSON_REFUSED),
        body=people.Mandate,
    ),
    Operation(
        "DELETE",
        f"/delegations/<int(max={LARGEST}):delegation_id>",
        revoke_delegation,
        "Take a delegation back",
        204,
        None,
        (NotFound, NotAllowed, DelegationOver),
    ),
    *LOCK_OPERATIONS,
    *CORRECTION_OPERATIONS,
)
