"""Words are found by school: each is kept with its school's number before it, without places or repeats.

The table is written anew rather than updated, which would leave twice its size behind. Nobody writes to it
meanwhile: for an upgrade the product is stopped, and the code before this one asks for other words.
"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_ANEW = """
CREATE TABLE search_entries_anew AS
SELECT e.record_id, array_to_tsvector(ARRAY(
    SELECT {word} FROM unnest(tsvector_to_array(e.words)) AS word
)) AS words
FROM search_entries e JOIN records r ON r.id = e.record_id
ORDER BY r.created_at;
DROP TABLE search_entries;
ALTER TABLE search_entries_anew RENAME TO search_entries;
ALTER TABLE search_entries ALTER COLUMN record_id SET NOT NULL, ALTER COLUMN words SET NOT NULL,
    ADD CONSTRAINT pk_search_entries PRIMARY KEY (record_id),
    ADD CONSTRAINT fk_search_entries_record_id FOREIGN KEY (record_id) REFERENCES records (id);
CREATE INDEX ix_search_entries_words ON search_entries USING gin (words);
ANALYZE search_entries
"""


def upgrade() -> None:
    op.execute(_ANEW.format(word="r.school_id || '/' || left(word, 60)"))


def downgrade() -> None:
    op.execute(_ANEW.format(word="split_part(word, '/', 2)"))
