package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.vertx.core.MultiMap;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The headers under {@code api.header.}, with places for an order's values. Immutable. */
final class HeaderTemplates {
  private static final String PREFIX = "api.header.";
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> OWN =
      Set.of("host", "content-length", "transfer-encoding", "connection", "expect", "upgrade");

  private final Map<String, Template> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** Throws UserError where a header cannot be set. */
  HeaderTemplates(Settings settings) {
    settings
        .under(PREFIX)
        .forEach(
            (name, value) -> {
              checkName(PREFIX + name, name);
              headers.put(name, new Template(value));
            });
  }

  private HeaderTemplates(HeaderTemplates all, Collection<String> known) {
    all.headers.forEach(
        (name, template) -> {
          if (known.containsAll(template.names())) {
            headers.put(name, template);
          }
        });
  }

  /** Throws UserError where the header {@code name} that {@code setting} gives cannot be set. */
  static void checkName(String setting, String name) {
    if (!NAME.matcher(name).matches() || OWN.contains(name.toLowerCase(Locale.ROOT))) {
      throw new UserError("setting " + setting + ": no header that can be set");
    }
  }

  /** Those that need no other value than {@code known}. */
  HeaderTemplates needingOnly(Collection<String> known) {
    return new HeaderTemplates(this, known);
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    headers.values().forEach(each -> names.addAll(each.names()));
    return names;
  }

  /**
   * Sets the headers; what is no visible ASCII in a value becomes a space, so none can begin a
   * line.
   */
  void fill(MultiMap target, OrderValues values) {
    headers.forEach(
        (name, template) ->
            target.set(
                name,
                template.filled(values, each -> each).replaceAll("[^\\x20-\\x7e]", " ").trim()));
  }
}
