// Each rule with a migration that breaks it and one that does the same safely. What stands before them is there already when they come.

using Galley.Cli.Linting;

namespace Galley.LintTests;

/// <summary>A rule, what breaks it, and the safe way: one or more migrations.</summary>
internal sealed record Case(string Rule, string Bad, params string[] Safe)
{
    /// <summary>What the schema is before, on PostgreSQL.</summary>
    public const string Before =
        "CREATE TABLE dishes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, price bigint, vat text);" +
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, dish bigint, placed_at timestamptz);" +
        "CREATE INDEX orders_dish ON orders (dish);" +
        "CREATE MATERIALIZED VIEW sums AS SELECT dish, count(*) AS n FROM orders GROUP BY dish;" +
        "CREATE UNIQUE INDEX sums_dish ON sums (dish);" +
        "INSERT INTO dishes (name, price) SELECT 'dish ' || n, n FROM generate_series(1, 100) n;" +
        "INSERT INTO orders (dish) SELECT id FROM dishes";

    private const string Alone = "-- galley: no-transaction\n";
    private const string Contract = "-- galley: phase: contract\n";

    public static IReadOnlyList<Case> All { get; } =
    [
        new("not-null-without-default", "ALTER TABLE dishes ADD COLUMN course text NOT NULL", "ALTER TABLE dishes ADD COLUMN course text NOT NULL DEFAULT 'main'"),
        new("rewriting-column", "ALTER TABLE dishes ADD COLUMN token uuid DEFAULT gen_random_uuid()",
            "ALTER TABLE dishes ADD COLUMN token uuid; ALTER TABLE dishes ALTER COLUMN token SET DEFAULT gen_random_uuid()"),
        new("change-type", "ALTER TABLE dishes ALTER COLUMN price TYPE numeric", "ALTER TABLE dishes ADD COLUMN price_2 numeric"),
        new("rename-column", "ALTER TABLE dishes RENAME COLUMN price TO cents", "ALTER TABLE dishes ADD COLUMN cents bigint"),
        new("rename-table", "ALTER TABLE dishes RENAME TO meals", "CREATE VIEW meals AS SELECT * FROM dishes"),
        new("drop-column", "ALTER TABLE dishes DROP COLUMN vat", Contract + "ALTER TABLE dishes DROP COLUMN vat"),
        new("drop-table", "DROP TABLE IF EXISTS orders", Contract + "DROP MATERIALIZED VIEW sums; DROP TABLE orders"),
        new("expand-in-contract", Contract + "ALTER TABLE dishes ADD COLUMN course text", "ALTER TABLE dishes ADD COLUMN course text"),
        new("index-blocks", "CREATE UNIQUE INDEX dishes_name ON public.dishes USING btree (name)", Alone + "CREATE UNIQUE INDEX CONCURRENTLY dishes_name ON dishes (name)"),
        new("index-drop-blocks", "DROP INDEX orders_dish", Alone + "DROP INDEX CONCURRENTLY orders_dish"),
        new("concurrently-in-transaction", "CREATE INDEX CONCURRENTLY orders_time ON orders (placed_at)", Alone + "CREATE INDEX CONCURRENTLY orders_time ON orders (placed_at)"),
        new("constraint-checks-rows", "ALTER TABLE orders ADD CONSTRAINT orders_dish_fk FOREIGN KEY (dish) REFERENCES dishes (id)",
            "ALTER TABLE orders ADD CONSTRAINT orders_dish_fk FOREIGN KEY (dish) REFERENCES dishes (id) NOT VALID", "ALTER TABLE orders VALIDATE CONSTRAINT orders_dish_fk"),
        new("constraint-checks-rows", "ALTER TABLE dishes ADD CHECK (price >= 0)",
            "ALTER TABLE dishes ADD CONSTRAINT price_positive CHECK (price >= 0) NOT VALID", "ALTER TABLE dishes VALIDATE CONSTRAINT price_positive"),
        new("constraint-checks-rows", "ALTER TABLE dishes ADD COLUMN stock bigint CHECK (stock >= 0)",
            "ALTER TABLE dishes ADD COLUMN stock bigint; ALTER TABLE dishes ADD CONSTRAINT in_stock CHECK (stock >= 0) NOT VALID", "ALTER TABLE dishes VALIDATE CONSTRAINT in_stock"),
        new("validate-at-once", "ALTER TABLE dishes ADD CONSTRAINT p CHECK (price >= 0) NOT VALID; ALTER TABLE dishes VALIDATE CONSTRAINT p",
            "ALTER TABLE dishes ADD CONSTRAINT p CHECK (price >= 0) NOT VALID", "ALTER TABLE dishes VALIDATE CONSTRAINT p"),
        new("unique-blocks", "ALTER TABLE dishes ADD CONSTRAINT one_name UNIQUE (name)",
            Alone + "CREATE UNIQUE INDEX CONCURRENTLY one_name ON dishes (name)", "ALTER TABLE dishes ADD CONSTRAINT one_name UNIQUE USING INDEX one_name"),
        new("exclusion-blocks", "ALTER TABLE dishes ADD EXCLUDE USING btree (name WITH =)",
            "-- galley: allow exclusion-blocks: the restaurant is closed\nALTER TABLE dishes ADD EXCLUDE USING btree (name WITH =)"),
        new("set-not-null", "ALTER TABLE orders ALTER dish SET NOT NULL",
            "ALTER TABLE orders ADD CONSTRAINT has_dish CHECK (dish IS NOT NULL) NOT VALID", "ALTER TABLE orders VALIDATE CONSTRAINT has_dish",
            "ALTER TABLE orders ALTER COLUMN dish SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT has_dish"),
        new("backfill-here", "UPDATE dishes SET vat = 'full'", "-- galley: phase: backfill\nUPDATE dishes SET vat = 'full' WHERE id IN (SELECT id FROM dishes WHERE vat IS NULL LIMIT 1000)"),
        new("truncate", "TRUNCATE orders", "-- galley: phase: backfill\nDELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 1000)"),
        new("cascade", Contract + "DROP TABLE orders CASCADE", Contract + "DROP MATERIALIZED VIEW sums; DROP TABLE orders"),
        new("blocks-table", "REFRESH MATERIALIZED VIEW sums", "REFRESH MATERIALIZED VIEW CONCURRENTLY sums"),
        new("blocks-table", "REINDEX TABLE orders", Alone + "REINDEX TABLE CONCURRENTLY orders"),
        new("blocks-table", Alone + "VACUUM (FULL, VERBOSE) orders", Alone + "VACUUM orders"),
        new("blocks-table", "LOCK TABLE dishes IN EXCLUSIVE MODE", "SELECT count(*) FROM dishes"),
        new("transaction-control", "COMMIT", "SELECT 1"),
        new("drop-database", "DROP DATABASE IF EXISTS elsewhere", "SELECT 1"),
        new("narrow-key", "CREATE TABLE guests (id int PRIMARY KEY)", "CREATE TABLE guests (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"),
        new("narrow-key", "CREATE TABLE guests (id smallint, PRIMARY KEY (id))", "CREATE TABLE guests (id uuid, PRIMARY KEY (id))"),
        new("serial", "CREATE TABLE guests (id bigserial PRIMARY KEY)", "CREATE TABLE guests (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)"),
        new("json-type", "CREATE TABLE guests (id uuid PRIMARY KEY, wishes json)", "CREATE TABLE guests (id uuid PRIMARY KEY, wishes jsonb)"),
        new("timestamp-type", "ALTER TABLE dishes ADD COLUMN at timestamp(3) without time zone", "ALTER TABLE dishes ADD COLUMN at timestamp(3) with time zone"),
        new("length-type", "ALTER TABLE dishes ADD COLUMN code character varying(8)", "ALTER TABLE dishes ADD COLUMN code text"),
    ];

    /// <summary>What the linter says of migrations on PostgreSQL, in order, after what was there before.</summary>
    public static List<Finding> Lint(params IEnumerable<string> migrations) =>
        Linter.Check(migrations.Select(static (text, i) => new LintFile($"{i + 2:0000}_next.sql", text)), Engines.Postgres);
}
