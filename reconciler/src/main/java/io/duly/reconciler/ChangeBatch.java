package io.duly.reconciler;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Changes that arrived together. The log may forget them once they are acknowledged. Thread-safe.
 */
final class ChangeBatch {
  private final List<Change> changes;
  private final CountDownLatch acknowledged = new CountDownLatch(1);

  ChangeBatch(List<Change> changes) {
    this.changes = List.copyOf(changes);
  }

  List<Change> changes() {
    return changes;
  }

  void acknowledge() {
    acknowledged.countDown();
  }

  void awaitAcknowledged() throws InterruptedException {
    acknowledged.await();
  }
}
