CREATE TABLE users (
    id         uuid PRIMARY KEY,                       -- made by the program
    email      text NOT NULL,
    name       text,
    created_at timestamptz NOT NULL
);

-- Ada@example.com and ada@example.com are one person.
CREATE UNIQUE INDEX users_email ON users (lower(email));
