package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final AtomicLong nanos = new AtomicLong(5);

  @Test
  void letsATwentiethOfASecondThroughAtOnce() {
    TokenBucket bucket = new TokenBucket(100, nanos::get);

    assertThat(taken(bucket, 1_000)).isEqualTo(5);
  }

  @Test
  void fillsEvenlyAndNeverAboveItsBurst() {
    TokenBucket bucket = new TokenBucket(100, nanos::get);
    taken(bucket, 1_000);

    nanos.addAndGet(20_000_000);
    assertThat(taken(bucket, 1_000)).isEqualTo(2);
    nanos.addAndGet(60_000_000_000L);
    assertThat(taken(bucket, 1_000)).isEqualTo(5);
  }

  @Test
  void passesOneAtATimeAtALowRate() {
    TokenBucket bucket = new TokenBucket(1, nanos::get);

    assertThat(taken(bucket, 10)).isEqualTo(1);
    nanos.addAndGet(999_000_000);
    assertThat(taken(bucket, 10)).isZero();
    nanos.addAndGet(2_000_000);
    assertThat(taken(bucket, 10)).isEqualTo(1);
  }

  @Test
  void refusesNobodyWithoutACap() {
    assertThat(taken(new TokenBucket(0, nanos::get), 100_000)).isEqualTo(100_000);
  }

  private static int taken(TokenBucket bucket, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += bucket.take() ? 1 : 0;
    }
    return taken;
  }
}
