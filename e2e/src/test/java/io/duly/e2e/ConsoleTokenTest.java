package io.duly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.duly.console.Console;
import io.duly.operations.Installation;
import io.duly.sandbox.SampleContract;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser: who is let in, and how it lives beside a console that comes and goes. */
class ConsoleTokenTest {
  private static final String TOKEN = "open sesame, said Ali Baba";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

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
      try (Installation installation = Installation.open(shop.settings(), "page")) {
        int port;
        Page page;
        try (Console console = Console.start(installation, 0)) {
          port = URI.create(console.url()).getPort();
          page = browser.visit(console.url(), ColorScheme.LIGHT);
          theTokenIsAskedFor(page);
          contentIsReachedWithoutLeavingItsPart(page);
          itAsksForNothingWhileItIsHidden(page);
        }
        shop.stopDatabaseHard();
        try (Console console = Console.start(installation, 0)) {
          Page first = browser.visit(console.url(), ColorScheme.LIGHT);
          signIn(first);
          itSaysThatItIsStaleAndWhy(page);
          itSaysWhyNothingIsShown(first);
          shop.startDatabase();
          assertThat(first.locator("#open-title")).hasText("No run yet");
          assertThat(first.locator("#live")).hasText("live");
        }
        try (Console console = Console.start(installation, port)) {
          assertThat(page.locator("#login")).isVisible();
          signIn(page);
          assertThat(page.locator("#live")).hasText("live");
          assertThat(console.url()).contains(String.valueOf(port));
        }
      }
    }
  }

  private static void signIn(Page page) {
    page.locator("#token").fill(TOKEN);
    page.keyboard().press("Enter");
  }

  private static void theTokenIsAskedFor(Page page) {
    assertThat(page.locator("#login")).isVisible();
    assertThat(page.locator("#overview")).isHidden();
    page.locator("#token").fill("let me in, please!");
    page.keyboard().press("Enter");
    assertThat(page.locator("#login-error")).hasText("that is not the token");
    signIn(page);
    assertThat(page.locator("#live")).hasText("live");
    assertThat(page.locator("#installation")).hasText(Pattern.compile("shop · .*orders.*"));
    assertThat(page.locator("#open-title")).hasText("No run yet");
  }

  private static void itAsksForNothingWhileItIsHidden(Page page) {
    hide(page, true);
    assertThat(page.evaluate("source === null")).isEqualTo(true);
    var unused =
        page.waitForRequest(each -> each.url().endsWith("/api/v1/events"), () -> hide(page, false));
    assertThat(page.locator("#live")).hasText("live");
  }

  private static void contentIsReachedWithoutLeavingItsPart(Page page) {
    page.locator("#tab-doubts").click();
    page.locator(".skip").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#main")).isFocused();
    assertThat(page.locator("#doubts")).isVisible();
    assertThat(page).hasURL(Pattern.compile("#doubts$"));
    assertThat(page.locator("#zone")).hasText(Pattern.compile("Times are those of \\S+"));
    page.locator("#tab-overview").click();
  }

  private static void itSaysThatItIsStaleAndWhy(Page page) {
    assertThat(page.locator("#live")).containsText("stale: nothing heard for");
    hide(page, true);
    hide(page, false);
    assertThat(page.locator("#live"))
        .hasText(Pattern.compile("stale: nothing heard for \\d+ s: the console does not answer"));
    Browser.picture(page, "console-stale");
  }

  private static void itSaysWhyNothingIsShown(Page page) {
    assertThat(page.locator("#live"))
        .hasText("nothing to show: it failed: database or Kafka do not answer: see the log");
    Browser.picture(page, "console-nothing");
  }

  private static void hide(Page page, boolean isHidden) {
    Object unused =
        page.evaluate(
            "isHidden => { Object.defineProperty(document, 'hidden', {value: isHidden, configurable: true}); document.dispatchEvent(new Event('visibilitychange')); }",
            isHidden);
  }
}
