package io.duly.cli.doctor;

import io.duly.orders.PublicationForm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What follows from facts that were seen: findings, none where all is fine. Pure. */
final class Judgement {
  private static final Duration APART = Duration.ofSeconds(1);

  /** From here on it takes minutes to read finished rows. */
  private static final long LARGE = 1_000_000;

  /**
   * How many of something the server has.
   *
   * @param hasOurs whether one of those that are taken is Duly's
   */
  record Use(int taken, int most, boolean hasOurs) {
    boolean isExhausted() {
      return taken >= most && !hasOurs;
    }
  }

  private Judgement() {}

  static List<Finding> walLevel(String found) {
    return found.equals("logical")
        ? List.of()
        : List.of(
            Finding.problem(
                "wal_level is " + found,
                "ALTER SYSTEM SET wal_level = logical; then restart PostgreSQL"));
  }

  static List<Finding> room(Use slots, Use senders) {
    List<Finding> findings = new ArrayList<>();
    if (slots.isExhausted()) {
      findings.add(exhausted("replication slots", "max_replication_slots", slots.taken()));
    }
    if (senders.isExhausted()) {
      findings.add(exhausted("WAL senders", "max_wal_senders", senders.taken()));
    }
    return findings;
  }

  private static Finding exhausted(String what, String setting, int taken) {
    return Finding.problem(
        "all " + taken + " " + what + " of the server are taken",
        "ALTER SYSTEM SET " + setting + " = " + (taken + 2) + "; then restart PostgreSQL");
  }

  /** The database's clock was read between two looks at this machine's. */
  static List<Finding> clock(Instant before, Instant theirs, Instant after) {
    Duration apart =
        theirs.isBefore(before)
            ? Duration.between(theirs, before)
            : theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
    return apart.compareTo(APART) < 0
        ? List.of()
        : List.of(
            Finding.warning(
                String.format(
                    Locale.ROOT,
                    "the clocks of this machine and of the database are %.1f s apart",
                    apart.toMillis() / 1e3),
                "let both follow NTP; schedules go by the database's clock, log lines by this machine's"));
  }

  /**
   * What is to be done about the publication.
   *
   * @param found what it gives now
   * @param statements those that would make it the wanted one
   * @param form what the table bears
   */
  static List<Finding> publication(String found, List<String> statements, PublicationForm form) {
    List<Finding> findings = new ArrayList<>();
    if (!statements.isEmpty()) {
      findings.add(
          Finding.warning(
              "the publication is " + found,
              "run `duly init` as the owner of the table: " + statements));
    }
    if (form == PublicationForm.MESSAGES) {
      findings.add(
          Finding.warning(
              "changes of the status by others are seen by sweeps only, because the table has no replica identity",
              "give it a primary key, or leave orders.publish=messages"));
    }
    return findings;
  }

  /** {@code plan} is that of a page of ingest, a line a step; {@code id} the column. */
  static Finding scan(String meaning, List<String> plan, String id) {
    boolean isByIndex =
        plan.stream().anyMatch(each -> each.contains("Index"))
            && plan.stream().noneMatch(each -> each.contains("Sort"));
    return isByIndex
        ? Finding.ok(
            meaning
                + ": "
                + plan.stream().filter(each -> each.contains("Index")).findFirst().orElseThrow())
        : Finding.warning(
            "each page of ingest reads the whole table: " + String.join(" / ", plan),
            "make a unique index on " + id + " that is valid and of its order");
  }

  /**
   * Whether a run should begin further on in the table.
   *
   * @param after the setting ingest.after
   * @param rows of the table, by its statistics
   * @param finished how many of them are finished
   */
  static List<Finding> lowerBound(String after, long rows, long finished) {
    return !after.isBlank() || rows < LARGE || 2 * finished < rows
        ? List.of()
        : List.of(
            Finding.warning(
                "each run reads about "
                    + finished
                    + " finished orders to find what is due in "
                    + rows,
                "set ingest.after, as in (SELECT max(id) FROM orders WHERE order_date < current_date - 60)"));
  }

  /** {@code workers} are those that live. */
  static List<Finding> partitions(String topic, int partitions, int workers) {
    if (partitions == 1) {
      return List.of(
          Finding.warning(
              topic + " has one partition: one worker at a time can work",
              "kafka-topics.sh --alter --topic " + topic + " --partitions 12"));
    }
    return partitions >= workers
        ? List.of()
        : List.of(
            Finding.warning(
                topic
                    + " has "
                    + partitions
                    + " partitions for "
                    + workers
                    + " workers: "
                    + (workers - partitions)
                    + " of them have nothing to do",
                "kafka-topics.sh --alter --topic " + topic + " --partitions " + workers));
  }

  /** A feature of the brokers should have {@code least} for its level. */
  static List<Finding> feature(String name, int level, int least) {
    return level >= least
        ? List.of()
        : List.of(
            Finding.warning(
                name + " of the brokers is " + level + ", lower than " + least,
                "kafka-features.sh upgrade --feature " + name + "=" + least));
  }
}
