CREATE TABLE users (
    id         TEXT PRIMARY KEY,                       -- UUID, made by the program
    email      TEXT NOT NULL,
    name       TEXT,
    created_at TEXT NOT NULL                           -- UTC, so text order is time order
) STRICT;

-- Ada@example.com and ada@example.com are one person.
CREATE UNIQUE INDEX users_email ON users (lower(email));
