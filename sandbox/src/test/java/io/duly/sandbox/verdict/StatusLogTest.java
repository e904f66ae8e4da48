package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusLogTest {
  private final StatusLog log = new StatusLog("public.orders");

  @ParameterizedTest
  @CsvSource({
    "PENDING, 'PROCESSING IN_DOUBT CANCELLED'",
    "PROCESSING, 'PENDING COMPLETED FAILED IN_DOUBT'",
    "IN_DOUBT, 'PENDING COMPLETED FAILED'",
    "COMPLETED, ''",
    "FAILED, ''",
    "CANCELLED, ''",
    "UNKNOWN, ''"
  })
  void knowsTheLegalMoves(Status from, String legal) {
    for (Status next : Status.values()) {
      assertThat(from.mayBecome(next))
          .as(from + " to " + next)
          .isEqualTo(legal.contains(next.name()));
    }
  }

  @Test
  void findsAnOrderCompletedThatWasNeverUnderWay() {
    update("id[bigint]:1 status[text]:'COMPLETED'");

    assertThat(log.story().illegal())
        .containsExactly(new Move("1", Status.PENDING, Status.COMPLETED));
  }

  @Test
  void readsTheColumnsWhereverTheyAre() {
    update("tags[text[]]:'{a,b}' status[shop.\"state\"]:'PROCESSING' x[bit]:B'1' id[text]:'it''s'");

    assertThat(log.story().last()).containsOnly(entry("it's", Status.PROCESSING));
  }

  @Test
  void isNotFooledByTextThatLooksLikeAColumn() {
    update(
        "id[bigint]:1 note[text]:' status[text]:''FAILED'' id[bigint]:2' \"status[\"[text]:'x'"
            + " order_status[text]:'FAILED' status[text]:'PROCESSING' more[text]:null");

    assertThat(log.story().last()).containsOnly(entry("1", Status.PROCESSING));
    assertThat(log.story().illegal()).isEmpty();
  }

  @Test
  void takesTheNewRowOfTwo() {
    update(
        "old-key: id[bigint]:1 status[text]:'PENDING' new-tuple: id[bigint]:1"
            + " note[text]:unchanged-toast-datum status[text]:'PROCESSING'");

    assertThat(log.story().last()).containsOnly(entry("1", Status.PROCESSING));
  }

  @Test
  void passesOverOtherTablesAndInserts() {
    log.follow("BEGIN");
    log.follow("table public.orders: INSERT: id[bigint]:1 status[text]:'COMPLETED'");
    log.follow("table public.orders2: UPDATE: id[bigint]:1 status[text]:'COMPLETED'");
    log.follow("table other.orders: UPDATE: id[bigint]:1 status[text]:'COMPLETED'");

    assertThat(log.story().last()).isEmpty();
  }

  @Test
  void saysSoWhereALineIsCutShort() {
    assertThatThrownBy(() -> update("id[bigint]:1 status[text]:'COMP"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test_decoding");
  }

  private void update(String row) {
    log.follow("table public.orders: UPDATE: " + row);
  }
}
