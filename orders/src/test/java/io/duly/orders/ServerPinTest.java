package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerPinTest {
  @TempDir Path folder;

  @Test
  void writesOnlyToTheServerThatAnsweredAtFirst() {
    AtomicInteger written = new AtomicInteger();
    ServerPin pin;
    try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
      pin = new ServerPin(Jdbi.create(first.jdbcUrl()));
      pin.useTransaction(handle -> written.incrementAndGet());
    }

    try (EmbeddedPostgres second = EmbeddedPostgres.start(folder)) {
      assertThat(second.port()).isPositive();
      assertThatThrownBy(() -> pin.useTransaction(handle -> written.incrementAndGet()))
          .isInstanceOf(ServerPin.ServerChanged.class)
          .hasMessageContaining("restarted");
    }
    assertThat(written).hasValue(1);
  }
}
