package io.duly.sandbox;

/** Strings as JSON writes them. */
final class JsonText {
  private JsonText() {}

  /** Appends the text in quotation marks, with all that RFC 8259 section 7 wants escaped. */
  static StringBuilder quote(StringBuilder target, String text) {
    target.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        target.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        escape(target, c);
      } else {
        target.append(c);
      }
    }
    return target.append('"');
  }

  /** Half a surrogate pair has no UTF-8 form, so both halves are written as escapes. */
  private static void escape(StringBuilder target, char c) {
    target.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      target.append(Character.forDigit((c >> shift) & 0xf, 16));
    }
  }
}
