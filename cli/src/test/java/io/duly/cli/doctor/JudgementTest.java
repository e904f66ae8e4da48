package io.duly.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.PublicationForm;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementTest {
  private static final Instant NOW = Instant.parse("2027-03-28T01:00:00Z");

  private static void assertSaid(List<Finding> findings, String said, String advised) {
    assertThat(findings)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.says()).contains(said);
              assertThat(each.advice()).contains(advised);
            });
  }

  @ParameterizedTest
  @CsvSource({"replica", "minimal"})
  void aServerThatWritesNoLogicalLogIsAProblem(String level) {
    List<Finding> findings = Judgement.walLevel(level);

    assertSaid(findings, "wal_level is " + level, "ALTER SYSTEM SET wal_level = logical");
    assertThat(findings.get(0).level()).isEqualTo(Finding.Level.PROBLEM);
    assertThat(Judgement.walLevel("logical")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "9, 10, false, 9, 10, false, -, -",
        "10, 10, true, 10, 10, true, -, -",
        "10, 10, false, 0, 10, false, all 10 replication slots, max_replication_slots = 12",
        "0, 0, false, 0, 10, false, all 0 replication slots, max_replication_slots = 2",
        "1, 10, true, 10, 10, false, all 10 WAL senders, max_wal_senders = 12",
        "11, 10, true, 11, 10, false, all 11 WAL senders, max_wal_senders = 13",
      })
  void slotsAndSendersThatAreTakenByOthersAreAProblem(
      int slots,
      int maxSlots,
      boolean hasSlot,
      int senders,
      int maxSenders,
      boolean hasSender,
      @Nullable String said,
      @Nullable String advised) {
    List<Finding> findings =
        Judgement.room(
            new Judgement.Use(slots, maxSlots, hasSlot),
            new Judgement.Use(senders, maxSenders, hasSender));

    if (said == null || advised == null) {
      assertThat(findings).isEmpty();
    } else {
      assertSaid(findings, said, advised);
    }
  }

  @ParameterizedTest
  @CsvSource({"-999, true", "-1001, false", "0, true", "50, true", "1099, true", "1101, false"})
  void clocksThatAreASecondApartAreWarnedOf(long millis, boolean isFine) {
    List<Finding> findings = Judgement.clock(NOW, NOW.plusMillis(millis), NOW.plusMillis(100));

    assertThat(findings.isEmpty()).isEqualTo(isFine);
    if (!isFine) {
      assertSaid(findings, "are 1.0 s apart", "NTP");
    }
  }

  @Test
  void aPublicationThatIsAnotherAndATableWithoutIdentityAreWarnedOf() {
    assertThat(Judgement.publication("update", List.of(), PublicationForm.COLUMNS)).isEmpty();
    assertThat(Judgement.publication("update", List.of(), PublicationForm.ROWS)).isEmpty();
    assertSaid(
        Judgement.publication("insert", List.of("ALTER PUBLICATION duly"), PublicationForm.COLUMNS),
        "the publication is insert",
        "ALTER PUBLICATION duly");
    assertSaid(
        Judgement.publication("update", List.of(), PublicationForm.MESSAGES),
        "the table has no replica identity",
        "primary key");
  }

  @Test
  void aPlanThatWalksAlongAnIndexIsShownAndAnyOtherIsWarnedOf() {
    Finding good =
        Judgement.scan(
            "fine", List.of("Limit", "->  Index Scan using orders_pkey on orders o"), "id");
    Finding sorted =
        Judgement.scan("fine", List.of("Sort", "->  Index Scan using other on orders o"), "id");
    Finding whole = Judgement.scan("fine", List.of("Limit", "->  Seq Scan on orders o"), "id");

    assertThat(good).isEqualTo(Finding.ok("fine: ->  Index Scan using orders_pkey on orders o"));
    for (Finding each : List.of(sorted, whole)) {
      assertThat(each.level()).isEqualTo(Finding.Level.WARNING);
      assertThat(each.says()).contains("reads the whole table");
      assertThat(each.advice()).contains("unique index on id");
    }
    assertThat(whole.says()).contains("Seq Scan");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1000000, 500000, true",
    "'', 1000000, 499999, false",
    "'', 999999, 999999, false",
    "'', 0, 0, false",
    "'(SELECT 5)', 1000000, 900000, false",
  })
  void aLowerBoundIsAdvisedForALargeTableThatIsMostlyFinished(
      String after, long rows, long finished, boolean isAdvised) {
    List<Finding> findings = Judgement.lowerBound(after, rows, finished);

    assertThat(findings.isEmpty()).isNotEqualTo(isAdvised);
    if (isAdvised) {
      assertSaid(findings, "about 500000 finished orders", "set ingest.after");
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "1, 0, one partition",
        "1, 3, one partition",
        "2, 2, -",
        "8, 3, -",
        "2, 5, has 2 partitions for 5 workers: 3 of them have nothing to do"
      })
  void fewerPartitionsThanWorkersAreWarnedOf(int partitions, int workers, @Nullable String said) {
    List<Finding> findings = Judgement.partitions("orders.due", partitions, workers);

    if (said == null) {
      assertThat(findings).isEmpty();
    } else {
      assertSaid(findings, said, "--alter --topic orders.due");
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "2, true", "3, true"})
  void brokersWhoseFeatureIsTooLowAreWarnedOf(int level, boolean isFine) {
    List<Finding> findings = Judgement.feature("transaction.version", level, 2);

    assertThat(findings.isEmpty()).isEqualTo(isFine);
    if (!isFine) {
      assertSaid(
          findings,
          "transaction.version of the brokers is " + level + ", lower than 2",
          "--feature transaction.version=2");
    }
  }
}
