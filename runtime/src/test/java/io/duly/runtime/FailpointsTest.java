package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailpointsTest {
  @Test
  void doNothingWhereNotAsked() {
    Failpoints failpoints = Failpoints.parse("");

    assertThatCode(() -> failpoints.reach(Failpoint.WORKER_CLAIMED)).doesNotThrowAnyException();
    assertThatCode(Failpoint.WORKER_CLAIMED::reach).doesNotThrowAnyException();
  }

  @Test
  void throwAtTheTimeAskedForAndOnce() {
    Failpoints failpoints = Failpoints.parse("worker-claimed=throw@2, worker-sent=halt");
    failpoints.reach(Failpoint.WORKER_CLAIMED);

    assertThatIllegalStateException()
        .isThrownBy(() -> failpoints.reach(Failpoint.WORKER_CLAIMED))
        .withMessage("failpoint worker-claimed");

    assertThatCode(() -> failpoints.reach(Failpoint.WORKER_CLAIMED)).doesNotThrowAnyException();
  }

  @Test
  void waitForTheCut() throws Exception {
    try (ServerSocket scissors = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Failpoints failpoints = Failpoints.parse("worker-claimed=cut:" + scissors.getLocalPort());
      CompletableFuture<Void> reaching =
          CompletableFuture.runAsync(() -> failpoints.reach(Failpoint.WORKER_CLAIMED));

      scissors.accept().close();

      assertThatCode(() -> reaching.get(10, TimeUnit.SECONDS)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker-slept=halt", "worker-claimed", "worker-claimed=jump"})
  void refuseWhatTheyDoNotKnow(String text) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Failpoints.parse(text))
        .withMessageContaining("DULY_FAILPOINTS");
  }
}
