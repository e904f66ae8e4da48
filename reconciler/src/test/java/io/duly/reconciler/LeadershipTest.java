package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SitesExtension.class)
class LeadershipTest {
  private static final Duration IDLE = Duration.ofSeconds(2);

  private Site site;
  private Leadership first;
  private Leadership second;

  @BeforeEach
  void open(Sites sites) {
    site = sites.open();
    first = leadership();
    second = leadership();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    site.close();
  }

  private Leadership leadership() {
    return new Leadership(
        site.settings(), "the lock of " + site.settings().text("topic.due"), IDLE);
  }

  @Test
  void aLeaderThatIsSilentIsReplacedAndKnowsItBeforeItAsks() throws Exception {
    assertThat(first.isOurs()).isTrue();
    assertThat(first.isCertain()).isTrue();
    assertThat(second.isOurs()).isFalse();
    assertThat(second.isCertain()).isFalse();
    long frozen = System.nanoTime();

    site.await("the second leads", second::isOurs);

    Duration took = Duration.ofNanos(System.nanoTime() - frozen);
    System.out.printf("a silent leader is replaced: idle=%s took=%s%n", IDLE, took);
    assertThat(took).isLessThan(IDLE.plusSeconds(5));
    assertThat(first.isCertain()).isFalse();
    assertThat(first.isOurs()).isFalse();
    assertThat(first.isOurs()).as("as one that stands by").isFalse();
    assertThat(second.isOurs()).isTrue();
  }

  @Test
  void aLeaderThatPingsIsNotReplaced() throws Exception {
    assertThat(first.isOurs()).isTrue();
    long end = System.nanoTime() + IDLE.multipliedBy(2).toNanos();

    site.await(
        "twice the time",
        () -> {
          assertThat(first.ping()).isTrue();
          assertThat(second.isOurs()).isFalse();
          return System.nanoTime() - end > 0;
        });

    assertThat(first.isCertain()).isTrue();
  }

  @Test
  void aLockThatWasLostIsNotOursOnceBeforeItIsTakenAgain() throws Exception {
    assertThat(first.isOurs()).isTrue();

    site.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()");
    site.await("lost", () -> !first.ping());

    assertThat(first.isOurs()).isFalse();
    assertThat(first.isOurs()).isTrue();
  }
}
