-- The tables of the SQLite works.
PRAGMA journal_mode = WAL;
CREATE TABLE world (id INTEGER PRIMARY KEY, randomnumber INTEGER NOT NULL);
WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 10000)
INSERT INTO world SELECT i, abs(random()) % 10000 + 1 FROM numbers;
CREATE TABLE entry (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, text TEXT NOT NULL);
