package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.duly.sandbox.SampleContract;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {
  private final Docket docket = new Docket();

  @ParameterizedTest
  @EnumSource
  void holdsWhereAllWentWell(SampleContract contract) {
    docket.contract = contract;

    Verdict verdict = docket.judged();

    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.holds()).isTrue();
  }

  @Test
  void countsWhatTheWitnessesSaid() {
    Verdict verdict = docket.judged();

    assertThat(verdict.orders()).isEqualTo(5);
    assertThat(verdict.completed()).isEqualTo(2);
    assertThat(verdict.failed()).isEqualTo(1);
    assertThat(verdict.inDoubt()).isEqualTo(1);
    assertThat(verdict.cancelled()).isEqualTo(1);
    assertThat(verdict.effects()).isEqualTo(3);
    assertThat(verdict.calls()).isEqualTo(4);
    assertThat(verdict.resultEvents()).isEqualTo(5);
    assertThat(verdict.confirmed()).isEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource
  void namesEachWrong(String sentence, Consumer<Docket> wrong) {
    wrong.accept(docket);

    Verdict verdict = docket.judged();

    assertThat(verdict.violations()).containsExactly(sentence);
    assertThat(verdict.holds()).isFalse();
  }

  static Stream<Arguments> namesEachWrong() {
    return Stream.of(inTopic(), inLog(), inLedger()).flatMap(each -> each);
  }

  private static Stream<Arguments> inTopic() {
    return Stream.of(
        wrong(
            "order 1 is COMPLETED and has no event in the result topic",
            docket -> docket.told.remove(0)),
        wrong(
            "order 3 is IN_DOUBT and the result topic says FAILED",
            docket -> docket.tell("3", 3, 1, Status.FAILED)),
        wrong(
            "order 5 is COMPLETED and the result topic says IN_DOUBT",
            docket -> docket.told.remove(3)),
        wrong(
            "order 4 is CANCELLED and the result topic says COMPLETED",
            docket -> docket.tell("4", 1, 1, Status.COMPLETED)),
        wrong(
            "order 1 has attempt 1, transition 1 twice in the result topic",
            docket -> docket.tell("1", 1, 1, Status.COMPLETED)),
        wrong(
            "order 5 has attempt 1, transition 1 twice in the result topic",
            docket -> docket.tell("5", 1, 1, Status.FAILED)),
        wrong(
            "order 9 is in the result topic and not in the table",
            docket -> docket.tell("9", 1, 1, Status.COMPLETED)),
        wrong(
            "the record at 0/7 of the result topic is no JSON",
            docket -> docket.unreadable.add("the record at 0/7 of the result topic is no JSON")));
  }

  private static Stream<Arguments> inLog() {
    return Stream.of(
        wrong(
            "order 2 went from COMPLETED to FAILED in the log",
            docket -> docket.illegal.add(new Move("2", Status.COMPLETED, Status.FAILED))),
        wrong(
            "order 1 is COMPLETED and the log says PROCESSING",
            docket -> docket.logged.put("1", Status.PROCESSING)),
        wrong("order 4 is CANCELLED and the log says PENDING", docket -> docket.logged.remove("4")),
        wrong(
            "order 9 is in the log and not in the table",
            docket -> docket.logged.put("9", Status.PENDING)),
        wrong("3 orders are confirmed and 4 have a result", docket -> docket.confirmed = 3));
  }

  private static Stream<Arguments> inLedger() {
    return Stream.of(
        wrong(
            "order 3 has 2 effects in the API's ledger",
            docket -> docket.ledger.put("3", new Calls(1, 2, 0, 0, 0))),
        wrong(
            "order 1 is COMPLETED and has no effect in the API's ledger",
            docket -> docket.ledger.remove("1")),
        wrong(
            "order 2 is FAILED and has an effect in the API's ledger",
            docket -> docket.ledger.put("2", Docket.EXECUTED)),
        wrong(
            "order 9 is in the API's ledger and not in the table",
            docket -> docket.ledger.put("9", Docket.DECLINED)),
        wrong(
            "order 1 was called 2 times under NEITHER",
            docket -> docket.ledger.put("1", new Calls(2, 1, 0, 0, 0))),
        wrong(
            "order 1 was called 2 times under LOOKUP",
            docket -> {
              docket.contract = SampleContract.LOOKUP;
              docket.ledger.put("1", new Calls(2, 1, 0, 0, 1));
            }));
  }

  private static Arguments wrong(String sentence, Consumer<Docket> wrong) {
    return arguments(sentence, wrong);
  }

  @Test
  void letsALookupOrderBeCalledAgainWhereTheFirstCallHadNoEffect() {
    docket.contract = SampleContract.LOOKUP;
    docket.ledger.put("1", new Calls(2, 1, 0, 0, 0));

    assertThat(docket.judged().holds()).isTrue();
  }

  @Test
  void letsAnIdempotentOrderBeCalledAsOftenAsItTakes() {
    docket.contract = SampleContract.IDEMPOTENT;
    docket.ledger.put("1", new Calls(7, 1, 0, 0, 6));

    assertThat(docket.judged().holds()).isTrue();
  }

  @Test
  void letsADoubtBeCancelledAfterItWasPutBack() {
    docket.tell("4", 1, 1, Status.IN_DOUBT);

    assertThat(docket.judged().holds()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "UNKNOWN"})
  void losesAnOrderThatIsNotSettled(Status status) {
    docket.is("6", status);

    Verdict verdict = docket.judged();

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.holds()).isFalse();
  }

  @Test
  void findsAnOrderStuck() {
    docket.is("6", Status.PROCESSING);

    Verdict verdict = docket.judged();

    assertThat(verdict.stuck()).isEqualTo(1);
    assertThat(verdict.holds()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "PROCESSING", "UNKNOWN"})
  void wantsNoResultOfAnOrderUnderWay(Status status) {
    docket.is("6", status);
    docket.tell("6", 1, 1, Status.IN_DOUBT);

    assertThat(docket.judged().violations())
        .containsExactly("order 6 is " + status + " and the result topic says IN_DOUBT");
  }

  @Test
  void doesNotHoldWhileTheGroupLags() {
    docket.lag = 1;

    assertThat(docket.judged().holds()).isFalse();
  }

  @Test
  void countsWhatIsBeyondTwentySentencesOfAKind() {
    for (int order = 101; order <= 125; order++) {
      docket.ledger.put("" + order, Docket.DECLINED);
    }
    docket.logged.remove("4");

    assertThat(docket.judged().violations())
        .hasSize(22)
        .contains("and 5 more orders called that are not in the table")
        .contains("order 4 is CANCELLED and the log says PENDING");
  }
}
