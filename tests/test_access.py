"""Every route for every role: one table says who gets through, who is refused, and who finds nothing."""

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.calendar.models import DeadlineException, DeadlineRule, Holiday
from app.catalogue.models import RecordType
from app.clock import today
from app.context import Context
from app.corrections.models import Correction, CorrectionState
from app.curriculum.models import Curriculum, Lesson
from app.db import now
from app.drift.models import Finding, Kind, Standing
from app.handovers.models import Handover, HandoverItem
from app.laptops.models import LaptopPermission
from app.locks.models import Lock, OfficeWindow
from app.moves.models import StoreMove
from app.people.delegations import Mandate, Term, delegate
from app.people.models import (
    AccountRequest,
    BrowserSession,
    Delegation,
    DelegationPaper,
    Invitation,
    RequestKind,
    Token,
    User,
)
from app.people.sign_in import give_token
from app.records.models import Record
from app.schools.models import Campus, Office
from app.schools.queries import departments_of
from app.shares.models import FindingKind, Share, ShareFinding, ShareState
from app.storage.models import Part, Provider, StoreAccount, StoreState
from app.stuck.models import StuckJob
from app.teaching.models import Assignment, Subject
from app.tree.models import Folder
from tests.browsing import application_on, signed_in, token_of
from tests.handing_in import decide, hand_in
from workflows.model import Action

Cast = SimpleNamespace
Roles = frozenset[str]

MARK = "Riêng của trường A 4711"
"""Stands in every object of school A that only some may know of."""
STUCK, LETTER = 1000, 1001
PLANNED = 1000
SESSION, TOKEN = uuid.UUID(int=1), uuid.UUID(int=2)
REFUSALS = 400
"""The first status of an answer that changes nothing."""
TEXTS = {"text/html", "application/json", "application/problem+json"}
STRANGER = "stranger"
"""Whoever is not signed in."""
OFFICERS = frozenset({"officer", "provincial_officer"})
IN_A = frozenset(
    {"teacher", "teacher2", "head", "head2", "principal", "vice_principal", "clerk", "records_admin"}
)
IN_B = frozenset(f"b_{role}" for role in IN_A - {"teacher2", "head2"})
PEOPLE = IN_A | IN_B | OFFICERS
EVERYBODY = PEOPLE | {STRANGER}
TWICE = frozenset({"principal", "vice_principal", "clerk", "records_admin"})


@dataclass(frozen=True)
class Access:
    """Who gets through to a route, asked about school A's objects, and from whom these are hidden.

    Whoever is in neither set is told that he may not; a stranger in neither must sign in.
    """

    through: Roles
    hidden: Roles = frozenset()


def both(*roles: str) -> Roles:
    """The holders of the roles, in either school."""
    return frozenset(roles) | frozenset(f"b_{role}" for role in roles)


def hidden_from_all_but(*roles: str) -> Access:
    """An object that nobody else may know of."""
    return Access(frozenset(roles), PEOPLE - frozenset(roles))


OPEN = Access(EVERYBODY)
SIGNED_IN = Access(PEOPLE)
SCHOOL_WIDE = Access(both(*TWICE))
ADMINISTRATORS = Access(both("records_admin"))
READERS_OF_ACCOUNTS = Access(both("records_admin", "principal"))
TEACHING = Access(both("teacher", "head", "principal", "vice_principal") | {"teacher2", "head2"})
CONNECTORS = both("records_admin", "principal", "vice_principal")
STORE_OF_A = Access(
    frozenset({"records_admin", "principal", "vice_principal"}),
    frozenset({"b_records_admin", "b_principal", "b_vice_principal"}),
)
CATALOGUE_OF_A = Access(frozenset({"records_admin", "principal"}), IN_B)
RECORD_OF_TEACHER = hidden_from_all_but("teacher", "head", *TWICE)
DECISION = Access(frozenset({"head"}), PEOPLE - {"teacher", "head", *TWICE})
ONE_ACCOUNT = Access(frozenset({"records_admin"}), frozenset({"b_records_admin"}))
KNOWING_DELEGATION = frozenset({"principal", "vice_principal", "clerk"})
ONE_DELEGATION = Access(frozenset({"principal"}), PEOPLE - KNOWING_DELEGATION)
PARTIES = frozenset({"teacher", "teacher2"})
"""Of a handover of school A, which its leaders and its office know of too."""
HANDOVER = hidden_from_all_but(*PARTIES, *TWICE)
DRAWING_UP = Access(TWICE, frozenset({"b_principal", "b_clerk", "b_records_admin"}))
SHARING = Access(frozenset({"principal", "vice_principal", "records_admin"}), PEOPLE - TWICE)

