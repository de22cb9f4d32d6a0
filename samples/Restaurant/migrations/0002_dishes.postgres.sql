-- galley: allow small-key: a menu has a page of dishes
CREATE TABLE dishes (
    id          integer PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    price       integer NOT NULL CHECK (price BETWEEN 1 AND 200000),   -- cents; the bound keeps every total of an order below 2^31
    is_sold_out boolean NOT NULL DEFAULT false
);
