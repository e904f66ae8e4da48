package io.duly.orders;

import java.util.Optional;

/** The types that the id column of an orders table may have; ids travel as text. */
public enum IdType {
  BIGINT("bigint"),
  INTEGER("integer"),
  UUID("uuid"),
  TEXT("text");

  private final String sqlName;

  IdType(String sqlName) {
    this.sqlName = sqlName;
  }

  public String sqlName() {
    return sqlName;
  }

  /** The type for the catalogue's type name, as format_type gives it. */
  public static Optional<IdType> ofCatalogue(String name) {
    return switch (name.replaceAll("\\(.*\\)", "")) {
      case "bigint" -> Optional.of(BIGINT);
      case "integer" -> Optional.of(INTEGER);
      case "uuid" -> Optional.of(UUID);
      case "text", "character varying" -> Optional.of(TEXT);
      default -> Optional.empty();
    };
  }

  /** Whether {@code id} is a value of this type in its usual form. */
  public boolean isValid(String id) {
    try {
      return switch (this) {
        case BIGINT -> String.valueOf(Long.parseLong(id)).equals(id);
        case INTEGER -> String.valueOf(Integer.parseInt(id)).equals(id);
        case UUID -> java.util.UUID.fromString(id).toString().equals(id);
        case TEXT -> !id.isEmpty() && id.indexOf('\0') < 0;
      };
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
