package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusCodesTest {
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "200, 200",
    "200-203, 200 201 202 203",
    "'200-201,402,410', 200 201 402 410",
    "' 200 , 402 - 403 ', 200 402 403",
    "200-200, 200"
  })
  void containsTheCodesAndTheEndsOfTheRanges(String text, String wanted) {
    StatusCodes codes = new StatusCodes(text);

    assertThat(
            IntStream.range(100, 1000)
                .filter(codes::contains)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" ")))
        .isEqualTo(wanted);
  }
}
