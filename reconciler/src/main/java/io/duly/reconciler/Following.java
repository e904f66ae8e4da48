package io.duly.reconciler;

import io.duly.orders.DueTopic;
import io.duly.orders.FeedTable;
import io.duly.orders.Positions;
import io.duly.orders.PublicationForm;
import io.duly.orders.Results;
import io.duly.orders.RunLanes;
import io.duly.orders.ServerPin;
import io.duly.orders.Strangers;
import io.duly.orders.Unconfirmed;
import io.duly.runtime.Loop;
import io.duly.runtime.Parts;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Follows the database's log: takes in its changes and the results' events, confirms one by the
 * other, tells again what was not told, and sweeps for what the log did not show. {@link #once} is
 * for one thread.
 */
final class Following implements AutoCloseable {
  private static final Duration TELL = Duration.ofMillis(500);

  private final Parts parts;
  private final ChangeFeed feed;
  private final Beats beats;
  private final Confirmer confirmer;
  private final Retelling retelling;
  private final ResultReader reader;
  private final Sweep sweep;
  private long retoldNanos = System.nanoTime();

  /** Starts the feed; what was opened before a failure is closed. */
  static Following start(Workplace place, FeedStart start) {
    Parts parts = new Parts();
    try {
      return new Following(parts, place, start);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private Following(Parts parts, Workplace place, FeedStart start) {
    this.parts = parts;
    Jdbi jdbi = place.jdbi();
    ServerPin server = new ServerPin(jdbi); // before anything is read of it
    FeedTable table = new FeedTable(jdbi);
    String name = "duly-reconciler";
    this.reader = parts.add(reader(place, name));
    Results results = new Results(jdbi, place.table());
    this.retelling =
        parts.add(
            new Retelling(
                results,
                place.progress(),
                place.kafka(),
                place.topics(),
                name + "-" + place.prefix()));
    this.beats =
        new Beats(jdbi, place.prefix(), place.settings().duration("reconciler.beat-interval"));
    this.feed =
        parts.add(
            ChangeFeed.start(
                place.settings(), place.table(), start.form(), table::confirm, beats::returned));
    this.confirmer =
        new Confirmer(
            server,
            place.table(),
            feed,
            reader,
            new DuePublisher(dueTopic(place, name), new RunLanes(jdbi)),
            place.restoration());
    this.sweep =
        new Sweep(
            new Unconfirmed(jdbi, place.table(), place.prefix()),
            place.rescues(),
            table,
            beats,
            place.settings().duration("reconciler.sweep-interval"),
            start.form() == PublicationForm.MESSAGES ? new Strangers(jdbi, place.table()) : null);
  }

  private static ResultReader reader(Workplace place, String name) {
    String results = place.topics().results();
    Map<Integer, Long> positions =
        place.jdbi().withHandle(handle -> Positions.read(handle, results));
    return new ResultReader(place.kafka().reader(name), results, place.table().idType(), positions);
  }

  private DueTopic dueTopic(Workplace place, String name) {
    return new DueTopic(
        parts.add(place.kafka().producer(name)), place.settings(), place.jdbi(), place.table());
  }

  /** Takes in what has come; returns how much was done. */
  int once() throws Exception {
    int done = confirm();
    if (System.nanoTime() - retoldNanos >= TELL.toNanos()) {
      retoldNanos = System.nanoTime();
      done += retelling.once(confirmer.confirmations(), reader.positions());
    }
    return done + sweep.once(confirmer.confirmations());
  }

  /** What it has in memory is of one server only. */
  private int confirm() throws Exception {
    try {
      return confirmer.once();
    } catch (ServerPin.ServerChanged e) {
      throw new Loop.Fatal("The reconciler begins anew: " + e.getMessage(), e);
    }
  }

  /** The heartbeats that go through the feed. */
  Beats beats() {
    return beats;
  }

  /** Why the feed cannot go on; null while it can. */
  @Nullable Throwable failure() {
    return feed.failure();
  }

  @Override
  public void close() {
    parts.close();
  }
}
