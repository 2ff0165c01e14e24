"""One way to show that something was refused or went wrong: a page, or a problem document (RFC 9457)."""

import errno
import logging

import msgspec
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.bodies import MEGABYTE, FormTooLarge, UnreadableForm, body_here, discard_rest
from app.db import took_too_long
from app.errors import InvalidRequest, NotFound, Refused, ServiceUnavailable, TooLarge
from app.page import context, sentences
from app.pdf.sandbox import SandboxUnavailable
from app.people.own_paths import page_of_the_form
from app.staging.store import BytesMissing
from app.text import N_

log = logging.getLogger(__name__)

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}
_OF_A_FORM = frozenset({400, 401, 403, 404, 409, 422})
_NEVER_SHOWN = frozenset({"password", "current", "new", "again", "draft", "sealed"})


class FormExpired(Refused):
    """The form was not made for this browser session, or too long ago."""

    code, status = "form_expired", 400
    detail = N_("Biểu mẫu này đã hết hạn.")
    hint = N_("Quay lại trang trước, tải lại rồi gửi lại.")


class WrongMethod(Refused):
    """The address exists but does not take this method."""

    code, status = "method_not_allowed", 405
    detail = N_("Địa chỉ này không nhận thao tác đó.")
    hint = N_("Quay lại trang trước và dùng nút trên trang.")


class Unexpected(Refused):
    """Something failed that should not have; nothing of the request was recorded."""

    code, status = "internal_error", 500
    detail = N_("Hệ thống gặp lỗi ngoài dự kiến; yêu cầu này chưa được ghi nhận.")
    hint = N_("Thử lại sau ít phút. Nếu vẫn lỗi, báo ban quản trị kèm thời điểm xảy ra.")


class ContentMissing(Refused):
    """A record's bytes, which were accepted once, are not where they are kept."""

    code, status = "content_missing", 503
    detail = N_("Nội dung của tệp này không còn ở nơi lưu trữ của hệ thống.")
    hint = N_("Báo ban quản trị khôi phục từ bản sao lưu; hồ sơ và các quyết định về hồ sơ vẫn còn.")


class TookTooLong(Refused):
    """The database took longer than a page may; nothing of the request was recorded."""

    code, status = "took_too_long", 503
    detail = N_("Việc này mất quá nhiều thời gian nên hệ thống đã dừng lại; yêu cầu này chưa được ghi nhận.")
    hint = N_("Thu hẹp phạm vi: chọn một kỳ, một loại hồ sơ hay thêm từ để tìm, rồi thử lại sau ít phút.")


def register_failures(app: Flask) -> None:
    """Make every exception of the application end in a sentence for the reader."""
    app.register_error_handler(Refused, show)
    app.register_error_handler(CSRFError, lambda _error: show(FormExpired()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _unavailable)
    app.register_error_handler(SandboxUnavailable, _unavailable)
    app.register_error_handler(BytesMissing, _bytes_missing)
    # What the server finds wrong with a body it finds while we read it.
    app.register_error_handler(ParseException, lambda _error: show(UnreadableForm()))
    app.register_error_handler(OSError, _system)
    app.register_error_handler(Exception, _unexpected)


def show(refusal: Refused) -> Response:
    """Answer with the refusal as JSON under `/api/` and as a page elsewhere."""
    discard_rest()
    detail, hint = sentences(refusal)
    response = _problem(refusal, detail, hint) if _is_for_programs() else _page(refusal, detail, hint)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _is_for_programs() -> bool:
    """Tell whether the request is the API's, whose callers read JSON."""
    return request.path.startswith("/api/")


def _page(refusal: Refused, detail: str, hint: str) -> Response:
    page = render_template(
        "errors/refused.html",
        refusal=refusal,
        detail=detail,
        hint=hint,
        typed=_typed(refusal),
        back=page_of_the_form(),
    )
    return make_response(page, refusal.status)


def _typed(refusal: Refused) -> list[str]:
    """Return the sentences of a form that was refused as a whole, so that nobody has to write them anew."""
    if refusal.status not in _OF_A_FORM or request.method != "POST":
        return []
    try:
        form = request.form
    except (HTTPException, UnreadableForm):
        return []
    return [value for name, value in form.items() if name not in _NEVER_SHOWN and _is_worth_keeping(value)]


def _is_worth_keeping(value: str) -> bool:
    """Tell whether a value is of several words, as only people write them."""
    return " " in value.strip()


def _problem(refusal: Refused, detail: str, hint: str) -> Response:
    problem = {
        "type": f"{context().settings.base_url}/loi/{refusal.code}",
        "title": refusal.code.replace("_", " "),
        "status": refusal.status,
        "code": refusal.code,
        "detail": detail,
        "hint": hint,
    }
    response = Response(msgspec.json.encode(problem), refusal.status, mimetype="application/problem+json")
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return make_response(error.get_response())
    known = {404: NotFound(), 405: WrongMethod(), 413: _too_large()}
    response = show(known.get(error.code or 500, InvalidRequest(fields=error.name)))
    if error.code == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return response


def _too_large() -> Refused:
    body = body_here()
    if body.files:
        return TooLarge(limit_mb=context().settings.max_upload_mb)
    return TooLarge(limit_mb=body.limit // MEGABYTE) if _is_for_programs() else FormTooLarge()


def _database(error: DBAPIError) -> Response:
    if took_too_long(error):
        log.warning("a statement took too long endpoint=%s", request.endpoint)
        return show(TookTooLong())
    if error.connection_invalidated or type(error).__name__ == "OperationalError":
        return _unavailable(error)
    if isinstance(error, DataError):
        # A value that no route has refused: ours to mend, and the caller's to know.
        log.error("a value that the database cannot hold", exc_info=error)
        return show(InvalidRequest(fields=gettext("giá trị")))
    return _unexpected(error)


def _bytes_missing(error: BytesMissing) -> Response:
    log.error("accepted bytes are missing key=%s", error)
    return show(ContentMissing())


def _system(error: OSError) -> Response:
    if error.errno in _NO_ROOM or isinstance(error, ConnectionError):
        return _unavailable(error)
    return _unexpected(error)


def _unavailable(error: Exception) -> Response:
    log.error("unavailable: %s", type(error).__name__)
    return show(ServiceUnavailable())


def _unexpected(error: Exception) -> Response:
    log.error("unexpected failure", exc_info=error)
    return show(Unexpected())
