package io.duly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.duly.console.Console;
import io.duly.operations.Installation;
import io.duly.sandbox.SampleContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees and does in a browser, beside a real pipeline. */
class ConsolePageTest {
  private static final int ORDERS = 400;
  private static final String TOKEN = "open sesame, said Ali Baba";
  private static final LocatorAssertions.ContainsTextOptions LONG =
      new LocatorAssertions.ContainsTextOptions().setTimeout(90_000);
  private static final Path PICTURES = Path.of("target");

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
        aDoubtIsSettled(shop, page);
        anOrderIsShown(page);
        aReplayIsMade(shop, page);
        aPauseIsTold(page);
        theDarkPageLooksTheSame(browser, console);
      }
    }
  }

  private static void aRunIsWatched(Shop shop, Page page) {
    shop.start("reconciler", "reconciler");
    shop.start("worker", "worker");
    shop.start("ingest", "ingest");
    shop.openRun();
    assertThat(page.locator("#run-title")).containsText("PUBLISHED", LONG);
    picture(page, "console-running");
    assertThat(page.locator("#run-title")).containsText("Run 1 of test: CLOSED", LONG);
    assertThat(page.locator("#run-facts")).containsText("Selected400");
    assertThat(page.locator("#lag-sum")).hasText("0 records left");
    picture(page, "console-light");
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
    picture(page, "console-doubts");
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
    picture(page, "console-order");
  }

  private static void aReplayIsMade(Shop shop, Page page) {
    long calls = shop.count("SELECT sum(calls) FROM duly.attempt");
    page.locator("#tab-replay").click();
    page.locator("#replay-form button").click();
    assertThat(page.locator("#preview")).containsText("Offsets read again" + ORDERS);
    assertThat(page.locator("#preview")).containsText("API calls at most0");
    page.locator("#preview button").click();
    by(page, "Ann", "to see it");
    page.locator("#dialog-typed").fill("1");
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#dialog-error")).hasText("type " + ORDERS + " to confirm");
    page.locator("#dialog-typed").fill(String.valueOf(ORDERS));
    page.locator("#dialog-ok").click();
    assertThat(page.locator("#replay-state"))
        .containsText("Done: 400 offsets were read again, 0 orders were claimed", LONG);
    assertThat(page.locator("#replay-history")).containsText("to see it");
    picture(page, "console-replay");
    assertThat(shop.count("SELECT sum(calls) FROM duly.attempt")).isEqualTo(calls);
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
    assertThat(dark.locator("#run-title")).containsText("CLOSED");
    assertThat(dark.locator("html")).hasAttribute("data-theme", "dark");
    dark.waitForTimeout(2_500);
    picture(dark, "console-dark");
  }

  @Test
  void nobodyIsLetInWithoutTheToken() throws Exception {
    Path file =
        Files.createFile(
            folder.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, TOKEN);
    try (Browser browser = Browser.open();
        Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 1)) {
      shop.init().with("console.token-file", file.toString()).with("console.actions", "off");
      try (Installation installation = Installation.open(shop.settings(), "page");
          Console console = Console.start(installation, 0)) {
        Page page = browser.visit(console.url(), ColorScheme.LIGHT);
        assertThat(page.locator("#login")).isVisible();
        assertThat(page.locator("#overview")).isHidden();
        page.locator("#token").fill("let me in, please!");
        page.keyboard().press("Enter");
        assertThat(page.locator("#login-error")).hasText("that is not the token");
        page.locator("#token").fill(TOKEN);
        page.keyboard().press("Enter");
        assertThat(page.locator("#live")).hasText("live");
        assertThat(page.locator("#installation")).hasText(Pattern.compile("shop · .*orders.*"));
        assertThat(page.locator("#run-title")).hasText("No run yet");
      }
    }
  }

  private static void by(Page page, String who, String why) {
    page.locator("#dialog-who").fill(who);
    page.locator("#dialog-reason").fill(why);
  }

  private static void picture(Page page, String name) {
    byte[] unused =
        page.screenshot(
            new Page.ScreenshotOptions()
                .setPath(PICTURES.resolve(name + ".png"))
                .setFullPage(true));
  }
}
