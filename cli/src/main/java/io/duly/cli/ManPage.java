package io.duly.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page of a command, in the macros of man(7), from what the command itself says of its
 * use. It has the name that man(1) looks for, as in duly-orders-list.
 */
record ManPage(String name, String text) {
  /** Those of {@code command} and of all commands below it that are shown. */
  static List<ManPage> all(CommandLine command) {
    List<ManPage> pages = new ArrayList<>();
    CommandSpec spec = command.getCommandSpec();
    pages.add(new ManPage(name(spec), text(spec)));
    command.getSubcommands().values().stream()
        .distinct()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
        .forEach(each -> pages.addAll(all(each)));
    return pages;
  }

  private static String name(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  private static String text(CommandSpec spec) {
    StringBuilder page = new StringBuilder();
    String root = String.join(" ", spec.root().version());
    line(
        page,
        ".TH \""
            + escaped(name(spec)).toUpperCase(java.util.Locale.ROOT)
            + "\" \"1\" \"\" \""
            + escaped(root)
            + "\"");
    String[] description = spec.usageMessage().description();
    line(page, ".SH NAME");
    line(
        page,
        escaped(name(spec)) + " \\- " + escaped(description.length == 0 ? "" : description[0]));
    line(page, ".SH SYNOPSIS");
    line(page, escaped(new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0).strip()));
    line(page, ".SH DESCRIPTION");
    paragraphs(page, description);
    arguments(page, spec);
    exits(page, spec.usageMessage().exitCodeList());
    others(page, spec);
    return page.toString();
  }

  private static void arguments(StringBuilder page, CommandSpec spec) {
    if (!spec.positionalParameters().isEmpty()) {
      line(page, ".SH ARGUMENTS");
      for (PositionalParamSpec each : spec.positionalParameters()) {
        argument(page, "\\fI" + escaped(each.paramLabel()) + "\\fR", each);
      }
    }
    if (!spec.options().isEmpty()) {
      line(page, ".SH OPTIONS");
      for (OptionSpec each : spec.options()) {
        if (!each.hidden()) {
          argument(page, heading(each), each);
        }
      }
    }
  }

  private static String heading(OptionSpec option) {
    List<String> names = new ArrayList<>();
    for (String each : option.names()) {
      names.add("\\fB" + escaped(each) + "\\fR");
    }
    String value = option.arity().max() == 0 ? "" : " \\fI" + escaped(option.paramLabel()) + "\\fR";
    return String.join(", ", names) + value;
  }

  private static void argument(StringBuilder page, String heading, ArgSpec argument) {
    line(page, ".TP");
    line(page, heading);
    for (String each : argument.description()) {
      line(page, escaped(each));
    }
  }

  private static void exits(StringBuilder page, Map<String, String> codes) {
    if (codes.isEmpty()) {
      return;
    }
    line(page, ".SH EXIT STATUS");
    codes.forEach(
        (code, meaning) -> {
          line(page, ".TP");
          line(page, "\\fB" + escaped(code) + "\\fR");
          line(page, escaped(meaning));
        });
  }

  private static void others(StringBuilder page, CommandSpec spec) {
    List<String> others = new ArrayList<>();
    if (spec.parent() != null) {
      others.add(name(spec.parent()));
    }
    spec.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(each -> !each.usageMessage().hidden())
        .map(ManPage::name)
        .distinct()
        .forEach(others::add);
    if (!others.isEmpty()) {
      line(page, ".SH SEE ALSO");
      line(
          page,
          String.join(
              ", ", others.stream().map(each -> "\\fB" + escaped(each) + "\\fR(1)").toList()));
    }
  }

  private static void paragraphs(StringBuilder page, String[] texts) {
    for (int i = 0; i < texts.length; i++) {
      line(page, (i == 0 ? "" : ".PP\n") + escaped(texts[i]));
    }
  }

  private static void line(StringBuilder page, String line) {
    page.append(line).append('\n');
  }

  /** Text as roff takes it literally; picocli's %n and %% are a line's end and a percent sign. */
  private static String escaped(String text) {
    StringBuilder lines = new StringBuilder();
    for (String line :
        Help.Ansi.OFF.string(text).replace("%n", "\n").replace("%%", "%").split("\n", -1)) {
      String escaped = line.strip().replace("\\", "\\e").replace("-", "\\-");
      boolean isRequest = escaped.startsWith(".") || escaped.startsWith("'");
      lines.append(lines.isEmpty() ? "" : "\n").append(isRequest ? "\\&" : "").append(escaped);
    }
    return lines.toString();
  }
}