LOCKERS = frozenset({"principal", "vice_principal", "clerk", "records_admin"})
"""Of school A, where the principal has lent his authority to the vice principal."""
LOCKERS_ANYWHERE = Access(LOCKERS | {"b_principal", "b_clerk", "b_records_admin"})
LOCK_OF_A = Access(LOCKERS, IN_B | OFFICERS)
CORRECTION = hidden_from_all_but("teacher", "head", *TWICE)
KNOWING = frozenset({"teacher", "head"}) | TWICE
PLANNING_LESSONS = Access(frozenset({"head", "head2", "principal", "vice_principal", "records_admin"}), IN_B)
YEAR_OF_A = Access(frozenset({"principal", "vice_principal", "records_admin"}), IN_B)
SCHOOL_OF_A = Access(IN_A | OFFICERS, IN_B)

TABLE = {
    "api.ask_correction": Access(frozenset({"teacher"}), PEOPLE - KNOWING),
    "api.confirm_correction": Access(KNOWING - {"head", "clerk"}, PEOPLE - KNOWING),
    "api.decide_correction": Access(frozenset({"principal", "vice_principal"}), PEOPLE - KNOWING),
    "api.lift_lock": LOCK_OF_A,
    "api.list_corrections": SIGNED_IN,
    "api.list_locks": SIGNED_IN,
    "api.set_lock": LOCKERS_ANYWHERE,
    "api.show_correction": CORRECTION,
    "api.show_slip": CORRECTION,
    "approvals.ask_correction": Access(frozenset({"teacher"}), PEOPLE - KNOWING),
    "corrections.confirm_correction": Access(KNOWING - {"head", "clerk"}, PEOPLE - KNOWING),
    "corrections.correction_page": CORRECTION,
    "corrections.corrections_page": SIGNED_IN,
    "corrections.decide_correction": Access(frozenset({"principal", "vice_principal"}), PEOPLE - KNOWING),
    "corrections.slip": CORRECTION,
    "corrections.summary": SCHOOL_WIDE,
    "corrections.version_page": CORRECTION,
    "curriculum.agree_to_plan": PLANNING_LESSONS,
    "curriculum.copy_plan": PLANNING_LESSONS,
    "curriculum.home": SIGNED_IN,
    "curriculum.import_form": PLANNING_LESSONS,
    "curriculum.import_page": PLANNING_LESSONS,
    "curriculum.plan_file": Access(IN_A | OFFICERS, IN_B),
    "curriculum.plan_page": Access(IN_A | OFFICERS, IN_B),
    "curriculum.plans_page": Access(IN_A | OFFICERS, IN_B),
    "curriculum.preview_plan": PLANNING_LESSONS,
    "curriculum.suggest_lessons": SIGNED_IN,
    "handovers.cancel_handover": Access(TWICE, PEOPLE - PARTIES - TWICE),
    "handovers.draw_up_handover": DRAWING_UP,
    "handovers.draw_up_page": DRAWING_UP,
    "handovers.give": Access(frozenset({"teacher"}), PEOPLE - PARTIES - TWICE),
    "handovers.handed_file": HANDOVER,
    "handovers.handover_page": HANDOVER,
    "handovers.handovers_page": SIGNED_IN,
    "handovers.minutes": HANDOVER,
    "handovers.take": Access(frozenset({"teacher2"}), PEOPLE - PARTIES - TWICE),
    "laptops.decide_laptop": Access(frozenset({"principal", "vice_principal"}), PEOPLE - TWICE - {"teacher"}),
    "laptops.laptop_page": SIGNED_IN,
    "laptops.print_list": SCHOOL_WIDE,
    "laptops.register_laptop": TEACHING,
    "laptops.withdraw_laptop": Access(frozenset({"teacher"}), PEOPLE - TWICE - {"teacher"}),
    "oversight.add_window": Access(OFFICERS),
    "locks.lift_lock": LOCK_OF_A,
    "locks.locks_page": SIGNED_IN,
    "oversight.remove_window": Access(frozenset({"officer"}), frozenset({"provincial_officer"})),
    "locks.set_lock": LOCKERS_ANYWHERE,
    "oversight.windows_page": Access(OFFICERS),
    "api.create_record": TEACHING,
    "api.list_tokens": SIGNED_IN,
    "api.revoke_token": hidden_from_all_but("teacher"),
    "api.create_token": OPEN,
    "api.create_version": RECORD_OF_TEACHER,
    "api.decide": DECISION,
    "api.decide_many": SIGNED_IN,
    "api.give_delegation": Access(frozenset({"principal"}), frozenset({"b_principal"})),
    "api.list_delegations": SIGNED_IN,
    "api.list_record_types": SIGNED_IN,
    "api.revoke_delegation": ONE_DELEGATION,
    "api.show_description": OPEN,
    "api.show_events": RECORD_OF_TEACHER,
    "api.show_file": RECORD_OF_TEACHER,
    "api.show_me": SIGNED_IN,
    "api.show_obligations": SIGNED_IN,
    "api.show_page": RECORD_OF_TEACHER,
    "api.show_queue": SIGNED_IN,
    "api.show_record": RECORD_OF_TEACHER,
    "api.show_records": SIGNED_IN,
    "approvals.all_records": SIGNED_IN,
    "approvals.decide": DECISION,
    "approvals.decide_many": SIGNED_IN,
    "approvals.file": RECORD_OF_TEACHER,
    "approvals.home": SIGNED_IN,
    "approvals.my_records": SIGNED_IN,
    "approvals.page_image": RECORD_OF_TEACHER,
    "approvals.queue_page": SIGNED_IN,
    "approvals.record_page": RECORD_OF_TEACHER,
    "approvals.resubmit": RECORD_OF_TEACHER,
    "approvals.upload": SIGNED_IN,
    "approvals.upload_page": Access(PEOPLE - OFFICERS),
    "calendar.add_day_off": YEAR_OF_A,
    "calendar.copy": YEAR_OF_A,
    "calendar.copy_page": YEAR_OF_A,
    "calendar.deadlines_page": Access(IN_A | OFFICERS, IN_B),
    "calendar.drop_rule": YEAR_OF_A,
    "calendar.edit_page": YEAR_OF_A,
    "calendar.grant": Access(frozenset({"principal", "vice_principal", "head", "head2"}), IN_B),
    "calendar.home": SIGNED_IN,
    "calendar.read_file": YEAR_OF_A,
    "calendar.remove_day_off": YEAR_OF_A,
    "calendar.revoke": Access(frozenset({"principal", "vice_principal", "head"}), IN_B | OFFICERS),
    "calendar.save": YEAR_OF_A,
    "calendar.set_rule": YEAR_OF_A,
    "calendar.year_page": Access(IN_A | OFFICERS, IN_B),
    "catalogue.add_type": CATALOGUE_OF_A,
    "catalogue.confirm_time": Access(frozenset({"clerk", "records_admin"}), IN_B),
    "catalogue.edit_type": CATALOGUE_OF_A,
    "catalogue.home": SIGNED_IN,
    "catalogue.restore_type": CATALOGUE_OF_A,
    "catalogue.retire_type": CATALOGUE_OF_A,
    "catalogue.school_page": Access(IN_A | OFFICERS, IN_B),
    "catalogue.switch_type": CATALOGUE_OF_A,
    "obligations.board_page": Access(both("head", *TWICE) | {"head2"} | OFFICERS),
    "obligations.duties_of": hidden_from_all_but("teacher", "head", *TWICE, *OFFICERS),
    "obligations.evidence_page": SIGNED_IN,
    "obligations.evidence_pdf": Access(PEOPLE - OFFICERS, OFFICERS),
    "obligations.evidence_xlsx": SIGNED_IN,
    "obligations.more_slots": SIGNED_IN,
    "obligations.my_duties": SIGNED_IN,
    "obligations.place_files": SIGNED_IN,
    "obligations.reminders_page": Access(both("records_admin", "principal") | {"vice_principal"}),
    "obligations.save_reminders": Access(both("records_admin", "principal") | {"vice_principal"}),
    "oversight.schools_page": Access(OFFICERS),
    "regulations.regulations_docx": Access(PEOPLE - OFFICERS),
    "regulations.regulations_page": Access(PEOPLE - OFFICERS),
    "regulations.regulations_pdf": Access(PEOPLE - OFFICERS),
    "people.account_page": Access(
        frozenset({"records_admin", "principal"}), frozenset({"b_records_admin", "b_principal"})
    ),
    "people.attach_delegation_paper": ONE_DELEGATION,
    "people.delegation_paper": hidden_from_all_but(*KNOWING_DELEGATION),
    "people.account_requests": SIGNED_IN,
    "people.confirm_requests": SIGNED_IN,
    "people.refuse_request": Access(
        frozenset({"records_admin", "principal"}) | OFFICERS,
        PEOPLE - OFFICERS - {"records_admin", "principal", "vice_principal"},
    ),
    "people.accept_invitation": hidden_from_all_but("teacher2"),
    "people.accounts": READERS_OF_ACCOUNTS,
    "people.decline_invitation": hidden_from_all_but("teacher2"),
    "people.invitations": ADMINISTRATORS,
    "people.own_invitations": SIGNED_IN,
    "people.send_invitation": ADMINISTRATORS,
    "people.take_invitation_back": Access(frozenset({"records_admin"}), frozenset({"b_records_admin"})),
    "people.change_password": SIGNED_IN,
    "people.choose_language": OPEN,
    "people.create_from_staff_list": ADMINISTRATORS,
    "people.delegations_page": SIGNED_IN,
    "people.disable_account": ONE_ACCOUNT,
    "people.download_passwords": ADMINISTRATORS,
    "people.edit_account": ONE_ACCOUNT,
    "people.enable_account": ONE_ACCOUNT,
    "people.end_account_sessions": ONE_ACCOUNT,
    "people.end_other_sessions": SIGNED_IN,
    "people.end_own_session": hidden_from_all_but("teacher"),
    "people.end_own_token": hidden_from_all_but("teacher"),
    "people.give_delegation": Access(both("principal", "head") | {"head2"}),
    "people.new_account": ADMINISTRATORS,
    "people.preview_staff_list": ADMINISTRATORS,
    "people.reset_password": ONE_ACCOUNT,
    "people.revoke_delegation": ONE_DELEGATION,
    "people.sessions_page": SIGNED_IN,
    "people.set_places": ONE_ACCOUNT,
    "people.sign_in_page": OPEN,
    "people.sign_out": SIGNED_IN,
    "people.staff_list_form": ADMINISTRATORS,
    "people.staff_list_page": ADMINISTRATORS,
    "proof.check_page": OPEN,
    "proof.code_page": OPEN,
    "proof.compare_file": OPEN,
    "proof.compare_hash": OPEN,
    "proof.find_file": OPEN,
    "proof.find_hash": OPEN,
    "proof.heads_file": Access(CONNECTORS | OFFICERS),
    "proof.heads_page": Access(CONNECTORS | OFFICERS),
    "teaching.add_campus": YEAR_OF_A,
    "teaching.add_class": YEAR_OF_A,
    "teaching.add_department": YEAR_OF_A,
    "teaching.add_subject": YEAR_OF_A,
    "teaching.agree_to_list": YEAR_OF_A,
    "teaching.begin_duty": YEAR_OF_A,
    "teaching.blank_list": YEAR_OF_A,
    "teaching.class_page": SCHOOL_OF_A,
    "teaching.classes_page": SCHOOL_OF_A,
    "teaching.close_campus": YEAR_OF_A,
    "teaching.copy_classes": YEAR_OF_A,
    "teaching.copy_classes_page": YEAR_OF_A,
    "teaching.drop_school_name": YEAR_OF_A,
    "teaching.duties_page": SCHOOL_OF_A,
    "teaching.duty_page": YEAR_OF_A,
    "teaching.edit_class": YEAR_OF_A,
    "teaching.end_duty": YEAR_OF_A,
    "teaching.hand_on_duty": YEAR_OF_A,
    "teaching.list_page": YEAR_OF_A,
    "teaching.name_school_from": YEAR_OF_A,
    "teaching.person_page": SCHOOL_OF_A,
    "teaching.preview_list": YEAR_OF_A,
    "teaching.remove_class": YEAR_OF_A,
    "teaching.remove_department": YEAR_OF_A,
    "teaching.remove_subject": YEAR_OF_A,
    "teaching.rename_campus": YEAR_OF_A,
    "teaching.rename_subject": YEAR_OF_A,
    "teaching.school_home": SIGNED_IN,
    "teaching.school_page": SCHOOL_OF_A,
    "teaching.set_school_levels": YEAR_OF_A,
    "teaching.subjects_page": SCHOOL_OF_A,
    "shares.audit_shares": SHARING,
    "shares.close_public_link": SHARING,
    "shares.decide_share": Access(frozenset({"principal", "vice_principal"}), PEOPLE - TWICE - OFFICERS),
    "drift.accept_drift": Access(TWICE, frozenset(f"b_{role}" for role in TWICE)),
    "moves.ask_consent": STORE_OF_A,
    "moves.cancel_move": STORE_OF_A,
    "moves.confirm_move": STORE_OF_A,
    "drift.drift_page": SCHOOL_WIDE,
    "tree.folder": hidden_from_all_but("head", *TWICE, *OFFICERS),
    "shares.give_share": Access(both("principal", "records_admin") | {"vice_principal"}),
    "moves.go_on_moving": STORE_OF_A,
    "moves.hear_consent": Access(CONNECTORS),
    "drift.look_now": SCHOOL_WIDE,
    "moves.move_home": STORE_OF_A,
    "moves.moving_page": Access(CONNECTORS),
    "tree.rename_department": YEAR_OF_A,
    "tree.rename_folder": Access(TWICE, PEOPLE - TWICE - OFFICERS - {"head"}),
    "drift.repair_drift": Access(TWICE, frozenset(f"b_{role}" for role in TWICE)),
    "shares.request_share": Access(OFFICERS),
    "stuck.drop_stuck": Access(TWICE, frozenset(f"b_{role}" for role in TWICE) | OFFICERS),
    "stuck.retry_stuck": Access(TWICE, frozenset(f"b_{role}" for role in TWICE) | OFFICERS),
    "tree.root": SIGNED_IN,
    "shares.shares_page": Access(both(*TWICE) | OFFICERS),
    "moves.stores": Access(CONNECTORS),
    "stuck.stuck_jobs": Access(both(*TWICE) | OFFICERS),
    "moves.try_store_again": STORE_OF_A,
}
"""The level of every route; a route that is missing here fails a test."""
FIELDS = {
    "api.create_record": ("record_type", "period"),
    "api.decide": ("action", "turn", "sha256"),
    "api.give_delegation": ("role", "to", "capacity", "first", "last"),
    "approvals.decide": ("action", "turn", "sha256"),
    "api.ask_correction": ("record", "reason"),
    "api.set_lock": ("period", "reason"),
}
"""What a request must say so that it is judged by who asks and not by its form."""
NO_SCHOOL_DATA = frozenset({"static", "bootstrap.static", "assets.asset", "health.healthz", "health.metrics"})


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end."""

    status: int
    location: str
    text: str


@dataclass(frozen=True)
class Stage:
    """The application with objects of school A, and what each role brings along."""

    context: Context
    values: dict[str, object]
    cookies: dict[str, str]
    form_tokens: dict[str, str]
    api_tokens: dict[str, str]
    restore: Callable[[], None]
    """Puts back what a request may have used up."""

    @property
    def app(self) -> Flask:
        """The application, on these parts whatever another test has set it on."""
        return application_on(self.context)

    def ask(self, role: str, rule: Rule, method: str) -> Answer:
        """Send the least that reaches the route's own checks."""
        browser = self.app.test_client()
        browser.set_cookie("kyduyet", self.cookies[role])
        with browser.open(self._path(rule), method=method, **self._brought(role, rule, method)) as response:
            text = response.get_data(as_text=True) if response.mimetype in TEXTS else ""
            answer = Answer(response.status_code, response.location or "", text)
        if method != "GET" and answer.status < REFUSALS:
            self.restore()
        return answer

    def _path(self, rule: Rule) -> str:
        values = {name: self.values[name] for name in rule.arguments}
        return str(self.app.url_map.bind("localhost").build(rule.endpoint, values))

    def _brought(self, role: str, rule: Rule, method: str) -> dict[str, Any]:
        """Headers and body: of the pages a form with its token, of the API a bearer token and JSON."""
        fields = {name: self.values[name] for name in FIELDS.get(rule.endpoint, ())}
        if not rule.endpoint.startswith("api."):
            return {"data": {"csrf_token": self.form_tokens[role], **fields}} if method == "POST" else {}
        headers = {"Authorization": f"Bearer {self.api_tokens[role]}"} if role != STRANGER else {}
        if rule.endpoint == "api.create_record":
            return {"headers": headers, "data": {**fields, "file": (io.BytesIO(b"no PDF"), "x.pdf")}}
        return {"headers": headers, "json": fields} if method == "POST" else {"headers": headers}


