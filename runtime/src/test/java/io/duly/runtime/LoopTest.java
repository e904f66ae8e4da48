package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LoopTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger passes = new AtomicInteger();
  private final AtomicReference<Thread> thread = new AtomicReference<>();
  private final CountDownLatch enough = new CountDownLatch(1);
  private Loop loop;

  @AfterEach
  void close() {
    loop.close();
    assertThat(loop.isRunning()).isFalse();
  }

  @Test
  void restsAfterAPassThatDidNothing() {
    start(pass -> 0);

    await().until(() -> isIn(Thread.State.TIMED_WAITING));

    assertThat(passes).hasValue(1);
    assertThat(loop.isRunning()).isTrue();
    assertThat(loop.failure()).isNull();
  }

  @Test
  void runsOnAThreadOfTheNameItWasGiven() {
    start(pass -> 0);

    await().until(() -> thread.get() != null);

    assertThat(thread.get().getName()).isEqualTo("test-loop");
  }

  @Test
  void goesOnWithoutRestWhileThereIsWork() {
    start(pass -> pass < 100 ? 1 : 0);

    await().until(() -> isIn(Thread.State.TIMED_WAITING));

    assertThat(passes).hasValue(100);
  }

  @Test
  void goesOnAfterAFailure() throws Exception {
    start(
        pass -> {
          if (pass < 3) {
            throw new IllegalStateException("pass " + pass + " fails");
          }
          enough.countDown();
          return 0;
        });

    enough.await();

    assertThat(loop.failure()).isNull();
    assertThat(loop.isRunning()).isTrue();
  }

  @Test
  void endsOnAFatalFailureAndSaysWhy() {
    Loop.Fatal fatal = new Loop.Fatal("fenced", null);
    start(
        pass -> {
          throw fatal;
        });

    await().until(() -> !loop.isRunning());

    assertThat(loop.failure()).isSameAs(fatal);
    assertThat(passes).hasValue(1);
  }

  @Test
  void endsOnAnError() {
    start(
        pass -> {
          throw new AssertionError("broken");
        });

    await().until(() -> !loop.isRunning());

    assertThat(loop.failure()).isInstanceOf(AssertionError.class);
  }

  @Test
  void waitsForThePassUnderWayWhenItCloses() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    start(
        pass -> {
          enough.countDown();
          release.await();
          return 1;
        });
    enough.await();

    Thread closing = new Thread(loop::close, "closing");
    closing.start();

    await().until(() -> closing.getState() == Thread.State.WAITING);
    assertThat(loop.isRunning()).isTrue();
    release.countDown();
    closing.join();
    assertThat(loop.isRunning()).isFalse();
    assertThat(passes).hasValue(1);
  }

  @Test
  void mayBeClosedByItsOwnThread() {
    CountDownLatch started = new CountDownLatch(1);
    start(
        pass -> {
          started.await();
          loop.close();
          return 1;
        });

    started.countDown();

    await().until(() -> !loop.isRunning());
    assertThat(passes).hasValue(1);
    assertThat(loop.failure()).isNull();
  }

  @Test
  void passesAnInterruptOfTheCloserOnToThePass() throws Exception {
    start(
        pass -> {
          enough.countDown();
          new CountDownLatch(1).await();
          return 1;
        });
    enough.await();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread closing =
        new Thread(
            () -> {
              loop.close();
              flag.set(Thread.currentThread().isInterrupted());
            },
            "closing");
    closing.start();
    await().until(() -> closing.getState() == Thread.State.WAITING);

    closing.interrupt();

    closing.join();
    assertThat(loop.isRunning()).isFalse();
    assertThat(flag).hasValue(true);
  }

  @Test
  void stopsWithoutWaiting() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    start(
        pass -> {
          enough.countDown();
          release.await();
          return 1;
        });
    enough.await();

    loop.stop();

    assertThat(loop.isRunning()).isTrue();
    release.countDown();
    await().until(() -> !loop.isRunning());
  }

  @Test
  void tellsHowLongAgoTheLastPassEnded() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    start(
        pass -> {
          if (pass > 1) {
            enough.countDown();
            release.await();
          }
          return 1;
        });
    enough.await();

    await().until(() -> loop.sinceLastPass().compareTo(Duration.ofMillis(20)) > 0);

    Duration before = loop.sinceLastPass();
    assertThat(loop.sinceLastPass()).isGreaterThanOrEqualTo(before);
    release.countDown();
    await().until(() -> loop.sinceLastPass().compareTo(before) < 0);
  }

  private void start(CountedStep step) {
    loop =
        Loop.start(
            "test-loop",
            LONG,
            () -> {
              thread.set(Thread.currentThread());
              return step.pass(passes.incrementAndGet());
            });
  }

  private boolean isIn(Thread.State state) {
    return thread.get() != null && thread.get().getState() == state;
  }

  private interface CountedStep {
    int pass(int number) throws Exception;
  }
}
