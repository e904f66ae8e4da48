package io.duly.reconciler;

import io.duly.orders.FeedTable;
import io.duly.orders.SlotState;
import java.util.Optional;

/** What is to be done before the change feed can run. */
sealed interface FeedVerdict {
  String PLUGIN = "pgoutput";

  /** It can run; {@code gap} says why changes may have been missed. */
  record Go(Optional<String> gap) implements FeedVerdict {}

  /** The slot shows nothing more: a new one, and then a sweep for what it has not shown. */
  record Renew(String reason) implements FeedVerdict {}

  /** The publication has to be altered, and then a sweep for what it has not given. */
  record Publish(String reason) implements FeedVerdict {}

  /** Somebody else reads the slot. */
  record Wait(String reason) implements FeedVerdict {}

  /** A person has to mend it. */
  record Refuse(String reason) implements FeedVerdict {}

  /** Decides before a start, when nobody may read the slot. */
  static FeedVerdict beforeStart(FeedFacts facts) {
    FeedVerdict verdict = whileRunning(facts);
    Integer holder = facts.slot().map(SlotState::holder).orElse(null);
    return holder == null || verdict instanceof Refuse
        ? verdict
        : new Wait("process " + holder + " of the database reads the slot");
  }

  /** Decides while our own feed may read the slot. */
  static FeedVerdict whileRunning(FeedFacts facts) {
    if (facts.tableFault().isPresent()) {
      return new Refuse(facts.tableFault().get());
    }
    if (facts.slot().isEmpty()) {
      return new Renew("the replication slot is missing");
    }
    SlotState slot = facts.slot().get();
    Optional<String> notOurs = notOurs(slot, facts.database());
    if (notOurs.isPresent()) {
      return new Refuse(notOurs.get());
    }
    if (slot.isLost()) {
      return new Renew("the server has given up the replication slot (" + cause(slot) + ")");
    }
    FeedFacts.Published publication = facts.publication();
    if (publication.found().isEmpty()) {
      return new Renew("the publication is missing");
    }
    if (!publication.found().get().equals(publication.wanted())) {
      return new Publish(
          "the publication gave '"
              + publication.found().get()
              + "', the table bears '"
              + publication.wanted()
              + "'");
    }
    return new Go(gap(facts, slot));
  }

  private static Optional<String> notOurs(SlotState slot, String database) {
    String rest = ": drop it with pg_drop_replication_slot, or choose another installation";
    if (!slot.plugin().equals(PLUGIN)) {
      return Optional.of(
          "the replication slot has plugin '" + slot.plugin() + "', not " + PLUGIN + rest);
    }
    return slot.database().equals(database)
        ? Optional.empty()
        : Optional.of("the replication slot belongs to database " + slot.database() + rest);
  }

  private static String cause(SlotState slot) {
    return slot.invalidation() == null ? slot.walStatus() : slot.invalidation();
  }

  private static Optional<String> gap(FeedFacts facts, SlotState slot) {
    if (facts.saved().isEmpty()) {
      return facts.hasAttempts() ? Optional.of("no confirmed position is saved") : Optional.empty();
    }
    FeedTable.Position saved = facts.saved().get();
    if (!saved.here()) {
      return Optional.of("the confirmed position is another server's, or ahead of this one's log");
    }
    Long confirmed = slot.confirmed();
    return confirmed != null && confirmed > saved.lsn()
        ? Optional.of(
            "the replication slot was made anew or moved on by others, by "
                + (confirmed - saved.lsn())
                + " bytes of log")
        : Optional.empty();
  }
}
