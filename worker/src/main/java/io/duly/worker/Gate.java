package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.orders.Pauses;
import io.duly.orders.Permits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds claiming back while the API cannot be used: it asked to wait, it cannot be reached, it
 * refuses everybody, or a person paused the calls. What the API asks for and pauses hold for all
 * workers, through the shared row; an outage each notices by itself. Orders are never failed by any
 * of these. learn(), maySend() and isPaused() are thread-safe, the rest belongs to the claim
 * thread.
 */
final class Gate implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gate.class);
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(200).toNanos();

  /** A pause that is still to be written; without probes, a person has to end it. */
  private record Wanted(String reason, boolean probes) {}

  private final Permits permits;
  private final Pauses pauses;
  private final GateSettings settings;
  private final InstantSource time;
  private final Patience patience = new Patience();
  private final Breaker breaker;
  private final FailureLimit failureLimit;
  private final Suspects suspects = new Suspects();
  private final Gauge openness;
  private final AtomicReference<Duration> hold = new AtomicReference<>(Duration.ZERO);
  private final AtomicReference<@Nullable Wanted> wanted = new AtomicReference<>();
  private volatile boolean isProbing;
  private volatile boolean isAccepted;
  private volatile long closedNanos = System.nanoTime();
  private volatile Optional<Pauses.Pause> pause = Optional.empty();
  private boolean isHeld;
  private boolean isWaiting;
  private boolean wasMaintained;
  private long lookedNanos = System.nanoTime() - LOOK_AGAIN_NANOS;

  Gate(Permits permits, Pauses pauses, GateSettings settings, InstantSource time) {
    this.time = time;
    this.permits = permits;
    this.pauses = pauses;
    this.settings = settings;
    this.breaker = new Breaker(settings.failuresInRow(), settings.probeInterval());
    this.failureLimit = new FailureLimit(settings.failureWindow(), settings.failurePercent());
    this.openness =
        Gauge.builder("duly.breaker.open", breaker, each -> each.isOpen() ? 1 : 0)
            .register(Metrics.globalRegistry);
  }

  /** Learns from the answer to a claim's call. Called from the API's thread; does not block. */
  void learn(Planned planned, ApiAnswer answer) {
    long now = System.nanoTime();
    if (failureLimit.isReachedBy(answer)) {
      wanted.set(new Wanted(failureLimit.reason(), false));
      closedNanos = now;
    }
    if (isAccepting(answer)) {
      suspects.accepted();
    }
    boolean isStale = planned.claimedNanos() - closedNanos < 0;
    if (isStale) {
      return; // the gate has been closed since; what it stood for is known
    }
    boolean isOfTheApi = !(answer instanceof ApiAnswer.TurnedAway) || answer.httpStatus() != null;
    if (isOfTheApi && closes(planned, answer, now)) {
      closedNanos = now;
    }
    if (isProbing && !(answer instanceof ApiAnswer.Withheld)) {
      isAccepted = isAccepting(answer);
      isProbing = false;
    }
  }

  private static boolean isAccepting(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Executed || answer instanceof ApiAnswer.Refused;
  }

  private boolean closes(Planned planned, ApiAnswer answer, long now) {
    Duration asked = patience.after(answer, now);
    if (!asked.isZero()) {
      hold.accumulateAndGet(asked, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
    boolean turnsEverybodyAway =
        answer instanceof ApiAnswer.TurnedAway
            && suspects.areTooManyWith(planned.claim().orderId());
    if (answer instanceof ApiAnswer.Misconfigured || turnsEverybodyAway) {
      wanted.compareAndSet(null, new Wanted("the API answers " + answer.reason(), true));
      return true;
    }
    return breaker.learn(answer, now) || !asked.isZero();
  }

  /** Whether a request may be sent whose order was claimed at that System.nanoTime(). */
  boolean maySend(long claimedNanos) {
    return claimedNanos - closedNanos >= 0;
  }

  /** Whether calls are paused, and what is sent all the same is a probe. */
  boolean isPaused() {
    return pause.isPresent();
  }

  /**
   * How many orders may be claimed now, given whether no call is under way; one where it is tried
   * out whether the API can be used again. Asks the database a few times a second.
   */
  int allows(boolean isIdle) {
    write();
    boolean looked = look();
    if (isHeld || (pause.isPresent() && !pause.get().probes())) {
      return 0;
    }
    if (pause.isEmpty()) {
      return breaker.allows(isIdle, System.nanoTime());
    }
    if (isIdle && looked && !isProbing) {
      isProbing = pauses.takeProbe(settings.probeInterval());
    }
    return isIdle && isProbing ? 1 : 0;
  }

  private void write() {
    Duration wait = hold.getAndSet(Duration.ZERO);
    if (!wait.isZero()) {
      log.warn("The API asks to wait wait={}", wait);
      permits.hold(wait);
      lookAgain();
    }
    Wanted pausing = wanted.getAndSet(null);
    if (pausing != null) {
      pause(pausing);
      lookAgain();
    }
    if (isAccepted) {
      isAccepted = false;
      if (pauses.resumeProbed()) {
        log.info("The API accepts orders again, calls go on");
      }
      lookAgain();
    }
  }

  private void pause(Wanted pausing) {
    boolean isNew =
        pausing.probes()
            ? pauses.suspend(pausing.reason(), settings.probeInterval())
            : pauses.stop(pausing.reason());
    if (isNew) {
      log.error(
          "Calls are paused for all workers: {} reason={}",
          pausing.probes() ? "mend the settings" : "look at the failures, then run `duly resume`",
          pausing.reason());
    }
  }

  private void lookAgain() {
    lookedNanos = System.nanoTime() - LOOK_AGAIN_NANOS;
  }

  private boolean look() {
    if (System.nanoTime() - lookedNanos < LOOK_AGAIN_NANOS) {
      return false;
    }
    Optional<Pauses.Pause> seen = pauses.current();
    if (seen.isPresent() && pause.isEmpty()) {
      closedNanos = System.nanoTime();
      log.warn("Calls are paused reason={}", seen.get().reason());
    }
    if (seen.isEmpty() && pause.isPresent()) {
      suspects.forget();
    }
    pause = seen;
    boolean waits = pause.isEmpty() && !permits.isOpen(settings.horizon());
    if (waits && !isWaiting) {
      closedNanos = System.nanoTime();
    }
    isWaiting = waits;
    isHeld = waits || isMaintained();
    lookedNanos = System.nanoTime();
    return true;
  }

  private boolean isMaintained() {
    boolean is = !settings.maintenance().allows(time.instant(), settings.longestCall());
    if (is != wasMaintained) {
      log.info("Maintenance of the API {}", is ? "begins, calls are held back" : "is over");
      wasMaintained = is;
    }
    return is;
  }

  /** Ends its metric. */
  @Override
  public void close() {
    var unused = Metrics.globalRegistry.remove(openness);
  }
}
