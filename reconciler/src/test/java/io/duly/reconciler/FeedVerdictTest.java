package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.FeedTable;
import io.duly.orders.SlotState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeedVerdictTest {
  private static final String FITS = "update root \"public\".\"orders\" (\"id\", \"status\")";
  private static final SlotState GOOD = slot("pgoutput", "shop", "reserved", null, 100L);
  private static final FeedTable.Position SAVED = new FeedTable.Position(100, true);

  @Test
  void whereAllFitsItGoes() {
    assertThat(FeedVerdict.beforeStart(facts(GOOD, SAVED, FITS))).isEqualTo(go());
  }

  @Test
  void aSlotBehindTheSavedPositionShowsAgainAndMissesNothing() {
    assertThat(FeedVerdict.beforeStart(facts(GOOD, new FeedTable.Position(500, true), FITS)))
        .isEqualTo(go());
  }

  @Test
  void aSlotAheadOfTheSavedPositionIsAGap() {
    FeedVerdict verdict =
        FeedVerdict.beforeStart(facts(GOOD, new FeedTable.Position(60, true), FITS));

    assertThat(verdict)
        .isEqualTo(
            new FeedVerdict.Go(
                Optional.of(
                    "the replication slot was made anew or moved on by others, by 40 bytes of log")));
  }

  @Test
  void aPositionOfAnotherServerIsAGap() {
    FeedVerdict verdict =
        FeedVerdict.beforeStart(facts(GOOD, new FeedTable.Position(500, false), FITS));

    assertThat(((FeedVerdict.Go) verdict).gap()).isPresent();
  }

  @Test
  void noPositionIsAGapOnlyWhereThereAreAttempts() {
    FeedFacts fresh = facts(GOOD, null, FITS);
    FeedFacts old =
        new FeedFacts(
            fresh.tableFault(),
            fresh.slot(),
            fresh.saved(),
            fresh.publication(),
            fresh.database(),
            true);

    assertThat(FeedVerdict.beforeStart(fresh)).isEqualTo(go());
    assertThat(((FeedVerdict.Go) FeedVerdict.beforeStart(old)).gap()).isPresent();
  }

  @Test
  void aSlotThatIsMissingOrLostIsMadeAnew() {
    assertRenewed(null, "missing");
    assertRenewed(slot("pgoutput", "shop", "lost", null, 100L), "given up");
    assertRenewed(slot("pgoutput", "shop", "lost", "wal_removed", 100L), "wal_removed");
    assertRenewed(slot("pgoutput", "shop", "reserved", "idle_timeout", 100L), "idle_timeout");
    assertRenewed(slot("pgoutput", "shop", "reserved", null, null), "given up");
  }

  @Test
  void anUnreservedSlotStillShowsAll() {
    SlotState unreserved = slot("pgoutput", "shop", "unreserved", null, 100L);

    assertThat(FeedVerdict.beforeStart(facts(unreserved, SAVED, FITS))).isEqualTo(go());
  }

  @Test
  void aPublicationThatIsMissingCostsTheSlot() {
    FeedVerdict verdict = FeedVerdict.beforeStart(facts(GOOD, SAVED, null));

    assertThat(verdict).isEqualTo(new FeedVerdict.Renew("the publication is missing"));
  }

  @Test
  void aPublicationThatDoesNotFitIsAltered() {
    assertThat(FeedVerdict.beforeStart(facts(GOOD, SAVED, "update root")))
        .isInstanceOf(FeedVerdict.Publish.class);
  }

  @Test
  void aSlotOfAnotherPluginOrDatabaseIsLeftAlone() {
    assertRefused(slot("test_decoding", "shop", "reserved", null, 100L), "plugin 'test_decoding'");
    assertRefused(slot("pgoutput", "other", "lost", null, 100L), "belongs to database other");
    assertRefused(slot("", "", "reserved", null, null), "plugin ''");
  }

  @Test
  void aTableThatDoesNotFitIsForAPerson() {
    FeedFacts fits = facts(GOOD, SAVED, FITS);
    FeedFacts renamed =
        new FeedFacts(
            Optional.of("no column status"),
            fits.slot(),
            fits.saved(),
            fits.publication(),
            "shop",
            true);

    assertThat(FeedVerdict.beforeStart(renamed))
        .isEqualTo(new FeedVerdict.Refuse("no column status"));
  }

  @Test
  void aSlotThatSomebodyReadsIsWaitedForAtTheStartOnly() {
    SlotState held = new SlotState("pgoutput", "shop", 4711, "reserved", null, 100L, 0, null);

    assertThat(FeedVerdict.beforeStart(facts(held, SAVED, FITS)))
        .isEqualTo(new FeedVerdict.Wait("process 4711 of the database reads the slot"));
    assertThat(FeedVerdict.whileRunning(facts(held, SAVED, FITS))).isEqualTo(go());
  }

  private static FeedVerdict go() {
    return new FeedVerdict.Go(Optional.empty());
  }

  private static void assertRenewed(@Nullable SlotState slot, String reason) {
    FeedVerdict verdict = FeedVerdict.beforeStart(facts(slot, SAVED, FITS));

    assertThat(((FeedVerdict.Renew) verdict).reason()).contains(reason);
  }

  private static void assertRefused(SlotState slot, String reason) {
    FeedVerdict verdict = FeedVerdict.beforeStart(facts(slot, SAVED, FITS));

    assertThat(((FeedVerdict.Refuse) verdict).reason()).contains(reason).contains("drop it");
  }

  private static SlotState slot(
      String plugin,
      String database,
      String status,
      @Nullable String invalidation,
      @Nullable Long confirmed) {
    return new SlotState(plugin, database, null, status, invalidation, confirmed, 0, null);
  }

  private static FeedFacts facts(
      @Nullable SlotState slot, FeedTable.@Nullable Position saved, @Nullable String found) {
    return new FeedFacts(
        Optional.empty(),
        Optional.ofNullable(slot),
        Optional.ofNullable(saved),
        new FeedFacts.Published(Optional.ofNullable(found), FITS),
        "shop",
        false);
  }
}
