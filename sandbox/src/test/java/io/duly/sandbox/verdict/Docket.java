package io.duly.sandbox.verdict;

import io.duly.sandbox.SampleContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Testimony of a run in which all went well, to plant wrongs in: order 1 COMPLETED, 2 FAILED, 3
 * IN_DOUBT and executed, 4 CANCELLED, 5 IN_DOUBT at first and then COMPLETED.
 */
final class Docket {
  static final Calls EXECUTED = new Calls(1, 1, 0, 0, 0);
  static final Calls DECLINED = new Calls(1, 0, 0, 1, 0);

  final Map<String, Status> table = new HashMap<>();
  final List<Told> told = new ArrayList<>();
  final List<String> unreadable = new ArrayList<>();
  final Map<String, Status> logged = new HashMap<>();
  final Set<Move> illegal = new LinkedHashSet<>();
  final Map<String, Calls> ledger = new HashMap<>();
  SampleContract contract = SampleContract.NEITHER;
  long confirmed = 4;
  long lag;

  Docket() {
    is("1", Status.COMPLETED);
    is("2", Status.FAILED);
    is("3", Status.IN_DOUBT);
    is("4", Status.CANCELLED);
    is("5", Status.COMPLETED);
    tell("1", 1, 1, Status.COMPLETED);
    tell("2", 1, 1, Status.FAILED);
    tell("3", 2, 1, Status.IN_DOUBT);
    tell("5", 1, 2, Status.COMPLETED);
    tell("5", 1, 1, Status.IN_DOUBT);
    ledger.put("1", EXECUTED);
    ledger.put("2", DECLINED);
    ledger.put("3", EXECUTED);
    ledger.put("5", EXECUTED);
  }

  /** Table and log say so. */
  void is(String order, Status status) {
    table.put(order, status);
    logged.put(order, status);
  }

  void tell(String order, int attempt, int transition, Status outcome) {
    told.add(new Told(new Told.Key(order, attempt, transition), outcome));
  }

  Verdict judged() {
    return Judge.judge(
        new Testimony(
            contract,
            table,
            new TopicStory(told, unreadable),
            new LogStory(logged, illegal),
            ledger,
            new Testimony.Sums(confirmed, lag)));
  }
}
