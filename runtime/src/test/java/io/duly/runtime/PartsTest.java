package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
  private final List<String> closed = new ArrayList<>();
  private final Parts parts = new Parts();

  @Test
  void closesInReverseOrder() {
    add("first");
    add("second");
    add("third");

    parts.close();

    assertThat(closed).containsExactly("third", "second", "first");
  }

  @Test
  void closesAllThoughSomeFailAndReportsEachFailure() {
    add("first");
    addFailing("second");
    add("third");
    addFailing("fourth");

    assertThatThrownBy(parts::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("fourth is stuck")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(other -> assertThat(other).hasMessageContaining("second is stuck")));

    assertThat(closed).containsExactly("fourth", "third", "second", "first");
  }

  @Test
  void closesEachPartOnce() {
    add("only");
    parts.close();

    parts.close();

    assertThat(closed).containsExactly("only");
  }

  @Test
  void givesBackWhatItKeeps() {
    AutoCloseable part = () -> closed.add("part");

    AutoCloseable kept = parts.add(part);

    assertThat(kept).isSameAs(part);
  }

  private void add(String name) {
    AutoCloseable kept = parts.add(() -> closed.add(name));
    assertThat(kept).isNotNull();
  }

  private void addFailing(String name) {
    AutoCloseable kept =
        parts.add(
            () -> {
              closed.add(name);
              throw new IOException(name + " is stuck");
            });
    assertThat(kept).isNotNull();
  }
}
