CREATE TABLE tables (
    number INTEGER PRIMARY KEY,
    seats  INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 20)
) STRICT;

-- Guests at a table, from opening it to the bill. A table is open while it has a visit that is not closed.
CREATE TABLE visits (
    id           INTEGER PRIMARY KEY,
    table_number INTEGER NOT NULL REFERENCES tables (number),
    opened_at    TEXT NOT NULL,
    closed_at    TEXT
) STRICT;

CREATE UNIQUE INDEX visits_open ON visits (table_number) WHERE closed_at IS NULL;
