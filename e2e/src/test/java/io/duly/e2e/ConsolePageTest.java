package io.duly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.duly.console.Console;
import io.duly.operations.Installation;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees and does in a browser, beside a real pipeline. */
class ConsolePageTest {
  private static final int ORDERS = 400;
  private static final LocatorAssertions.ContainsTextOptions LONG =
      new LocatorAssertions.ContainsTextOptions().setTimeout(90_000);
  private static final LocatorAssertions.HasTextOptions CLOSED =
      new LocatorAssertions.HasTextOptions().setTimeout(90_000);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aRunIsWatchedADoubtSettledAndAReplayMade() {
    try (Browser browser = Browser.open();
        Shop shop = Shop.open(folder, SampleContract.NEITHER, "20ms", ORDERS)) {
      shop.init();
      try (Installation installation = Installation.open(shop.settings(), "page");
          Console console = Console.start(installation, 0)) {
        Page page = browser.visit(console.url(), ColorScheme.LIGHT);
        assertThat(page.locator("#live")).hasText("live");

        aRunIsWatched(shop, page);
        theDarkPageLooksTheSame(browser, console);
        aDoubtIsSettled(shop, page);
        anOrderIsShown(page);
        aReplayIsMade(shop, page);
        eachOpenRunIsShown(shop, page);
        whatIsStuckIsLeftToTheReconciler(shop, page);
        whatIsRiskyIsConfirmedByWords(shop, page);
        whatIsPassedOverIsNamed(shop, page);
        aPauseIsTold(page);
        itFitsANarrowScreen(page);
      }
    }
  }

  private static void itHasLoadedQuickly(Page page) {
    Object millis = page.evaluate("Math.round(performance.getEntriesByName('shown')[0].startTime)");
    System.out.println("the page has shown the installation after " + millis + " ms");
    assertThat((Integer) millis).isLessThan(1_000);
  }

  private static void aRunIsWatched(Shop shop, Page page) {
    shop.start("reconciler", "reconciler");
    shop.start("worker", "worker");
    shop.start("ingest", "ingest");
    shop.openRun();
    assertThat(page.locator("#run-1")).containsText("PUBLISHED", LONG);
    assertThat(page.locator("#open-title")).hasText("1 run is open");
    Browser.picture(page, "console-running");
    assertThat(page.locator("#run-1 h3")).hasText("Run 1 of test: CLOSED", CLOSED);
    assertThat(page.locator("#run-1 dl")).containsText("Selected400");
    assertThat(page.locator("#lag-sum")).hasText("0 records left");
    Browser.picture(page, "console-light");
  }

  private static void aDoubtIsSettled(Shop shop, Page page) {
    shop.execute(
        """
        UPDATE duly.attempt SET outcome = 'IN_DOUBT', reason = 'no answer within 1500 ms', witness = 0
        WHERE order_id = (SELECT min(order_id) FROM duly.attempt)
        """);
    shop.execute(
        "UPDATE orders SET status = 'IN_DOUBT' WHERE id = (SELECT min(order_id) FROM duly.attempt)");
    shop.execute(
        """
        UPDATE duly.run_counter SET completed = completed - 1, in_doubt = in_doubt + 1
        WHERE worker_id = (SELECT worker_id FROM duly.run_counter ORDER BY completed DESC LIMIT 1)
        """);
    assertThat(page.locator("#doubt-count")).hasText("1");
    page.locator("#tab-doubts").click();
    page.locator("#doubt-rows input").check();
    Browser.picture(page, "console-doubts");
    page.locator("button", new Page.LocatorOptions().setHasText("The API executed them")).click();
    by(page, "Ann", "their report of 3 May");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#toast")).hasText("1 order is COMPLETED");
    assertThat(page.locator("#doubt-rows")).containsText("no order is in doubt");
    assertThat(shop.count("SELECT count(*) FROM duly.decision WHERE who = 'Ann'")).isOne();
  }

  private static void anOrderIsShown(Page page) {
    page.locator("#tab-order").focus();
    page.keyboard().press("Enter");
    page.locator("#order-id").fill("1");
    page.keyboard().press("Enter");
    assertThat(page.locator("#order-status")).containsText("Order 1 is COMPLETED");
    assertThat(page.locator("#timeline")).containsText("COMPLETED by Ann: their report of 3 May");
    Browser.picture(page, "console-order");
  }

  private static void aReplayIsMade(Shop shop, Page page) {
    long calls = shop.count("SELECT sum(calls) FROM duly.attempt");
    Object offsets =
        page.evaluate(
            "[...document.querySelectorAll('#lag tbody td:nth-child(3)')].reduce((sum, end) => sum + Number(end.textContent.replace(',', '')), 0)");
    assertThat((Integer) offsets).isGreaterThanOrEqualTo(ORDERS);
    page.locator("#tab-replay").click();
    page.locator("#replay-form button").click();
    assertThat(page.locator("#preview")).containsText("Offsets read again" + offsets);
    assertThat(page.locator("#preview")).containsText("API calls at most0");
    page.locator("#preview button").click();
    by(page, "Ann", "to see it");
    page.locator("#dialog-typed").fill("1");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#dialog-error")).hasText("type " + offsets + " to confirm");
    page.locator("#dialog-typed").fill(String.valueOf(offsets));
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#replay-state"))
        .containsText("Done: " + offsets + " offsets were read again, 0 orders were claimed", LONG);
    assertThat(page.locator("#replay-history")).containsText("to see it");
    Browser.picture(page, "console-replay");
    assertThat(shop.count("SELECT sum(calls) FROM duly.attempt")).isEqualTo(calls);
  }

