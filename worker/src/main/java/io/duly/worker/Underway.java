package io.duly.worker;

import io.duly.orders.Lanes;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * The orders in a worker's hands.
 *
 * @param intake read and not yet claimed
 * @param window permits for orders claimed and not yet recorded
 * @param finished done with, for the poll thread
 */
record Underway(Intake intake, Semaphore window, Queue<Finished> finished) {
  static Underway ofWindow(int window, Lanes lanes) {
    return new Underway(new Intake(lanes), new Semaphore(window), new ConcurrentLinkedQueue<>());
  }
}
