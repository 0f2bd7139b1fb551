"""The tables of the log of labels, and how a file of an earlier version becomes one of this."""

from contrast_engine.store.database import Migration

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL,
    label TEXT, undoes INTEGER UNIQUE, body TEXT, token TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS said (
    image TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (image, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS said_seq ON said (seq);
CREATE INDEX IF NOT EXISTS events_who ON events (who, kind, seq);
"""

# Version 1 kept all of these in `body`: of the labels as {"unsure": true, "again": true}, either
# of which may be missing, of names as a document. `body` stays as it was written. A
# program of before that has the file open while it is migrated goes on writing it: a trigger then
# fills the columns.
_OF_BODY = {
    "is_unsure": """coalesce(kind = 'say' AND body LIKE '{"unsure"%', 0)""",
    "is_redo": """coalesce(kind = 'say' AND body LIKE '%"again": true}', 0)""",
    "clustering": "CASE WHEN kind = 'name' THEN json_extract(body, '$.clustering') END",
    "cluster": "CASE WHEN kind = 'name' THEN json_extract(body, '$.cluster') END",
    "name": "CASE WHEN kind = 'name' THEN json_extract(body, '$.name') END",
    "undoes_name": "CASE WHEN kind = 'name' THEN json_extract(body, '$.undoes') END",
}

_COLUMNS = Migration(
    change=f"""
ALTER TABLE events ADD COLUMN is_unsure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN is_redo INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN clustering TEXT;
ALTER TABLE events ADD COLUMN cluster INTEGER;
ALTER TABLE events ADD COLUMN name TEXT;
ALTER TABLE events ADD COLUMN undoes_name INTEGER;
UPDATE events SET {", ".join(f"{name} = {value}" for name, value in _OF_BODY.items())}
    WHERE body IS NOT NULL AND kind IN ('say', 'name');
CREATE INDEX events_clustering ON events (clustering, cluster, seq) WHERE kind = 'name';
CREATE TRIGGER events_of_body AFTER INSERT ON events
    WHEN NEW.body IS NOT NULL AND NEW.kind IN ('say', 'name')
    BEGIN
        UPDATE events SET {", ".join(f"{name} = {value}" for name, value in _OF_BODY.items())}
            WHERE seq = NEW.seq;
    END;
""",
    view=f"""
CREATE TEMP VIEW events AS SELECT seq, kind, who, at, why, label, undoes, body, token,
    {", ".join(f"{value} AS {name}" for name, value in _OF_BODY.items())} FROM main.events
""",
)

MIGRATIONS = (_COLUMNS,)