  private static void eachOpenRunIsShown(Shop shop, Page page) {
    shop.stopProcesses();
    shop.execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, published_at, selected)
        SELECT name, now(), now(), 'PUBLISHED', '', now(), now(), selected
        FROM (VALUES ('nightly', 1000000), ('by decision', 3)) AS r(name, selected)
        """);
    page.locator("#tab-overview").click();
    assertThat(page.locator("#open-title")).hasText("2 runs are open");
    assertThat(page.locator("#run-2")).containsText("1,000,000");
    assertThat(page.locator("#run-1")).hasCount(0);
    page.locator("#run-2 button", new Page.LocatorOptions().setHasText("Cancel run")).click();
    by(page, "Ann", "the wrong day");
    page.locator("#dialog-typed").fill("2");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#open-title")).hasText("1 run is open");
    assertThat(page.locator("#run-3")).isVisible();
    assertThat(shop.count("SELECT count(*) FROM duly.run WHERE cancelled_by = 'Ann'")).isOne();
  }

  private static void whatIsStuckIsLeftToTheReconciler(Shop shop, Page page) {
    shop.execute(
        """
        UPDATE duly.attempt SET outcome = NULL, finished_at = NULL, claimed_at = now() - interval '1 h'
        WHERE order_id = (SELECT max(order_id) FROM duly.attempt)
        """);
    assertThat(page.locator("#stuck-card")).containsText("The reconciler moves them");
    page.locator("#stuck-help button").click();
    assertThat(page.locator("#help-text")).containsText("requeues-per-minute");
    page.locator("#help button").click();
  }

  private static void whatIsRiskyIsConfirmedByWords(Shop shop, Page page) {
    long failed = shop.count("SELECT count(*) FROM orders WHERE status = 'FAILED'");
    page.locator("#tab-replay").click();
    page.locator("input[value=send]").check();
    page.locator("#send-run").fill("1");
    page.locator("#replay-form button").click();
    assertThat(page.locator("#dialog-text")).containsText("may execute each of them twice");
    by(page, "Ann", "they ask for it");
    page.locator("#dialog-typed").fill(String.valueOf(failed));
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#dialog-error")).hasText("type " + failed + " calls again to confirm");
    page.locator("#dialog-typed").fill(failed + " calls again");
    Browser.picture(page, "console-risky");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#toast")).containsText("are sent again by run 4");
  }

  private static void whatIsPassedOverIsNamed(Shop shop, Page page) {
    Command rewound =
        shop.duly("replay", "--to-earliest", "--execute", "--reason", "to pass them over");
    assertThat(rewound.exitCode()).as(rewound.notes()).isZero();
    long offsets = shop.broker().ends("shop.due");
    page.locator("input[value=read]").check();
    page.locator("#replay-to").selectOption("offset");
    page.locator("#replay-form button").click();
    assertThat(page.locator("#toast")).hasText("value: a whole number is wanted");
    page.locator("#replay-to").selectOption("latest");
    page.locator("#replay-form button").click();
    assertThat(page.locator("#preview")).containsText("Offsets passed over" + offsets);
    assertThat(page.locator("#preview")).containsText("Passed over PENDING");
    page.locator("#preview button").click();
    assertThat(page.locator("#dialog-text")).containsText(" PENDING)");
    assertThat(page.locator("#dialog-wanted")).hasText(offsets + " passed over");
    by(page, "Ann", "not wanted any more");
    page.locator("#dialog-typed").fill(offsets + " passed over");
    Browser.picture(page, "console-passed-over");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#replay-history")).containsText("not wanted any more", LONG);
    assertThat(page.locator("#replay-state")).containsText("Done: the offsets are moved", LONG);
  }

  private static void aPauseIsTold(Page page) {
    page.locator("#tab-overview").click();
    page.locator("button", new Page.LocatorOptions().setHasText("Pause all calls")).click();
    by(page, "Ann", "their maintenance");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#problems")).containsText("their maintenance (Ann)");
    page.locator("#problems button").first().click();
    assertThat(page.locator("#help-text")).containsText("duly resume");
    page.locator("#help button").click();
  }

  private static void theDarkPageLooksTheSame(Browser browser, Console console) {
    Page dark = browser.visit(console.url(), ColorScheme.DARK);
    assertThat(dark.locator("#open-runs")).containsText("CLOSED");
    itHasLoadedQuickly(dark);
    assertThat(dark.locator("html")).hasAttribute("data-theme", "dark");
    dark.waitForTimeout(2_500);
    Browser.picture(dark, "console-dark");
  }

  private static void itFitsANarrowScreen(Page page) {
    page.setViewportSize(400, 800);
    for (String tab : new String[] {"overview", "doubts", "order", "replay"}) {
      page.locator("#tab-" + tab).click();
      assertThat(page.locator("#" + tab)).isVisible();
      assertThat(page.evaluate("document.documentElement.scrollWidth"))
          .as(tab + " needs no scrolling aside")
          .isEqualTo(400);
      Browser.picture(page, "console-narrow-" + tab);
    }
  }

  private static void by(Page page, String who, String why) {
    page.locator("#dialog-who").fill(who);
    page.locator("#dialog-reason").fill(why);
  }
}
