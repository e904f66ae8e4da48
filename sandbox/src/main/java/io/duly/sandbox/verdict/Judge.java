package io.duly.sandbox.verdict;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the witnesses said, order by order; each disagreement is a sentence. Pure. Used
 * once.
 */
final class Judge {
  private final Testimony said;
  private final Violations violations = new Violations();

  private Judge(Testimony said) {
    this.said = said;
  }

  static Verdict judge(Testimony said) {
    return new Judge(said).verdict();
  }

  private Verdict verdict() {
    hearTopic();
    hearLog();
    said.ledger().forEach(this::hearLedger);
    said.statuses().forEach(this::compareWithLedger);
    long completed = count(Status.COMPLETED);
    long failed = count(Status.FAILED);
    long inDoubt = count(Status.IN_DOUBT);
    compareConfirmed(completed + failed + inDoubt);
    return new Verdict(
        said.statuses().size(),
        completed,
        failed,
        inDoubt,
        count(Status.PENDING) + count(Status.UNKNOWN),
        count(Status.PROCESSING),
        calls().stream().mapToLong(Calls::effects).sum(),
        calls().stream().filter(each -> each.effects() > 1).count(),
        calls().stream().mapToLong(Calls::received).sum(),
        said.topic().told().size(),
        said.sums().confirmed(),
        said.sums().lag(),
        violations.sentences());
  }

  private Collection<Calls> calls() {
    return said.ledger().values();
  }

  private long count(Status status) {
    return said.statuses().values().stream().filter(each -> each == status).count();
  }

  private void hearTopic() {
    said.topic().unreadable().forEach(sentence -> violations.add(Kind.UNREADABLE, sentence));
    Map<String, Told> last = new HashMap<>();
    Set<String> toldAgain = new HashSet<>();
    for (Told each : said.topic().told()) {
      String order = each.key().order();
      if (last.containsKey(order)) {
        toldAgain.add(order);
      }
      last.merge(order, each, (a, b) -> b.key().isAfter(a.key()) ? b : a);
    }
    findToldTwice(toldAgain);
    said.statuses().forEach((order, status) -> compareWithTopic(order, status, last.get(order)));
    last.keySet().stream()
        .filter(order -> !said.statuses().containsKey(order))
        .forEach(
            order ->
                violations.add(
                    Kind.TOLD_STRANGER,
                    "order " + order + " is in the result topic and not in the table"));
  }

  private void findToldTwice(Set<String> orders) {
    Set<Told.Key> seen = new HashSet<>();
    for (Told each : said.topic().told()) {
      if (orders.contains(each.key().order()) && !seen.add(each.key())) {
        violations.add(Kind.TOLD_TWICE, toldTwice(each.key()));
      }
    }
  }

  private static String toldTwice(Told.Key key) {
    return "order %s has attempt %d, transition %d twice in the result topic"
        .formatted(key.order(), key.attempt(), key.transition());
  }

  private void compareWithTopic(String order, Status status, @Nullable Told told) {
    if (told == null) {
      if (status.isResult()) {
        violations.add(
            Kind.NO_RESULT,
            "order " + order + " is " + status + " and has no event in the result topic");
      }
    } else if (told.outcome() != status && !isTakenBack(status, told)) {
      violations.add(
          Kind.RESULT_DISAGREES,
          "order " + order + " is " + status + " and the result topic says " + told.outcome());
    }
  }

  /** An operator may put an order in doubt back, and its owner cancel it then. */
  private static boolean isTakenBack(Status status, Told told) {
    return status == Status.CANCELLED && told.outcome() == Status.IN_DOUBT;
  }

  private void hearLog() {
    for (Move move : said.log().illegal()) {
      violations.add(
          Kind.ILLEGAL_MOVE,
          "order %s went from %s to %s in the log".formatted(move.order(), move.from(), move.to()));
    }
    Map<String, Status> last = said.log().last();
    said.statuses()
        .forEach(
            (order, status) -> {
              Status logged = last.getOrDefault(order, Status.PENDING);
              if (logged != status) {
                violations.add(
                    Kind.LOG_DISAGREES,
                    "order " + order + " is " + status + " and the log says " + logged);
              }
            });
    last.keySet().stream()
        .filter(order -> !said.statuses().containsKey(order))
        .forEach(
            order ->
                violations.add(
                    Kind.LOG_DISAGREES, "order " + order + " is in the log and not in the table"));
  }

  private void hearLedger(String order, Calls calls) {
    if (!said.statuses().containsKey(order)) {
      violations.add(
          Kind.CALLED_STRANGER, "order " + order + " is in the API's ledger and not in the table");
    }
    if (calls.effects() > 1) {
      violations.add(
          Kind.TWO_EFFECTS,
          "order " + order + " has " + calls.effects() + " effects in the API's ledger");
    }
    if (wasCalledAgain(calls)) {
      violations.add(
          Kind.CALLED_AGAIN,
          "order " + order + " was called " + calls.received() + " times under " + said.contract());
    }
  }

  private boolean wasCalledAgain(Calls calls) {
    return switch (said.contract()) {
      case IDEMPOTENT -> false;
      case LOOKUP -> calls.unproven() > 0;
      case NEITHER -> calls.received() > 1;
    };
  }

  private void compareWithLedger(String order, Status status) {
    int effects = said.ledger().getOrDefault(order, Calls.NONE).effects();
    if (status == Status.COMPLETED && effects == 0) {
      violations.add(
          Kind.NO_EFFECT, "order " + order + " is COMPLETED and has no effect in the API's ledger");
    }
    if (status == Status.FAILED && effects > 0) {
      violations.add(
          Kind.FAILED_WITH_EFFECT,
          "order " + order + " is FAILED and has an effect in the API's ledger");
    }
  }

  private void compareConfirmed(long results) {
    if (said.sums().confirmed() != results) {
      violations.add(
          Kind.UNCONFIRMED,
          said.sums().confirmed() + " orders are confirmed and " + results + " have a result");
    }
  }
}
