"""The catalog's tables in SQL, and what makes those of an earlier program the same."""

# Marks a file as ours ("ragv"), so that another program's database is not taken for a catalog.
APPLICATION_ID = 0x72616776
SCHEMA_VERSION = 4
SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,              -- the article's
    current INTEGER NOT NULL,      -- 1 for the version that is searched, else 0
    retired INTEGER,               -- when that was noticed to have ended, in Unix seconds
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    author TEXT NOT NULL,
    published INTEGER,             -- proleptic Gregorian ordinal of the day
    url TEXT NOT NULL,
    path TEXT NOT NULL,
    digest TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL,
    body TEXT NOT NULL             -- spans, as [[start, end], ...]
);
CREATE UNIQUE INDEX IF NOT EXISTS current_versions ON versions (id) WHERE current;
CREATE INDEX IF NOT EXISTS versions_by_digest ON versions (id, digest);
CREATE TABLE IF NOT EXISTS passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES versions (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    sentences TEXT NOT NULL,       -- spans, as [[start, end], ...]
    generation INTEGER NOT NULL DEFAULT 0  -- see rag/generations.py
);
CREATE INDEX IF NOT EXISTS passages_by_version ON passages (version);
CREATE INDEX IF NOT EXISTS passages_by_generation ON passages (generation);
CREATE TABLE IF NOT EXISTS places (
    article TEXT PRIMARY KEY,      -- its id
    name TEXT NOT NULL,            -- the id that is derived from where it stands
    path TEXT NOT NULL             -- absolute
) WITHOUT ROWID;
"""

# By schema: the statements that make a catalog one of the next. A store of each is kept in
# tests/data/stores/.
UPGRADES = {
    1: ("ALTER TABLE versions ADD COLUMN language TEXT NOT NULL DEFAULT ''",),
    2: (
        "ALTER TABLE versions ADD COLUMN retired INTEGER",
        "CREATE TABLE places (article TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL) "
        "WITHOUT ROWID",
    ),
    3: (
        "ALTER TABLE passages ADD COLUMN generation INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX passages_by_generation ON passages (generation)",
    ),
}
