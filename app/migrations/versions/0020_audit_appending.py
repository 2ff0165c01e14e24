"""Entries of the audit log are added by a function that alone may write there, so that no link is forged."""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION append_audit(to_chain text, happenings jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    head audit_heads%ROWTYPE;
    moment timestamptz;
    said text;
    happening jsonb;
    digest text;
BEGIN
    SELECT * INTO head FROM audit_heads WHERE chain = to_chain FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_heads (chain, number, hash) VALUES (to_chain, 0, repeat('0', 64))
            ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM audit_heads WHERE chain = to_chain FOR UPDATE;
    END IF;
    moment := clock_timestamp();
    said := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
    FOR happening IN
        SELECT value FROM jsonb_array_elements(happenings) WITH ORDINALITY ORDER BY ordinality
    LOOP
        head.number := head.number + 1;
        digest := encode(sha256(convert_to(
            '{{"actor":' || to_json(happening ->> 'actor')::text
            || ',"at":"' || said
            || '","chain":' || to_json(to_chain)::text
            || ',"facts":' || (happening ->> 'facts')
            || ',"kind":' || to_json(happening ->> 'kind')::text
            || ',"number":' || head.number
            || ',"previous_hash":"' || head.hash
            || '","subject":' || to_json(happening ->> 'subject')::text || '}}',
            'UTF8')), 'hex');
        INSERT INTO audit_entries (chain, number, at, actor, kind, subject, facts, previous_hash, hash)
        VALUES (to_chain, head.number, moment, happening ->> 'actor', happening ->> 'kind',
                happening ->> 'subject', (happening ->> 'facts')::jsonb, head.hash, digest);
        head.hash := digest;
    END LOOP;
    UPDATE audit_heads SET number = head.number, hash = head.hash WHERE chain = to_chain;
END $$
"""
"""Takes actor, kind, subject and, as text in the one form that is hashed, facts of each happening.

Number, time, the link to the entry before and the hash are the database's own.
"""


def upgrade() -> None:
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    op.execute(_FUNCTION.format(schema=schema))
    op.execute("REVOKE EXECUTE ON FUNCTION append_audit(text, jsonb) FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION append_audit(text, jsonb)")
