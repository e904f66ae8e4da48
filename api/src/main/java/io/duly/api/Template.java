package io.duly.api;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with places for an order's values, as in {@code /accounts/{account}/pay}. Immutable. */
final class Template {
  private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");

  private final String text;

  Template(String text) {
    this.text = text;
  }

  /** The names that it has places for. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    PLACE.matcher(text).results().forEach(each -> names.add(each.group(1)));
    return names;
  }

  /** Whether it is one place and nothing else. */
  boolean isOnePlace() {
    return PLACE.matcher(text).matches();
  }

  /** The text with each value in its place, {@code encoded}. Null values become nothing. */
  String filled(OrderValues values, UnaryOperator<String> encoded) {
    return PLACE
        .matcher(text)
        .replaceAll(place -> Matcher.quoteReplacement(encoded.apply(values.text(place.group(1)))));
  }
}