@pytest.fixture(scope="module")
def stage(module_context: Context, planted_cast: dict[str, object], pdf: Callable[..., bytes]) -> Stage:
    """Set the stage: a waiting and a signed record, an account, a delegation, a folder, what is stuck."""
    context, cast = module_context, Cast(**planted_cast)
    app = application_on(context)
    cookies, form_tokens = {}, {}
    for role in EVERYBODY:
        browser = app.test_client() if role == STRANGER else signed_in(app, getattr(cast, role).email)
        cookies[role], form_tokens[role] = _cookie_and_token(browser)
    waiting = hand_in(context, cast.teacher, pdf("đang chờ"), title=f"{MARK} đang chờ").record
    signed = hand_in(context, cast.teacher, pdf("đã ký"), title=f"{MARK} đã ký").record
    decide(context, cast.head, signed, Action.APPROVE)
    decide(context, cast.principal, signed, Action.SIGN_OFF)
    with context.database.transaction() as session:
        users = {role: session.get_one(User, getattr(cast, role).user_id) for role in PEOPLE}
        api_tokens = {role: give_token(session, user)[0] for role, user in users.items()}
        term = Term(today(), today())
        lent = delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "KT.", term, MARK))
        unit = {"school_id": waiting.school_id, "department_id": waiting.department_id}
        folder = Folder(**unit, key=f"2026-2027/{MARK}", name=MARK, path=MARK)
        session.add(folder)
        session.flush()
        share, finding = _shared(session, folder)
        drift, move = _meddled_with_and_moving(session, folder.school_id)
        locked, window, correction = _locked_and_corrected(session, cast, waiting)
        handover, permission = _handed_over_and_permitted(session, cast, waiting)
        paper = DelegationPaper(delegation_id=lent.id, blob=f"delegations/{MARK}", sha256="0" * 64, size=4)
        asked = AccountRequest(
            school_id=waiting.school_id,
            user_id=cast.teacher5.user_id,
            kind=RequestKind.PLACES,
            change={"add": [f"head:{waiting.department_id}"]},
            asked_by_id=cast.records_admin.user_id,
            expires_at=now() + timedelta(days=1),
            first_half=MARK,
        )
        session.add_all([paper, asked])
        session.flush()
        context.staging.keep(paper.blob, io.BytesIO(b"%PDF"))
        values = {
            "record_id": waiting.id,
            "code": signed.code,
            "user_id": cast.teacher5.user_id,
            "person_id": cast.teacher.user_id,
            "delegation_id": lent.id,
            "paper_id": paper.id,
            "folder_id": folder.id,
            "share_id": share.id,
            "handover_id": handover.id,
            "request_id": asked.id,
            "invitation_id": _invited(session, cast).id,
            "permission_id": permission.id,
            "decision": "cho-phep",
            "session_id": SESSION,
            "token_id": TOKEN,
            "lock_id": locked.id,
            "window_id": window.id,
            "correction_id": correction.id,
            "plan_id": _planned(session, waiting.school_id, waiting.owner_id).id,
            "which": "cu",
            "record": str(waiting.id),
            "reason": "Đã xong",
            "what": "dong-y",
            "finding_id": finding.id,
            "drift_id": drift.id,
            "move_id": move.id,
            "school_id": folder.school_id,
            "stuck_id": STUCK,
            "letter_id": LETTER,
            "listed": "lop-hoc",
            "school_code": "truong-a",
            **_taught(session, folder.school_id),
            "holiday_id": PLANNED,
            "rule_id": PLANNED,
            "exception_id": PLANNED,
            "type_code": "SDB",
            "own_code": _own_type(session, folder.school_id).code,
            "switch": "bat",
            "provider": "google",
            "rendition": "uploaded",
            "number": 1,
            "page_number": 1,
            "action": "approve",
            "turn": 999,
            "sha256": "0" * 64,
            "record_type": "KHBD",
            "period": "2026-2027/W01",
            "role": "principal",
            "to": str(cast.vice_principal.user_id),
            "capacity": "KT.",
            "first": today().isoformat(),
            "last": today().isoformat(),
        }

    def restore() -> None:
        with context.database.transaction() as session:
            session.execute(delete(StuckJob))
            session.execute(update(Delegation).values(revoked_at=None))
            _sign_everybody_in(session, waiting.owner_id)
            _plan_the_year(session, waiting.school_id, waiting.owner_id)
            about = {"subject": str(signed.id), "arguments": {"record_id": str(signed.id)}}
            step = {"task": "seal", "code": "internal_error", "attempts": 1, **about}
            session.execute(insert(StuckJob).values(id=STUCK, school_id=waiting.school_id, **step))
            letter = {**step, "task": "mail_about_share", "arguments": {}}
            session.execute(insert(StuckJob).values(id=LETTER, school_id=waiting.school_id, **letter))

    restore()
    return Stage(context, values, cookies, form_tokens, api_tokens, restore)


