package io.duly.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code duly run --now} as a process of its own. */
record RunningDuly(Process process) implements AutoCloseable {
  static RunningDuly start(List<String> settings) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", "--now"));
    arguments.addAll(settings);
    List<String> java = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    return new RunningDuly(DulyCommandLine.of(java, arguments).inheritIO().start());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 60, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
