CREATE TABLE dishes (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    price       INTEGER NOT NULL CHECK (price BETWEEN 1 AND 200000),   -- cents; the bound keeps every total of an order below 2^31
    is_sold_out INTEGER NOT NULL DEFAULT 0 CHECK (is_sold_out IN (0, 1))
) STRICT;
