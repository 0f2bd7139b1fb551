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
    {", ".join(f"{value} AS {name}" for name, value in _OF_BODY.items())},
    NULL AS withdraws, NULL AS withdraws_since FROM main.events
""",
)

# Version 2 wrote an undoing behind a withdrawal for each annotation, and taking a withdrawal back
# emptied their `undoes`: the one thing in the log that ever changed. Now a withdrawal holds for all
# that its person said since their last one that stood, and taking it back is one more event. The
# undoings of one that stands let go here, for the last time: their `token` still says what they
# undid. Those of an import that was taken back since hold for that.
_STANDS = "NOT EXISTS (SELECT 1 FROM events AS g WHERE g.undoes = {withdrawal})"
_PERSON = "CASE WHEN json_valid({row}.body) THEN json_extract({row}.body, '$.person') END"
_WITHDRAWALS = Migration(
    change=f"""
ALTER TABLE events ADD COLUMN withdraws TEXT;
ALTER TABLE events ADD COLUMN withdraws_since INTEGER;
UPDATE events SET withdraws = {_PERSON.format(row="events")} WHERE kind = 'withdraw';
UPDATE events SET withdraws_since = coalesce((
        SELECT max(p.seq) FROM events AS p WHERE p.kind = 'withdraw' AND p.seq < events.seq
        AND p.withdraws = events.withdraws
        AND NOT EXISTS (SELECT 1 FROM events AS g WHERE g.undoes = p.seq AND g.seq < events.seq)
    ), 0) WHERE kind = 'withdraw';
UPDATE events SET undoes = NULL WHERE kind = 'take back' AND undoes IS NOT NULL
    AND token >= 'withdraw:' AND token < 'withdraw;'
    AND {_STANDS.format(withdrawal="CAST(substr(events.token, 10) AS INTEGER)")}
    AND NOT EXISTS (
        SELECT 1 FROM events AS s JOIN events AS u ON u.undoes = CAST(substr(s.token, 8) AS INTEGER)
        WHERE s.seq = events.undoes AND s.token >= 'import:' AND s.token < 'import;');
CREATE INDEX events_withdraws ON events (withdraws, seq) WHERE withdraws IS NOT NULL;
""",
    view="""
CREATE TEMP VIEW events AS SELECT *, NULL AS withdraws, NULL AS withdraws_since FROM main.events
""",
)

MIGRATIONS = (_COLUMNS, _WITHDRAWALS)
