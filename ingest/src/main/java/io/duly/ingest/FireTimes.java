package io.duly.ingest;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/** The instants at which a schedule fires, in order and each once. Immutable. */
public interface FireTimes {
  /** The first one after {@code instant}; empty where there is none. */
  Optional<Instant> after(Instant instant);

  /** The last one that is not after {@code instant}; empty where there is none. */
  Optional<Instant> latest(Instant instant);

  /**
   * The instant that is meant by the wall clock's {@code local} time. A time that the clocks skip
   * means the instant of the change; a time that they show twice means the first time.
   */
  static Instant resolve(LocalDateTime local, ZoneRules rules) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
  }

  /** One instant only. */
  static FireTimes once(Instant at) {
    return new FireTimes() {
      @Override
      public Optional<Instant> after(Instant instant) {
        return Optional.of(at).filter(each -> each.isAfter(instant));
      }

      @Override
      public Optional<Instant> latest(Instant instant) {
        return Optional.of(at).filter(each -> !each.isAfter(instant));
      }
    };
  }
}
