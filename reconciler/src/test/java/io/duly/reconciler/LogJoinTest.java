package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.IdType;
import io.duly.orders.LogMessage;
import io.duly.orders.LogMessage.Entry;
import io.duly.orders.LogMessage.Kind;
import io.duly.orders.OrderStatus;
import io.duly.orders.OrdersTable;
import io.duly.orders.Outcome;
import io.duly.orders.PublicationForm;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogJoinTest {
  private final LogJoin join = new LogJoin(table(), PublicationForm.COLUMNS);

  private static OrdersTable table() {
    Map<OrderStatus, String> values = new EnumMap<>(OrderStatus.class);
    for (OrderStatus each : OrderStatus.values()) {
      values.put(each, each.name().toLowerCase(java.util.Locale.ROOT));
    }
    return new OrdersTable(
        "\"public\".\"orders\"",
        "\"id\"",
        IdType.BIGINT,
        "\"status\"",
        "text",
        values,
        List.of("\"id\""),
        "");
  }

  private static Change row(long transaction, String id, String status) {
    return new Change.Row(transaction, id, status, Instant.EPOCH);
  }

  private static Change said(long transaction, Entry... entries) {
    return new Change.Said(transaction, new LogMessage(Kind.RECORD, List.of(entries)));
  }

  @Test
  void aRowWithItsMessageIsAResult() {
    LogJoin.Meaning meaning =
        join.join(
            List.of(
                row(1, "7", "completed"),
                said(1, new Entry("7", 2, 1, Outcome.COMPLETED, true, 3))));

    assertThat(meaning.results()).containsExactly(new ResultKey("7", 2, 1));
    assertThat(meaning.foreign()).isEmpty();
  }

  @Test
  void aMessageMayComeInTheNextBatch() {
    LogJoin.Meaning first = join.join(List.of(row(1, "7", "completed")));
    LogJoin.Meaning second =
        join.join(List.of(said(1, new Entry("7", 2, 1, Outcome.COMPLETED, true, 3))));

    assertThat(first.foreign()).isEmpty();
    assertThat(second.results()).containsExactly(new ResultKey("7", 2, 1));
  }

  @Test
  void aRowWithoutAMessageWasWrittenBySomebodyElse() {
    LogJoin.Meaning meaning =
        join.join(List.of(row(1, "7", "cancelled"), row(2, "8", "processing")));

    assertThat(meaning.foreign()).extracting(Change.Row::orderId).containsExactly("7");
  }

  @Test
  void aMessageWhoseRowDoesNotFollowConfirmsNothing() {
    LogJoin.Meaning meaning =
        join.join(List.of(said(1, new Entry("7", 2, 1, Outcome.COMPLETED, true, 3))));

    assertThat(meaning.results()).isEmpty();
  }

  @Test
  void aResultWhoseStatusWasTakenByItsOwnerIsShownByTheMessageAlone() {
    LogJoin.Meaning meaning =
        join.join(List.of(said(1, new Entry("7", 2, 1, Outcome.COMPLETED, false, 3))));

    assertThat(meaning.results()).containsExactly(new ResultKey("7", 2, 1));
  }

  @Test
  void aClaimIsNoResult() {
    LogJoin.Meaning meaning =
        join.join(List.of(row(1, "7", "processing"), said(1, new Entry("7", 2, 0, null, true, 3))));

    assertThat(meaning.results()).isEmpty();
    assertThat(meaning.foreign()).isEmpty();
  }

  @Test
  void dueOrdersAreToBePublished() {
    Entry due = new Entry("7", 0, 0, null, false, 3);

    LogJoin.Meaning meaning =
        join.join(List.of(new Change.Said(1, new LogMessage(Kind.DUE, List.of(due)))));

    assertThat(meaning.due()).containsExactly(due);
  }

  @Test
  void whereRowsAreNotPublishedTheMessageShowsTheResult() {
    LogJoin messages = new LogJoin(table(), PublicationForm.MESSAGES);

    LogJoin.Meaning meaning =
        messages.join(List.of(said(1, new Entry("7", 2, 1, Outcome.COMPLETED, true, 3))));

    assertThat(meaning.results()).containsExactly(new ResultKey("7", 2, 1));
  }

  @Test
  void aHugeTransactionOfOthersIsNotKept() {
    List<Change> rows =
        IntStream.range(0, 500_000).mapToObj(n -> row(1, String.valueOf(n), "cancelled")).toList();

    LogJoin.Meaning meaning = join.join(rows);

    assertThat(meaning.foreign()).hasSize(400_000);
  }
}
