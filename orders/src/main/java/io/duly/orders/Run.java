package io.duly.orders;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One firing of a schedule.
 *
 * @param lane whose partitions its orders go to; see {@link Lanes}
 * @param lastId the last id that was published and acknowledged; null before the first
 * @param selected ids published
 * @param startOffsets by partition, where the topic ended before the run's first record; empty
 *     until then
 * @param endOffsets by partition, the offset after the run's last record; empty until published
 */
public record Run(
    long id,
    String schedule,
    Instant fireTime,
    State state,
    String lane,
    @Nullable String lastId,
    long selected,
    List<Long> startOffsets,
    List<Long> endOffsets) {
  /** The life of a run. */
  public enum State {
    PUBLISHING,
    PUBLISHED,
    CLOSED,
    CANCELLED
  }

  public Run {
    startOffsets = List.copyOf(startOffsets);
    endOffsets = List.copyOf(endOffsets);
  }

  /** The run after {@code published} more ids, the last of which is {@code newLastId}. */
  public Run advanced(String newLastId, long published) {
    return new Run(
        id,
        schedule,
        fireTime,
        state,
        lane,
        newLastId,
        selected + published,
        startOffsets,
        endOffsets);
  }
}
