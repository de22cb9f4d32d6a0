CREATE TABLE orders (
    id         INTEGER PRIMARY KEY,
    visit_id   INTEGER NOT NULL REFERENCES visits (id),
    state      TEXT NOT NULL CHECK (state IN ('Placed', 'Cooking', 'Ready', 'Served', 'Cancelled')),
    total      INTEGER NOT NULL,                       -- cents
    placed_at  TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE INDEX orders_visit ON orders (visit_id);
CREATE INDEX orders_state ON orders (state);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    line     INTEGER NOT NULL,
    dish_id  INTEGER NOT NULL REFERENCES dishes (id),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    price    INTEGER NOT NULL,                         -- cents for one, as it was when the order was placed
    note     TEXT,
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