def _sign_everybody_in(session: Session, owner_id: uuid.UUID) -> None:
    """Have nobody's session ended, and the teacher keep another one and a token for a program."""
    session.execute(update(BrowserSession).values(ended_at=None))
    seen = {"browser": MARK, "network": "IPv4", "created_at": now(), "last_seen_at": now(), "ended_at": None}
    session.merge(BrowserSession(id=SESSION, digest=b"s" * 32, user_id=owner_id, **seen))
    session.merge(
        Token(digest=b"t" * 32, id=TOKEN, user_id=owner_id, name=MARK, expires_at=now() + timedelta(1))
    )


def _taught(session: Session, school_id: int) -> dict[str, object]:
    """Return ids of a duty with its class and subject, a department, and a campus that is added for it."""
    taught = select(Assignment).where(Assignment.school_id == school_id, Assignment.duty == "subject")
    duty = session.scalars(taught.order_by(Assignment.id).limit(1)).one()
    campus = Campus(school_id=school_id, code="C1", name="Điểm trường mẫu", kind="satellite")
    session.add(campus)
    session.flush()
    return {
        "assignment_id": duty.id,
        "class_id": duty.class_id,
        "subject_id": duty.subject_id,
        "campus_id": campus.id,
        "department_id": departments_of(session, school_id)[0].id,
    }


