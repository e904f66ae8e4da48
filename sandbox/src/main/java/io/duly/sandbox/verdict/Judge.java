package io.duly.sandbox.verdict;

import io.duly.sandbox.SampleContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the witnesses said, order by order; each disagreement is a sentence. Pure. Used
 * once.
 */
final class Judge {
  private static final int MOST = 20;
  private static final Set<String> SETTLED = Set.of("COMPLETED", "FAILED", "IN_DOUBT");

  private final Testimony said;
  private final Map<String, List<String>> violations = new HashMap<>();

  Judge(Testimony said) {
    this.said = said;
  }

  /** The disagreements, at most some of each kind and how many more there are. */
  List<String> violations() {
    Map<String, Told> last = lastTold();
    said.statuses()
        .forEach(
            (order, status) -> {
              compareWithTopic(order, status, last.get(order));
              compareWithLog(order, status);
              compareWithLedger(order, status);
            });
    last.keySet().stream()
        .filter(order -> !said.statuses().containsKey(order))
        .forEach(
            order -> add("stranger", "order " + order + " has a result but is not in the table"));
    said.calls().keySet().stream()
        .filter(order -> !said.statuses().containsKey(order))
        .forEach(
            order ->
                add("stranger call", "order " + order + " was called but is not in the table"));
    List<String> all = new ArrayList<>();
    violations.forEach(
        (kind, sentences) -> {
          sentences.stream().limit(MOST).forEach(all::add);
          if (sentences.size() > MOST) {
            all.add("and " + (sentences.size() - MOST) + " more: " + kind);
          }
        });
    return all;
  }

  private Map<String, Told> lastTold() {
    Set<Told> seen = new HashSet<>();
    Map<String, Told> last = new HashMap<>();
    for (Told each : said.told()) {
      if (!seen.add(new Told(each.order(), each.attempt(), each.transition(), ""))) {
        add(
            "told twice",
            "order "
                + each.order()
                + " attempt "
                + each.attempt()
                + " was told twice in the result topic");
      }
      last.merge(each.order(), each, (a, b) -> b.isAfter(a) ? b : a);
    }
    return last;
  }

  private void compareWithTopic(String order, String status, @Nullable Told told) {
    if (SETTLED.contains(status) && told == null) {
      add("untold", "order " + order + " is " + status + " and the result topic does not say so");
    } else if (told != null && !told.outcome().equals(status)) {
      add(
          "told otherwise",
          "order " + order + " is " + status + " and the result topic says " + told.outcome());
    }
  }

  private void compareWithLog(String order, String status) {
    String logged = said.logged().getOrDefault(order, "PENDING");
    if (!logged.equals(status)) {
      add("logged otherwise", "order " + order + " is " + status + " and the log says " + logged);
    }
  }

  private void compareWithLedger(String order, String status) {
    int effects = said.effects().getOrDefault(order, 0);
    int calls = said.calls().getOrDefault(order, 0);
    if (effects > 1) {
      add("two effects", "order " + order + " was executed " + effects + " times");
    }
    if (status.equals("COMPLETED") && effects == 0) {
      add("no effect", "order " + order + " is COMPLETED and was never executed");
    }
    if (status.equals("FAILED") && effects > 0) {
      add("failed with effect", "order " + order + " is FAILED and was executed");
    }
    if (calls > 1 && !mayBeCalledTwice(effects)) {
      add("called twice", "order " + order + " was called " + calls + " times");
    }
  }

  /**
   * Under contract lookup a call that was proved not executed may be repeated; what was executed
   * shows only one effect then.
   */
  private boolean mayBeCalledTwice(int effects) {
    return said.contract() == SampleContract.IDEMPOTENT
        || (said.contract() == SampleContract.LOOKUP && effects <= 1);
  }

  private void add(String kind, String sentence) {
    violations.computeIfAbsent(kind, each -> new ArrayList<>()).add(sentence);
  }
}
