package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
  private static final String TABLE = "\"public\".\"orders\"";

  private final IdempotencyKeys keys = new IdempotencyKeys("duly", TABLE);

  /** The value is that of Python's uuid.uuid5 over the same name. */
  @Test
  void neverChangesItsKeys() {
    UUID key = keys.of("42", 0);

    assertThat(key).hasToString("f86e2ad6-a899-5a8e-8397-d78abc3c2565");
  }

  @Test
  void makesUuidsOfVersion5() {
    assertThat(IntStream.range(0, 1000).mapToObj(i -> keys.of(Integer.toString(i), 0)))
        .allSatisfy(
            key -> {
              assertThat(key.version()).isEqualTo(5);
              assertThat(key.variant()).isEqualTo(2);
            })
        .doesNotHaveDuplicates();
  }

  @Test
  void givesTheSameKeyAgain() {
    UUID again = new IdempotencyKeys("duly", TABLE).of("42", 3);

    assertThat(again).isEqualTo(keys.of("42", 3));
  }

  @Test
  void makesAnotherKeyForAnyOtherPart() {
    UUID key = keys.of("42", 1);

    assertThat(key)
        .isNotEqualTo(keys.of("42", 2))
        .isNotEqualTo(keys.of("421", 1))
        .isNotEqualTo(keys.of("4", 21))
        .isNotEqualTo(new IdempotencyKeys("duly2", TABLE).of("42", 1))
        .isNotEqualTo(new IdempotencyKeys("duly", "\"public\".\"orders2\"").of("42", 1));
  }
}
