-- Every change of an order has a number, so that a kitchen display that was away learns what it missed and nothing else.
CREATE TABLE order_changes (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id)
);

-- Numbers are given when a row is written, and seen when its transaction commits. Of two transactions the one with the higher number could commit first;
-- a display would read that, and never ask for the lower one again. So who takes a number holds this lock until the end of its transaction: the order of the
-- numbers is the order in which they are seen. The trigger runs before the first number is taken. SQLite needs none of this: it has one writer.
CREATE FUNCTION order_changes_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('order_changes'::regclass::oid::bigint);
    RETURN NULL;
END
$$;

CREATE TRIGGER order_changes_in_order BEFORE INSERT ON order_changes FOR EACH STATEMENT EXECUTE FUNCTION order_changes_in_order();

INSERT INTO order_changes (order_id) SELECT id FROM orders ORDER BY changed_at;
