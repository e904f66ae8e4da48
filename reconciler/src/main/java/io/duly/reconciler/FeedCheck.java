package io.duly.reconciler;

import io.duly.orders.FeedTable;
import io.duly.orders.OrdersTable;
import io.duly.orders.Publication;
import io.duly.orders.Publications;
import io.duly.orders.Schema;
import io.duly.orders.SlotState;
import io.duly.orders.Slots;
import io.duly.orders.TableInspector;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the slot, the publication and the table before each start of the change feed and while
 * it runs, and mends what a machine can mend. Each repair that may have missed changes is kept as a
 * gap before it is made. One thread.
 */
final class FeedCheck {
  private static final Logger log = LoggerFactory.getLogger(FeedCheck.class);

  /** The feed cannot start yet. */
  static final class NotYet extends Exception {
    private static final long serialVersionUID = 1;

    NotYet(String reason) {
      super(reason);
    }
  }

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final Settings settings;
  private final String name;
  private final Slots slots;
  private final FeedTable feed;
  private final Publications publications;

  FeedCheck(Jdbi jdbi, OrdersTable table, Settings settings) {
    this.jdbi = jdbi;
    this.table = table;
    this.settings = settings;
    this.name = Schema.slot(settings);
    this.slots = new Slots(jdbi);
    this.feed = new FeedTable(jdbi);
    this.publications = new Publications(jdbi, table, settings);
  }

  /**
   * Makes all ready for a start, while we alone may start it.
   *
   * @throws UserError where a person has to act first
   * @throws NotYet where the slot has to become free first
   */
  FeedStart prepare() throws NotYet {
    FeedVerdict verdict = FeedVerdict.beforeStart(facts());
    if (verdict instanceof FeedVerdict.Refuse refuse) {
      throw new UserError(refuse.reason());
    } else if (verdict instanceof FeedVerdict.Wait wait) {
      throw new NotYet("replication slot " + name + " is in use: " + wait.reason());
    } else if (verdict instanceof FeedVerdict.Renew renew) {
      renew(renew.reason());
    } else if (verdict instanceof FeedVerdict.Publish publish) {
      missed(publish.reason());
      if (feed.position().isEmpty()) {
        feed.beginAfterGap(name, publish.reason());
      }
    } else if (verdict instanceof FeedVerdict.Go go) {
      go.gap().ifPresent(this::missed);
      if (go.gap().isPresent() || feed.position().isEmpty()) {
        begin(go.gap());
      }
    }
    Publication publication = publications.adapt();
    return new FeedStart(publication.form(), feed.gap());
  }

  private void begin(Optional<String> gap) {
    gap.ifPresentOrElse(reason -> feed.beginAfterGap(name, reason), () -> feed.begin(name));
  }

  private void missed(String reason) {
    log.warn("The log has a gap, which a sweep makes up for slot={} reason={}", name, reason);
    feed.openGap(reason);
  }

  /**
   * The publication is there before the new slot is: log that was written without it cannot be read
   * through it. A crash at any point finds the slot missing again.
   */
  private void renew(String reason) {
    missed(reason);
    slots.drop(name);
    Publication unused = publications.adapt();
    slots.make(name);
    feed.beginAfterGap(name, reason);
  }

  /** Why the feed that runs has to start anew, if it has to. */
  Optional<String> fault() {
    FeedVerdict verdict = FeedVerdict.whileRunning(facts());
    if (verdict instanceof FeedVerdict.Refuse refuse) {
      return Optional.of(refuse.reason());
    } else if (verdict instanceof FeedVerdict.Renew renew) {
      return Optional.of(renew.reason());
    } else if (verdict instanceof FeedVerdict.Publish publish) {
      return Optional.of(publish.reason());
    }
    return verdict instanceof FeedVerdict.Go go ? go.gap() : Optional.empty();
  }

  /** The slot as it is now. */
  Optional<SlotState> slot() {
    return slots.find(name);
  }

  /** The slot is read before the saved position: that one leads, so a slot ahead of it is wrong. */
  private FeedFacts facts() {
    Optional<String> tableFault = tableFault();
    Optional<SlotState> slot = slots.find(name);
    Optional<FeedTable.Position> saved = feed.position();
    FeedFacts.Published publication =
        new FeedFacts.Published(
            publications.found(), publications.description(publications.wanted()));
    String database =
        jdbi.withHandle(
            handle -> handle.createQuery("SELECT current_database()").mapTo(String.class).one());
    return new FeedFacts(tableFault, slot, saved, publication, database, feed.hasAttempts());
  }

  private Optional<String> tableFault() {
    try {
      OrdersTable now = jdbi.withHandle(handle -> TableInspector.inspect(handle, settings));
      boolean same = now.idType() == table.idType() && now.statusType().equals(table.statusType());
      return same
          ? Optional.empty()
          : Optional.of(
              "id or status of table "
                  + table.name()
                  + " has changed its type since the start: start Duly anew");
    } catch (UserError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
