-- galley: allow small-key: tables are numbered, and stand in one room
CREATE TABLE tables (
    number integer PRIMARY KEY,
    seats  integer NOT NULL CHECK (seats BETWEEN 1 AND 20)
);

-- Guests at a table, from opening it to the bill. A table is open while it has a visit that is not closed.
CREATE TABLE visits (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_number integer NOT NULL REFERENCES tables (number),
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz
);

CREATE UNIQUE INDEX visits_open ON visits (table_number) WHERE closed_at IS NULL;
