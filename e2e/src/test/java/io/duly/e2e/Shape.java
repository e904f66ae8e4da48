package io.duly.e2e;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table in a database of its own, and the settings that differ from the usual ones. */
record Shape(String name, String sql, Map<String, String> settings) {
  static Shape of(String name, String sql, String... settings) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return new Shape(name, sql, map);
  }

  /** A table {@code orders} whose id has the type, with these ids, all PENDING. */
  static Shape ofIds(String type, List<String> ids) {
    return of(
        "id " + type,
        "CREATE TABLE orders (id %s PRIMARY KEY, status text NOT NULL);".formatted(type)
            + insert(ids));
  }

  static String insert(List<String> ids) {
    return ids.stream()
        .map(each -> "INSERT INTO orders VALUES ('%s', 'PENDING');".formatted(quoted(each)))
        .reduce("", String::concat);
  }

  private static String quoted(String id) {
    return id.replace("'", "''");
  }

  @Override
  public String toString() {
    return name;
  }
}
