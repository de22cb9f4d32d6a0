-- A page of orders is found where it begins, whatever clients sort by (OrderRows.cs). By number it is the table itself.
CREATE INDEX orders_placed ON orders (placed_at, id);
CREATE INDEX orders_total ON orders (total, id);
CREATE INDEX visits_table ON visits (table_number);
