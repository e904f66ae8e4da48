package io.duly.cli;

import io.duly.api.OrderApis;
import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.reconciler.Reconciler;
import io.duly.runtime.Health;
import io.duly.runtime.Parts;
import io.duly.worker.Worker;
import java.util.List;
import java.util.stream.Stream;

/** Ingest, one worker and a reconciler in this process. Thread-safe. */
final class Pipeline implements Health, AutoCloseable {
  private final Parts parts = new Parts();
  private final Reconciler reconciler;
  private final Worker worker;
  private final Ingest ingest;

  private Pipeline(Installation installation, Ingest.Others others) {
    this.reconciler =
        parts.add(
            Reconciler.start(
                installation.settings(), installation.database(), installation.table()));
    this.worker =
        parts.add(
            Worker.start(installation.settings(), installation.database(), installation.table()));
    this.ingest =
        parts.add(
            Ingest.start(
                installation.settings(), installation.database(), installation.table(), others));
  }

  /** Starts them; {@code others} is for {@link Ingest#start}. */
  static Pipeline start(Installation installation, Ingest.Others others) {
    OrderApis.checked(installation.settings());
    return new Pipeline(installation, others);
  }

  private Stream<Health> all() {
    return Stream.of(reconciler, worker, ingest);
  }

  @Override
  public List<Throwable> failures() {
    return all().map(Health::failures).flatMap(List::stream).toList();
  }

  @Override
  public boolean isAlive() {
    return all().allMatch(Health::isAlive);
  }

  @Override
  public boolean isReady() {
    return all().allMatch(Health::isReady);
  }

  @Override
  public void close() {
    parts.close();
  }
}
