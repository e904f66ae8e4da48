package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ShopExtension.class)
class StatusFitnessTest {
  private static final String FIVE = "'PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'IN_DOUBT'";
  private static final String THREE = "'PENDING', 'PROCESSING', 'COMPLETED'";

  private final Shop shop;

  StatusFitnessTest(Shop shop) {
    this.shop = shop;
  }

  @AfterEach
  void drop() {
    shop.execute("DROP SCHEMA IF EXISTS fit CASCADE");
  }

  /** Makes table {@code fit.t} with that status, and looks whether it is fit. */
  private void look(String before, String status, String after) {
    shop.execute("CREATE SCHEMA fit");
    shop.execute(before);
    shop.execute(
        "CREATE TABLE fit.t (id bigint PRIMARY KEY, amount int, status %s)%s"
            .formatted(status, after));
    Settings settings =
        Settings.of(
            Map.of(
                "database.url", shop.settings().text("database.url"),
                "api.contract", "neither",
                "orders.table", "fit.t"));
    shop.jdbi()
        .useHandle(
            handle -> TableFitness.require(handle, TableInspector.inspect(handle, settings)));
  }

  private void refuses(String before, String status, String after, String... texts) {
    assertThatThrownBy(() -> look(before, status, after))
        .isInstanceOf(UserError.class)
        .message()
        .contains(texts)
        .contains("orders.status.failed", "orders.status.in-doubt")
        .doesNotContain("orders.status.completed", "\n");
  }

  @Test
  void aConstraintThatLacksStatusesIsNamedWithThem() {
    refuses(
        "SELECT 1",
        "text CONSTRAINT known CHECK (status IN (%s))".formatted(THREE),
        "",
        "constraint known",
        "does not take FAILED, IN_DOUBT:");
  }

  @Test
  void aConstraintThatIsNotValidIsOneForNewStatusesAllTheSame() {
    refuses(
        "SELECT 1",
        "text",
        "; ALTER TABLE fit.t ADD CONSTRAINT later CHECK (status IN (%s)) NOT VALID"
            .formatted(THREE),
        "constraint later");
  }

  @Test
  void aForeignKeyToATableThatLacksStatusesIsNamedWithThem() {
    refuses(
        "CREATE TABLE fit.\"Kind\" (\"Name\" varchar PRIMARY KEY); INSERT INTO fit.\"Kind\" SELECT unnest(ARRAY[%s])"
            .formatted(THREE),
        "text CONSTRAINT kind REFERENCES fit.\"Kind\"",
        "",
        "foreign key kind to fit.\"Kind\"");
  }

  @Test
  void aDomainThatLacksStatusesIsNamedWithThem() {
    refuses(
        "CREATE DOMAIN fit.state AS text CHECK (VALUE IN (%s, 'CANCELLED'))".formatted(THREE),
        "fit.state",
        "",
        "type fit.state");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text CHECK (status IN (%s))",
        "text CHECK (status IN (%s) OR amount > 0)",
        "text CHECK (amount > 0)",
        "text CHECK (status <> 'PENDING' OR amount > 0)",
        "text CHECK (CASE WHEN status = 'FAILED' THEN 1 / length(left(status, 0)) > 0 ELSE true END)",
        "varchar(10) CHECK (length(status) <= 10)",
        "text REFERENCES fit.kind"
      })
  void aTableThatTakesThemOrOfWhichThatCannotBeToldIsFit(String status) {
    assertThatCode(
            () ->
                look(
                    "CREATE TABLE fit.kind (name text PRIMARY KEY); INSERT INTO fit.kind SELECT unnest(ARRAY[%s])"
                        .formatted(FIVE),
                    status.formatted(FIVE),
                    ""))
        .doesNotThrowAnyException();
  }
}
