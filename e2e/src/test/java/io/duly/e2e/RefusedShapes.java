package io.duly.e2e;

import java.util.Map;
import java.util.stream.Stream;

/** The tables and settings of docs/overlay.md that Duly refuses. */
final class RefusedShapes {
  /** What is made in the database, the settings beside it, and what the refusal says. */
  record Refusal(String name, String sql, String text, Map<String, String> settings) {
    static Refusal of(String name, String sql, String text, String... settings) {
      return new Refusal(name, sql, text, Shape.of(name, sql, settings).settings());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private RefusedShapes() {}

  static Stream<Refusal> all() {
    return Stream.of(
        Refusal.of(
            "a view",
            "CREATE TABLE t (id bigint PRIMARY KEY, status text); CREATE VIEW orders AS SELECT * FROM t",
            "is a view: name the table behind it"),
        Refusal.of(
            "a materialized view",
            "CREATE MATERIALIZED VIEW orders AS SELECT 1::bigint AS id, 'PENDING'::text AS status",
            "is a materialized view"),
        Refusal.of(
            "a foreign table",
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE orders (id bigint, status text) SERVER s",
            "is a foreign table"),
        Refusal.of(
            "an unlogged table",
            "CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY, status text)",
            "ALTER TABLE \"public\".\"orders\" SET LOGGED"),
        Refusal.of(
            "a key of two columns",
            "CREATE TABLE orders (id bigint, shop bigint, status text, PRIMARY KEY (id, shop))",
            "needs a primary key on \"id\" alone, or a unique index"),
        Refusal.of(
            "a unique constraint that is deferred",
            "CREATE TABLE orders (id bigint NOT NULL UNIQUE DEFERRABLE, status text)",
            "needs a primary key on \"id\" alone, or a unique index"),
        Refusal.of(
            "ids that may be null",
            "CREATE TABLE orders (id bigint UNIQUE, status text)",
            "ALTER TABLE \"public\".\"orders\" ALTER COLUMN \"id\" SET NOT NULL"),
        Refusal.of(
            "numeric ids",
            "CREATE TABLE orders (id numeric PRIMARY KEY, status text)",
            "Duly needs bigint, integer, uuid or text"),
        Refusal.of(
            "a status of fixed width",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status char(12))",
            "ALTER TABLE \"public\".\"orders\" ALTER COLUMN \"status\" TYPE text"),
        Refusal.of(
            "a generated status",
            "CREATE TABLE orders (id bigint PRIMARY KEY, code int, status text GENERATED ALWAYS AS ('PENDING') STORED)",
            "is generated"),
        Refusal.of(
            "a status too narrow",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(8))",
            "PROCESSING"),
        Refusal.of(
            "a constraint on the status that lacks one",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text CONSTRAINT known CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')))",
            "constraint known of column \"status\" of table \"public\".\"orders\" does not take IN_DOUBT: alter it, or map the status to a value that it takes with orders.status.in-doubt"),
        Refusal.of(
            "a foreign key of the status to a table that lacks one",
            "CREATE TABLE kind (name text PRIMARY KEY); INSERT INTO kind VALUES ('PENDING'), ('PROCESSING'), ('COMPLETED'), ('FAILED'); CREATE TABLE orders (id bigint PRIMARY KEY, status text CONSTRAINT kind REFERENCES kind)",
            "foreign key kind to kind of column \"status\" of table \"public\".\"orders\" does not take IN_DOUBT"),
        Refusal.of(
            "a status of a domain that lacks one",
            "CREATE DOMAIN state AS text CHECK (VALUE IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED')); CREATE TABLE orders (id bigint PRIMARY KEY, status state NOT NULL)",
            "type state of column \"status\" of table \"public\".\"orders\" does not take IN_DOUBT"),
        Refusal.of(
            "two statuses of one value",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text)",
            "orders.status.completed and orders.status.failed are both 'done'",
            "orders.status.completed",
            "done",
            "orders.status.failed",
            "done"),
        Refusal.of(
            "a name with a quote",
            "SELECT 1",
            "a name of letters, digits and underscores is wanted",
            "orders.table",
            "public.my \"orders\""));
  }
}
