package io.duly.cli.doctor;

import io.duly.orders.OrdersTable;
import io.duly.orders.TableInspector;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** Looks at an installation, changes nothing, and says in plain words what is wrong. */
public final class Doctor {
  /** A finding, and the examination that made it, in small letters. */
  public record Result(String examination, Finding finding) {}

  private final Settings settings;
  private final List<Result> results = new ArrayList<>();

  private Doctor(Settings settings) {
    this.settings = settings;
  }

  /** All findings; one that is OK for each examination that found nothing. */
  public static List<Result> examine(Settings settings) {
    Doctor doctor = new Doctor(settings);
    doctor.examine();
    return doctor.results;
  }

  /** The examinations in their order. */
  static List<Examination> examinations() {
    return Stream.<Examination[]>of(
            ServerExamination.values(),
            DatabaseExamination.values(),
            OtherExamination.values(),
            KafkaExamination.values())
        .flatMap(Stream::of)
        .toList();
  }

  /** The table of docs/doctor.md. */
  public static String page() {
    return examinations().stream()
        .map(each -> "| `%s` | %s |%n".formatted(name(each), each.meaning()))
        .collect(Collectors.joining("", "| name | fine is |%n| --- | --- |%n".formatted(), ""));
  }

  private void examine() {
    Database database = reach("database", () -> Database.open(settings, "duly-doctor"));
    if (database == null) {
      return;
    }
    try (database) {
      OrdersTable table =
          reach(
              "table", () -> database.jdbi().withHandle(h -> TableInspector.inspect(h, settings)));
      KafkaClients kafka = new KafkaClients(settings);
      Boolean isReached =
          reach(
              "kafka",
              () -> {
                kafka.checkReachable();
                return true;
              });
      if (table != null && isReached != null) {
        try (Admin admin = kafka.admin()) {
          Site site = new Site(settings, database.jdbi(), table, admin);
          examinations().forEach(each -> examine(each, site));
        }
      }
    }
  }

  private interface Reach<T> {
    T get();
  }

  private <T> @org.jspecify.annotations.Nullable T reach(String name, Reach<T> part) {
    try {
      T reached = part.get();
      results.add(new Result(name, Finding.ok("can be reached")));
      return reached;
    } catch (UserError e) {
      results.add(new Result(name, Finding.problem(String.valueOf(e.getMessage()), "")));
      return null;
    }
  }

  private void examine(Examination examination, Site site) {
    List<Finding> findings;
    try {
      findings = examination.findings(site);
    } catch (UserError e) {
      findings = List.of(Finding.problem(String.valueOf(e.getMessage()), ""));
    } catch (Exception e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      findings = List.of(Finding.warning("cannot be seen: " + cause.getMessage(), ""));
    }
    if (findings.isEmpty()) {
      findings = List.of(Finding.ok(examination.meaning()));
    }
    findings.forEach(each -> results.add(new Result(name(examination), each)));
  }

  private static String name(Examination examination) {
    return examination.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
