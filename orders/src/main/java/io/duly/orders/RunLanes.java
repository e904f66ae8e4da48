package io.duly.orders;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** The lanes of runs, which never change; keeps those asked for last. Not thread-safe. */
public final class RunLanes {
  private static final String LANE = "SELECT lane FROM duly.run WHERE id = :id";
  private static final int MOST = 1_000;

  private final Jdbi jdbi;
  private final Map<Long, String> known = new LinkedHashMap<>();

  public RunLanes(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The lane of a run; the main one where the run is forgotten. */
  public String of(long runId) {
    String lane = known.get(runId);
    if (lane == null) {
      lane = read(runId);
      if (known.size() >= MOST) {
        known.remove(known.keySet().iterator().next());
      }
      known.put(runId, lane);
    }
    return lane;
  }

  private String read(long runId) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(LANE)
                .bind("id", runId)
                .mapTo(String.class)
                .findOne()
                .orElse(Lanes.MAIN));
  }
}
