package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWitnessTest {
  @TempDir Path folder;
  private Path ledger;
  private final StringBuilder lines = new StringBuilder();

  @BeforeEach
  void name() {
    ledger = folder.resolve("ledger.jsonl");
  }

  @Test
  void countsCallsAndEffectsOfEachOrder() throws Exception {
    note("received", "1", 0);
    note("received", "2", 0);
    note("effect", "1", 0);
    note("answered", "1", 200);
    note("answered", "2", 402);
    note("rejected", "3", 429);

    assertThat(read())
        .containsOnlyKeys("1", "2")
        .containsEntry("1", Docket.EXECUTED)
        .containsEntry("2", Docket.DECLINED);
  }

  @Test
  void takesARepeatForProvenWhereTheFirstCallEndedWithoutEffect() throws Exception {
    note("received", "1", 0);
    note("abandoned", "1", 0);
    note("received", "1", 0);
    note("effect", "1", 0);
    note("answered", "1", 200);

    assertThat(read().get("1")).isEqualTo(new Calls(2, 1, 0, 0, 0));
  }

  @Test
  void takesARepeatForUnprovenWhileTheFirstCallIsUnderWay() throws Exception {
    note("received", "1", 0);
    note("received", "1", 0);
    note("effect", "1", 0);

    assertThat(read().get("1")).isEqualTo(new Calls(2, 1, 2, 0, 1));
  }

  @Test
  void takesARepeatForUnprovenAfterAnEffect() throws Exception {
    note("received", "1", 0);
    note("effect", "1", 0);
    note("abandoned", "1", 200);
    note("received", "1", 0);

    assertThat(read().get("1").unproven()).isEqualTo(1);
  }

  @Test
  void takesARepeatForUnprovenAfterTheFirstCallWasDeclined() throws Exception {
    note("received", "1", 0);
    note("abandoned", "1", 402);
    note("received", "1", 0);

    assertThat(read().get("1").unproven()).isEqualTo(1);
  }

  private Map<String, Calls> read() throws Exception {
    Files.writeString(ledger, lines);
    return LedgerWitness.read(ledger);
  }

  private void note(String event, String order, int status) {
    lines.append(
        "{\"seq\":1,\"event\":\"%s\",\"order\":\"%s\",\"status\":%d}\n"
            .formatted(event, order, status));
  }
}
