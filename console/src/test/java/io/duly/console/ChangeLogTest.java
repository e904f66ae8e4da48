package io.duly.console;

import static io.duly.console.Open.BY;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What the console's log keeps of changes. */
@ExtendWith(ServersExtension.class)
class ChangeLogTest {
  private final Servers servers;
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.duly.console");
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  ChangeLogTest(Servers servers) {
    this.servers = servers;
  }

  @BeforeEach
  void listen() {
    appender.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }

  private List<String> lines() {
    return List.copyOf(appender.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(each -> each.contains("status="))
        .toList();
  }

  @Test
  void aChangeIsKeptWithWhoAndWhyWhetherItIsDoneOrRefused() throws Exception {
    try (Open open = servers.open()) {
      assertThat(open.act("pause", "{" + BY + "}").statusCode()).isEqualTo(200);
      assertThat(open.act("runs/9/cancel", "{" + BY + "}").statusCode()).isEqualTo(404);
    }

    assertThat(lines())
        .containsExactly(
            "Change asked for by the page path=pause places= who=Ann reason=for a test status=200",
            "Change asked for by the page path=runs/{run}/cancel places=9 who=Ann reason=for a test status=404");
  }

  @Test
  void aReadOnlyPageKeepsWhoWantedWhatOnOneLine() throws Exception {
    try (Open open = servers.open("console.actions", "off")) {
      String by = "{\"who\": \"Ann\", \"reason\": \"a\\nb\"}";
      assertThat(open.act("resume", by).statusCode()).isEqualTo(403);
      assertThat(open.act("replay/plan", "{\"to\": \"latest\"}").statusCode()).isEqualTo(403);
    }

    assertThat(lines())
        .containsExactly(
            "Change asked for by the page path=resume places= who=Ann reason=a b status=403");
  }

  @Test
  void whatDoesNotComeFromThePageIsKeptWithItsOrigin() throws Exception {
    try (Open open = servers.open()) {
      String evil = "http://evil.example";
      assertThat(open.post("api/v1/pause", "{" + BY + "}", "Origin", evil).statusCode())
          .isEqualTo(403);
      assertThat(open.post("api/v1/resume", "{" + BY + "}").statusCode()).isEqualTo(403);
    }

    assertThat(lines())
        .containsExactly(
            "Refused what does not come from the page method=POST path=/api/v1/pause origin=http://evil.example status=403",
            "Refused what does not come from the page method=POST path=/api/v1/resume origin=none status=403");
  }
}
