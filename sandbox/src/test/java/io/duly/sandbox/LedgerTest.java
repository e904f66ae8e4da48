package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03.000004Z");
  private static final OrderCall ONE = new OrderCall("1", "k1", "w1", "00ff");
  private static final OrderCall TWO =
      new OrderCall("2 \"\\\n\u0001\u20ac\ud83d\ude00", "", "w2", "");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("ledger.jsonl");
  }

  @Test
  void writesOneObjectALine() throws Exception {
    try (Ledger ledger = open(6)) {
      ledger.write(LedgerEvent.RECEIVED, ONE, 0, Delivery.FIRST);
      ledger.write(LedgerEvent.ANSWERED, ONE, 200, Delivery.DUPLICATE);
    }

    assertThat(file)
        .hasContent(
            """
            {"seq":7,"at":"2026-11-23T01:02:03.000004Z","event":"received","order":"1","key":"k1","worker":"w1","body":"00ff"}
            {"seq":8,"at":"2026-11-23T01:02:03.000004Z","event":"answered","order":"1","key":"k1","worker":"w1","body":"00ff","status":200,"duplicate":true}
            """);
  }

  @Test
  void readsBackWhatItWrote() throws Exception {
    List<LedgerEntry> written = new ArrayList<>();
    try (Ledger ledger = open(0)) {
      for (LedgerEvent event : LedgerEvent.values()) {
        written.add(ledger.write(event, ONE, 402, Delivery.FIRST));
        written.add(ledger.write(event, TWO, 0, Delivery.DUPLICATE));
      }
    }
    List<LedgerEntry> read = new ArrayList<>();

    LedgerReader.forEach(file, read::add);

    assertThat(read).isEqualTo(written);
    assertThat(read.get(0).instant()).isEqualTo(NOW);
  }

  @Test
  void showsALineSoonAfterItWasWritten() throws Exception {
    try (Ledger ledger = open(0)) {
      ledger.write(LedgerEvent.EFFECT, ONE, 0, Delivery.FIRST);

      await().until(() -> LedgerReader.read(file).effects() == 1);
    }
  }

  @Test
  void keepsLongBurstsWhole() throws Exception {
    try (Ledger ledger = open(0)) {
      for (int i = 0; i < 100_000; i++) {
        ledger.write(LedgerEvent.EFFECT, ONE, 0, Delivery.FIRST);
      }
    }

    assertThat(LedgerReader.read(file).effectsByOrder()).containsEntry("1", 100_000);
  }

  @Test
  void sumsUpCallsEffectsAndWhatIsOpen() throws Exception {
    try (Ledger ledger = open(0)) {
      for (OrderCall call : List.of(ONE, TWO, ONE)) {
        ledger.write(LedgerEvent.RECEIVED, call, 0, Delivery.FIRST);
        ledger.write(LedgerEvent.EFFECT, call, 0, Delivery.FIRST);
      }
      ledger.write(LedgerEvent.ANSWERED, ONE, 200, Delivery.FIRST);
      ledger.write(LedgerEvent.ABANDONED, TWO, 200, Delivery.FIRST);
      ledger.write(LedgerEvent.REJECTED, TWO, 429, Delivery.FIRST);
    }

    LedgerSummary summary = LedgerReader.read(file);

    assertThat(summary.requests()).isEqualTo(3);
    assertThat(summary.effects()).isEqualTo(3);
    assertThat(summary.rejected()).isEqualTo(1);
    assertThat(summary.ordersWithTwoEffects()).isEqualTo(1);
    assertThat(summary.callsByOrder()).containsEntry("1", 2).containsEntry(TWO.order(), 1);
    assertThat(summary.effectsByOrder()).isEqualTo(summary.callsByOrder());
    assertThat(summary.unansweredFrom("w1")).containsExactly("1");
    assertThat(summary.unansweredFrom("w2")).isEmpty();
    assertThat(summary.unansweredFrom("nobody")).isEmpty();
  }

  @Test
  void leavesOutAHalfWrittenLastLine() throws Exception {
    try (Ledger ledger = open(0)) {
      ledger.write(LedgerEvent.EFFECT, ONE, 0, Delivery.FIRST);
    }
    Files.writeString(file, "{\"seq\":2,\"at\":\"2026", StandardOpenOption.APPEND);

    assertThat(LedgerReader.read(file).effects()).isEqualTo(1);
  }

  @Test
  void refusesAForeignFile() throws Exception {
    Files.writeString(file, "hello\n");

    assertThatThrownBy(() -> LedgerReader.read(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("ledger.jsonl")
        .hasStackTraceContaining("hello");
  }

  @Test
  void tailFollowsAGrowingFileLineByLine() throws Exception {
    LedgerTail tail = LedgerTail.of(file);
    assertThat(tail.poll()).isZero();
    Files.writeString(
        file, "{\"seq\":1,\"event\":\"received\",\"order\":\"1\",\"worker\":\"w1\"}\n{");

    assertThat(tail.poll()).isEqualTo(1);
    assertThat(tail.inFlight("w1")).isEqualTo(1);
    assertThat(tail.ordersInFlight("w1")).containsExactly("1");

    String rest = "\"seq\":2,\"event\":\"answered\",\"order\":\"1\",\"worker\":\"w1\"}\n";
    Files.writeString(file, rest, StandardOpenOption.APPEND);
    assertThat(tail.poll()).isEqualTo(1);
    assertThat(tail.inFlight("w1")).isZero();
    assertThat(tail.poll()).isZero();
  }

  @Test
  void tailReadsALineLongerThanItsChunk() throws Exception {
    String order = "x".repeat(200_000);
    try (Ledger ledger = open(0)) {
      OrderCall call = new OrderCall(order, "", "w1", "");
      ledger.write(LedgerEvent.RECEIVED, call, 0, Delivery.FIRST);
    }
    LedgerTail tail = LedgerTail.of(file);

    tail.poll();

    assertThat(tail.ordersInFlight("w1")).containsExactly(order);
  }

  private Ledger open(long lastSeq) throws Exception {
    return Ledger.open(file, InstantSource.fixed(NOW), lastSeq);
  }
}
