package io.duly.e2e;

import java.util.List;
import java.util.stream.Stream;

/** The tables of docs/overlay.md that Duly serves. */
final class SupportedShapes {
  private SupportedShapes() {}

  private static final List<String> TEXTS =
      List.of(
          "plain",
          "a'quote",
          "a\"double",
          "back\\slash",
          " spaces at both ends ",
          "tab\tand\nnew line",
          "emoji \uD83D\uDE9A",
          "\u05D0\u05D1 right to left",
          "Stra\u00DFe",
          "STRASSE",
          "null",
          "{id}",
          ":id",
          "$1",
          "%s",
          "?",
          "a/b?c=d&e#f",
          "..",
          "x".repeat(300));

  private static final String FILL =
      "INSERT INTO %s SELECT g, %s FROM generate_series(11, 25) AS g;";

  static Stream<Shape> all() {
    return Stream.of(
        Shape.ofIds(
            "bigint", List.of("-9223372036854775808", "-1", "0", "7", "9223372036854775807")),
        Shape.ofIds("integer", List.of("-2147483648", "0", "2147483647")),
        Shape.ofIds(
            "uuid",
            List.of(
                "00000000-0000-0000-0000-000000000000",
                "F47AC10B-58CC-4372-A567-0E02B2C3D479",
                "ffffffff-ffff-ffff-ffff-ffffffffffff")),
        Shape.ofIds("text", TEXTS),
        Shape.of(
            "an id that is empty",
            "CREATE TABLE orders (id text PRIMARY KEY, status text);"
                + Shape.insert(List.of("", "a", "b"))),
        Shape.ofIds("varchar(300) COLLATE \"de-x-icu\"", TEXTS),
        Shape.of(
            "id under a nondeterministic collation",
            "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                + "CREATE TABLE orders (id text COLLATE blind PRIMARY KEY, status text);"
                + Shape.insert(List.of("Abc", "abd", "\u00C5ngstr\u00F6m", "ZZ", "a"))),
        Shape.of(
            "status enum in another schema",
            "CREATE SCHEMA kinds; CREATE TYPE kinds.\"State\" AS ENUM ('new', 'at work', 'ok''d', 'declined', 'unclear', 'off');"
                + "CREATE TABLE orders (id bigint PRIMARY KEY, status kinds.\"State\" NOT NULL);"
                + FILL.formatted("orders", "'new'"),
            "orders.status.pending",
            "new",
            "orders.status.processing",
            "at work",
            "orders.status.completed",
            "ok'd",
            "orders.status.failed",
            "declined",
            "orders.status.in-doubt",
            "unclear",
            "orders.status.cancelled",
            "off"),
        Shape.of(
            "status varchar(10)",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(10) NOT NULL);"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "status smallint",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status smallint NOT NULL);"
                + FILL.formatted("orders", "0"),
            "orders.status.pending",
            "0",
            "orders.status.processing",
            "1",
            "orders.status.completed",
            "2",
            "orders.status.failed",
            "3",
            "orders.status.in-doubt",
            "4",
            "orders.status.cancelled",
            "5"),
        Shape.of(
            "status of a domain",
            "CREATE DOMAIN state AS text CHECK (VALUE IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'IN_DOUBT', 'CANCELLED'));"
                + "CREATE TABLE orders (id bigint PRIMARY KEY, status state NOT NULL);"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "names in capitals and reserved words",
            "CREATE SCHEMA \"Select\"; CREATE TABLE \"Select\".\"Order\" (\"User\" bigint PRIMARY KEY, \"group\" text NOT NULL, \"K\u00E4ufer\" text);"
                + FILL.formatted("\"Select\".\"Order\"", "'PENDING', 'x'"),
            "orders.table",
            "Select.Order",
            "orders.id-column",
            "User",
            "orders.status-column",
            "group",
            "api.body",
            "{\"id\": \"{User}\", \"buyer\": \"{K\u00E4ufer}\"}"),
        Shape.of(
            "partitioned by the id",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL) PARTITION BY RANGE (id);"
                + "CREATE TABLE low PARTITION OF orders FOR VALUES FROM (MINVALUE) TO (20);"
                + "CREATE TABLE high PARTITION OF orders FOR VALUES FROM (20) TO (MAXVALUE);"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "triggers that touch and audit",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, changed timestamptz);"
                + "CREATE TABLE audit (id bigint, status text);"
                + "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed := clock_timestamp(); RETURN NEW; END';"
                + "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit VALUES (NEW.id, NEW.status); RETURN NULL; END';"
                + "CREATE TRIGGER a BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();"
                + "CREATE TRIGGER b AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();"
                + FILL.formatted("orders", "'PENDING'")),
        Shape.of(
            "an old row that a constraint of today does not take",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, amount int);"
                + FILL.formatted("orders", "'PENDING', g - 20")
                + "ALTER TABLE orders ADD CONSTRAINT paid CHECK (amount <> 0) NOT VALID;"),
        Shape.of(
            "columns of many types",
            "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, n numeric DEFAULT 'NaN', at timestamptz DEFAULT 'infinity', raw bytea DEFAULT '\\x00ff', tags text[] DEFAULT '{a,NULL}', doc jsonb DEFAULT '{\"a\": [1]}', twice bigint GENERATED ALWAYS AS (id * 2) STORED, period tstzrange DEFAULT 'empty');"
                + FILL.formatted("orders (id, status)", "'PENDING'")),
        Shape.of(
            "full replica identity, unique index and no key",
            "CREATE TABLE orders (id bigint NOT NULL UNIQUE, status text NOT NULL); ALTER TABLE orders REPLICA IDENTITY FULL;"
                + FILL.formatted("orders", "'PENDING'")));
  }
}