def _own_type(session: Session, school_id: int) -> RecordType:
    """Have the school keep a type of its own."""
    own = RecordType(
        school_id=school_id,
        code="RIENG",
        name=MARK,
        short_name=MARK,
        tier="C",
        owner_kind="school",
        submitter="office",
        period_kind="year",
        sensitive=False,
        position=9001,
    )
    session.add(own)
    return own


def _plan_the_year(session: Session, school_id: int, owner_id: uuid.UUID) -> None:
    """Have the school keep a holiday, a deadline rule of its own, and an exception for the teacher."""
    for table in (Holiday, DeadlineRule, DeadlineException):
        session.execute(delete(table).where(table.id == PLANNED))
    day = {"starts_on": date(2026, 10, 5), "ends_on": date(2026, 10, 5)}
    session.execute(
        insert(Holiday).values(id=PLANNED, school_id=school_id, year="2026-2027", name=MARK, **day)
    )
    rule = {"period_kind": "week", "anchor": "begin", "days": -1, "at": time(17)}
    session.execute(insert(DeadlineRule).values(id=PLANNED, school_id=school_id, **rule))
    who = {"user_id": owner_id, "granted_by_id": owner_id, "period": "2026-2027/W01", "reason": MARK}
    session.execute(insert(DeadlineException).values(id=PLANNED, school_id=school_id, **who))


