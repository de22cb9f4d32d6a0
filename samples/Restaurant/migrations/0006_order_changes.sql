-- Every change of an order has a number, so that a kitchen display that was away learns what it missed and nothing else.
CREATE TABLE order_changes (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,       -- never used twice, whatever is deleted
    order_id INTEGER NOT NULL REFERENCES orders (id)
) STRICT;

INSERT INTO order_changes (order_id) SELECT id FROM orders ORDER BY changed_at;
