"""The public check page: is this the file that was signed, by whom and when; open to anyone."""

import re

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.errors import InvalidRequest, NotFound
from app.page import session
from app.parameters import LONGEST_VALUE
from app.proof.blueprint import proof
from app.proof.codes import normal_code
from app.proof.queries import Proof, Verdict, code_of_file, find_proof, judge
from app.proof.sentences import ANSWERS

_SHA256 = re.compile(r"[0-9a-f]{64}")


@proof.get("/kiem-tra")
def check_page() -> ResponseReturnValue:
    """Ask for a code or a file; a code that was typed leads to its own address."""
    typed = fields.line(request.args, "code", LONGEST_VALUE)
    if not typed:
        return _page(None, "")
    code = normal_code(typed)
    if code is None:
        return _page(None, typed[:40], Verdict.UNKNOWN_CODE), 404
    return redirect(url_for("proof.code_page", code=code))


@proof.post("/kiem-tra")
def find_file() -> ResponseReturnValue:
    """Find the record of an uploaded file, for browsers that cannot hash it themselves."""
    sha256 = _uploaded_sha256()
    code = code_of_file(session(), sha256) or ""
    found = find_proof(session(), code)
    return _page(found, code, _verdict(found, sha256, Verdict.UNKNOWN_FILE))


@proof.get("/kiem-tra/<code>")
def code_page(code: str) -> ResponseReturnValue:
    """Show who signed the record with this code, and take a file to compare; 404 for an unknown code."""
    normal = normal_code(code)
    if normal and normal != code:
        return redirect(url_for("proof.code_page", code=normal))
    found = find_proof(session(), normal)
    if found is None:
        return _page(None, code, Verdict.UNKNOWN_CODE), 404
    return _page(found, code, None if found.as_logged else Verdict.MISMATCH)


@proof.post("/kiem-tra/<code>")
def compare_file(code: str) -> ResponseReturnValue:
    """Compare an uploaded file with the record; it is hashed as it arrives and not kept."""
    found = find_proof(session(), normal_code(code))
    verdict = _verdict(found, _uploaded_sha256(), Verdict.UNKNOWN_CODE)
    return _page(found, code, verdict), 200 if found else 404


@proof.get("/kiem-tra/<code>/<sha256>.json")
def compare_hash(code: str, sha256: str) -> ResponseReturnValue:
    """Compare a file that the browser has hashed with the record of a code."""
    found = find_proof(session(), normal_code(code))
    return _json(found, _verdict(found, _checked(sha256), Verdict.UNKNOWN_CODE))


@proof.get("/kiem-tra/tep/<sha256>.json")
def find_hash(sha256: str) -> ResponseReturnValue:
    """Find the record of a file that the browser has hashed."""
    found = find_proof(session(), code_of_file(session(), _checked(sha256)))
    return _json(found, _verdict(found, sha256, Verdict.UNKNOWN_FILE))


def _verdict(found: Proof | None, sha256: str, unknown: Verdict) -> Verdict:
    return unknown if found is None else judge(session(), found, sha256)


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise NotFound
    return sha256


def _uploaded_sha256() -> str:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidRequest(fields=gettext("tệp PDF"))
    sha256: str = file.stream.sha256  # type: ignore[attr-defined]  # our request spools its files
    return sha256


def _page(found: Proof | None, code: str, verdict: Verdict | None = None) -> str:
    answer = ANSWERS[verdict] if verdict else None
    return render_template("proof/check.html", proof=found, code=code, verdict=verdict, answer=answer)


def _json(found: Proof | None, verdict: Verdict) -> ResponseReturnValue:
    answer = ANSWERS[verdict]
    return jsonify(
        verdict=verdict,
        tone=answer.tone,
        detail=gettext(answer.detail),
        hint=gettext(answer.hint),
        code=found.code if found else None,
        url=url_for("proof.code_page", code=found.code) if found else None,
    )
