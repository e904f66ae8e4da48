package io.duly.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gauges of what can be read, and of nothing else. */
class OverviewGaugesTest {
  private static final String[] PATIENCE = {
    "kafka.default.api.timeout.ms", "1500", "kafka.request.timeout.ms", "1000"
  };

  @TempDir Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    registry.getMeters().forEach(each -> names.add(each.getId().getName()));
    return names;
  }

  private double problem(Problem.Kind kind) {
    return registry.get("duly.problem").tag("kind", kind.name()).gauge().value();
  }

  @Test
  void duringAnOutageNothingIsShownThatIsNotKnown() throws Exception {
    try (Site site = new Site(folder);
        Installation installation = site.open(PATIENCE);
        OverviewGauges gauges = new OverviewGauges(installation, registry)) {
      gauges.look();
      assertThat(names())
          .contains("kafka.consumergroup.group.sum.lag", "kafka.partition.latest.offset");
      assertThat(problem(Problem.Kind.KAFKA_NOT_READ)).isZero();

      site.stopBroker();
      gauges.look();

      assertThat(names()).noneMatch(each -> each.startsWith("kafka."));
      assertThat(problem(Problem.Kind.KAFKA_NOT_READ)).isOne();
      assertThat(age()).isLessThan(10);

      installation.database().close();
      assertThatThrownBy(gauges::look).isInstanceOf(RuntimeException.class);

      assertThat(names()).containsExactly("duly.overview.age.seconds");
    }
    assertThat(names()).isEmpty();
  }

  private double age() {
    return registry.get("duly.overview.age.seconds").gauge().value();
  }
}
