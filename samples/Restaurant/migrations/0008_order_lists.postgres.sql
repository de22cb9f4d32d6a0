-- galley: no-transaction
-- A page of orders is found where it begins, whatever clients sort by (OrderRows.cs). By number it is the primary key. Orders are taken meanwhile.
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_at, id);
CREATE INDEX CONCURRENTLY orders_total ON orders (total, id);
CREATE INDEX CONCURRENTLY visits_table ON visits (table_number);
