package io.duly.e2e;

import io.duly.cli.Main;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How {@code duly} is started as a process of its own, with the classes of this one. */
public final class DulyCommandLine {
  private DulyCommandLine() {}

  /** A process that is still to be started, on the {@link ClassArchive}. */
  public static ProcessBuilder of(List<String> javaOptions, List<String> arguments) {
    List<String> options = new ArrayList<>(ClassArchive.options());
    options.addAll(javaOptions);
    return of(classPath(), options, arguments);
  }

  /** The same with those classes only that are in jars. */
  static ProcessBuilder ofJars(List<String> javaOptions, List<String> arguments) {
    List<String> jars = classPath().stream().filter(DulyCommandLine::isJar).toList();
    return of(jars, javaOptions, arguments);
  }

  private static ProcessBuilder of(
      List<String> classPath, List<String> javaOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.add(Main.class.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /** Jars before folders, as a {@link ClassArchive} holds the first entries, and of jars alone. */
  private static List<String> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .sorted(Comparator.comparing(each -> !isJar(each)))
        .toList();
  }

  private static boolean isJar(String entry) {
    return entry.endsWith(".jar");
  }
}