def _planned(session: Session, school_id: int, owner_id: uuid.UUID) -> Curriculum:
    """Have the school keep a curriculum plan of an earlier year."""
    subject = session.scalars(select(Subject.id).where(Subject.school_id == school_id)).first()
    what = {"year": "2020-2021", "subject_id": subject, "grade": 1, "imported_by_id": owner_id}
    plan = Curriculum(school_id=school_id, **what)
    session.add(plan)
    session.flush()
    session.add(Lesson(curriculum_id=plan.id, number=1, week=1, title=MARK, first_period=1, periods=1))
    return plan


def _invited(session: Session, cast: Cast) -> Invitation:
    """Have school A invite one of its teachers: of another school it would learn who that is."""
    (school_id,) = cast.records_admin.own_schools()
    invitation = Invitation(
        school_id=school_id,
        email=cast.teacher2.email,
        places=["teacher:"],
        asked_by_id=cast.records_admin.user_id,
        expires_at=now() + timedelta(days=1),
    )
    session.add(invitation)
    session.flush()
    return invitation


def _shared(session: Session, folder: Folder) -> tuple[Share, ShareFinding]:
    """Have an office ask for a folder, and somebody open it to everyone."""
    share = Share(
        school_id=folder.school_id,
        office_id=session.scalars(select(Office.id).where(Office.code == "so")).one(),
        folder_id=folder.id,
        email="nguoi-xem@truong-a.example",
        state=ShareState.REQUESTED,
        until=now() + timedelta(days=30),
    )
    finding = ShareFinding(
        school_id=folder.school_id,
        path=MARK,
        kind=FindingKind.PUBLIC,
        email="",
        role="reader",
        grant_id="anyone",
        closable=True,
    )
    session.add_all([share, finding])
    session.flush()
    return share, finding


