CREATE TABLE orders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    visit_id   bigint NOT NULL REFERENCES visits (id),
    state      text NOT NULL CHECK (state IN ('Placed', 'Cooking', 'Ready', 'Served', 'Cancelled')),
    total      bigint NOT NULL,                        -- cents
    placed_at  timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE INDEX orders_visit ON orders (visit_id);
CREATE INDEX orders_state ON orders (state);

CREATE TABLE order_lines (
    order_id bigint NOT NULL REFERENCES orders (id),
    line     integer NOT NULL,
    dish_id  integer NOT NULL REFERENCES dishes (id),
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    price    integer NOT NULL,                         -- cents for one, as it was when the order was placed
    note     text,
    PRIMARY KEY (order_id, line)
);
