package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> NAMES = List.of("api.url", "api.timeout", "worker.id");

  @ParameterizedTest
  @CsvSource({"'', '', 0", "a, '', 1", "'', ab, 2", "kitten, sitting, 3", "flaw, lawn, 2"})
  void countsInsertionsDeletionsAndSubstitutions(String a, String b, int wanted) {
    int distance = Nearest.distance(a, b);

    assertThat(distance).isEqualTo(wanted).isEqualTo(Nearest.distance(b, a));
  }

  @Test
  void suggestsTheNearestName() {
    String suggestion = Nearest.suggestion("api.timout", NAMES);

    assertThat(suggestion).isEqualTo(": did you mean api.timeout?");
  }

  @Test
  void suggestsNothingWhereNoNameIsNear() {
    assertThat(Nearest.suggestion("colour", NAMES)).isEmpty();
    assertThat(Nearest.suggestion("api.url", List.of())).isEmpty();
  }
}