def _handed_over_and_permitted(
    session: Session, cast: Cast, record: Record
) -> tuple[Handover, LaptopPermission]:
    """Have a teacher hand a record over to another, and ask for a permission."""
    handover = Handover(
        school_id=record.school_id,
        year="2026-2027",
        from_user_id=cast.teacher.user_id,
        to_user_id=cast.teacher2.user_id,
        reason=MARK,
        takes_effect_on=today(),
        leaves=False,
        prepared_by_id=cast.clerk.user_id,
        done_at=now(),
    )
    permission = LaptopPermission(
        school_id=record.school_id,
        year="2026-2027",
        user_id=cast.teacher.user_id,
        state="requested",
        remark=MARK,
    )
    session.add_all([handover, permission])
    session.flush()
    session.add(HandoverItem(handover_id=handover.id, record_id=record.id, title=MARK))
    return handover, permission


def _locked_and_corrected(
    session: Session, cast: Cast, record: Record
) -> tuple[Lock, OfficeWindow, Correction]:
    """Close a period, have an office open all, and ask for the correction of a record."""
    office = session.scalars(select(Office.id).where(Office.code == "phong")).one()
    locked = Lock(
        school_id=record.school_id,
        record_type_code="SCN",
        period="2025-2026",
        reason=MARK,
        locked_by_id=cast.principal.user_id,
        role="principal",
    )
    window = OfficeWindow(
        office_id=office,
        year="2025-2026",
        kind="close",
        days=10,
        reason="Theo lịch chung",
        set_by_id=cast.officer.user_id,
    )
    correction = Correction(
        school_id=record.school_id,
        record_id=record.id,
        state=CorrectionState.REQUESTED,
        reason=MARK,
        requested_by_id=cast.teacher.user_id,
        old_turn=1,
        old_version=1,
        old_sha256=record.sha256,
    )
    session.add_all([locked, window, correction])
    session.flush()
    return locked, window, correction


