package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeclinesTest {
  @Test
  void includesTheGivenShareOfOrders() {
    Declines declines = new Declines(0.02);

    long declined =
        IntStream.range(0, 100_000).filter(id -> declines.include(Integer.toString(id))).count();

    assertThat(declined / 100_000.0).isCloseTo(0.02, within(0.002));
  }

  @Test
  void includesNoneOrAllAtTheEnds() {
    assertThat(IntStream.range(0, 1000).mapToObj(Integer::toString))
        .allMatch(new Declines(1)::include)
        .noneMatch(new Declines(0)::include);
  }
}
