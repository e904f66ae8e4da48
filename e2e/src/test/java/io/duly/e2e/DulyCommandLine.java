package io.duly.e2e;

import io.duly.cli.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How {@code duly} is started as a process of its own, with the classes of this one. */
public final class DulyCommandLine {
  private DulyCommandLine() {}

  /** A process that is still to be started. */
  public static ProcessBuilder of(List<String> javaOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