def _meddled_with_and_moving(session: Session, school_id: int) -> tuple[Finding, StoreMove]:
    """Have somebody change a file in the store, and the school begin to move to another."""
    target = StoreAccount(
        school_id=school_id,
        provider=Provider.LOCAL,
        part=Part.NEXT,
        state=StoreState.CONNECTED,
        account=MARK,
        settings={},
        secrets=b"",
    )
    drift = Finding(school_id=school_id, kind=Kind.EDITED, path=MARK, is_folder=False, standing=Standing.OPEN)
    session.add_all([target, drift])
    session.flush()
    move = StoreMove(school_id=school_id, to_store_id=target.id, stage="copying")
    session.add(move)
    session.flush()
    return drift, move


def test_every_route_is_in_the_table(stage: Stage) -> None:
    routes = {rule.endpoint for rule in stage.app.url_map.iter_rules()}

    assert routes - NO_SCHOOL_DATA == set(TABLE)


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_every_role_gets_what_the_table_says_and_school_b_nothing_of_a(stage: Stage, endpoint: str) -> None:
    access, wrong = TABLE[endpoint], []
    for rule, method in _requests(stage.app, endpoint):
        for role in sorted(EVERYBODY, key=lambda each: (each in access.through, each)):
            answer, due = stage.ask(role, rule, method), _due(access, role)
            if _verdict(answer) != due:
                wrong.append(f"{role}: {method} should be {due}, is {_verdict(answer)}")
            if role in IN_B | {STRANGER} and _tells_of_a(answer):
                wrong.append(f"{role}: {method} tells of school A")
    assert not wrong, "\n".join(wrong)


def _requests(app: Flask, endpoint: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules(endpoint):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _due(access: Access, role: str) -> str:
    if role in access.through:
        return "through"
    if role == STRANGER:
        return "sent to sign in"
    return "hidden" if role in access.hidden else "refused"


def _verdict(answer: Answer) -> str:
    if answer.status == 401 or answer.location.partition("?")[0] == "/dang-nhap":
        return "sent to sign in"
    known = {403: "refused", 404: "hidden", 405: "without this method", 500: "broken"}
    return known.get(answer.status, "through")


def _tells_of_a(answer: Answer) -> bool:
    return MARK in answer.text or "truong-a.example" in answer.text


def _cookie_and_token(browser: FlaskClient) -> tuple[str, str]:
    token = token_of(browser.get("/kiem-tra"))
    cookie = browser.get_cookie("kyduyet")
    assert cookie
    return cookie.value, token
