package io.duly.orders;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One firing of a schedule.
 *
 * @param firstId the id after which its orders begin; null where they begin at the first row
 * @param lastId the last id that was published and acknowledged; null before the first
 * @param selected ids published
 * @param startOffsets by partition, where the topic ended before the run's first record; empty
 *     until then
 * @param endOffsets by partition, the offset after the run's last record: since it was published,
 *     or has its verdict as a cancelled one; empty until then
 * @param selection which orders it takes
 */
public record Run(
    long id,
    String schedule,
    Instant fireTime,
    State state,
    @Nullable String firstId,
    @Nullable String lastId,
    long selected,
    List<Long> startOffsets,
    List<Long> endOffsets,
    Selection selection) {
  /** The life of a run. */
  public enum State {
    /** Its time has come, and no ingest has taken it up yet. */
    OPEN,
    PUBLISHING,
    PUBLISHED,
    CLOSED,
    CANCELLED,
    /** Its fire time was found too late: it took nothing. */
    MISSED
  }

  /**
   * Which orders a run takes.
   *
   * @param cutoff what a filter may compare with, as {@code {cutoff}}
   * @param filter SQL condition beside that of the settings; empty takes all
   * @param lane whose partitions its orders go to; see {@link Lanes}
   */
  public record Selection(Instant cutoff, String filter, String lane) {}

  public Run {
    startOffsets = List.copyOf(startOffsets);
    endOffsets = List.copyOf(endOffsets);
  }

  /** The run after {@code published} more ids, the last of which is {@code newLastId}. */
  public Run advanced(@Nullable String newLastId, long published) {
    return new Run(
        id,
        schedule,
        fireTime,
        state,
        firstId,
        newLastId,
        selected + published,
        startOffsets,
        endOffsets,
        selection);
  }
}
