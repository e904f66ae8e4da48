package io.duly.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What a replay is, with the options that have a meaning for it; all others are refused. */
enum ReplayKind {
  /** The group reads on elsewhere. */
  MOVE(
      "another offset",
      "--to-earliest --to-latest --to-current --to-datetime --by-duration --to-offset --shift-by --from-file --run --topic --output"),
  /** Orders are sent again by decision. */
  SEND(
      "--status and --order-ids-from",
      "--status --order-ids-from --run --force --max-calls --new-key --i-know-this-calls-again"),
  /** Records that were set aside are put back. */
  DEAD("--dead", "--dead --max-redrives --max-calls"),
  /** Who did so before. */
  HISTORY("--history", "--history --output");

  private static final Set<String> COMMON =
      Set.of("--settings", "--set", "--reason", "--who", "--execute");

  private final String name;
  private final String options;

  ReplayKind(String name, String options) {
    this.name = name;
    this.options = options;
  }

  /**
   * Refuses the command line where it has options that mean nothing here.
   *
   * @throws ParameterException which names them
   */
  void check(CommandLine command) {
    Set<String> allowed = new HashSet<>(COMMON);
    allowed.addAll(List.of(options.split(" ", -1)));
    List<String> others =
        command.getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(each -> !allowed.contains(each))
            .distinct()
            .sorted()
            .toList();
    if (!others.isEmpty()) {
      throw new ParameterException(
          command,
          "%s: means nothing with %s, which takes %s; give one command for each"
              .formatted(String.join(", ", others), name, options.replace(" ", ", ")));
    }
  }
}
