package io.duly.cli;

import io.duly.api.OrderApis;
import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.reconciler.Reconciler;
import io.duly.runtime.Parts;
import io.duly.worker.Worker;
import java.util.List;
import java.util.stream.Stream;

/** Ingest, one worker and a reconciler in this process. Thread-safe. */
final class Pipeline implements AutoCloseable {
  private final Parts parts = new Parts();
  private final Reconciler reconciler;
  private final Worker worker;
  private final Ingest ingest;

  private Pipeline(Installation installation) {
    this.reconciler =
        parts.add(
            Reconciler.start(
                installation.settings(), installation.database(), installation.table()));
    this.worker =
        parts.add(
            Worker.start(installation.settings(), installation.database(), installation.table()));
    this.ingest =
        parts.add(
            Ingest.start(installation.settings(), installation.database(), installation.table()));
  }

  static Pipeline start(Installation installation) {
    OrderApis.checked(installation.settings());
    return new Pipeline(installation);
  }

  /** The failures of its parts, if any. */
  List<Throwable> failures() {
    return Stream.of(reconciler.failures(), worker.failures(), ingest.failures())
        .flatMap(List::stream)
        .toList();
  }

  /** Whether its reconciler sees the changes, or stands by. */
  boolean isReady() {
    return reconciler.isReady();
  }

  @Override
  public void close() {
    parts.close();
  }
}
