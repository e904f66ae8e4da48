package io.duly.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share: {@code 2%} or {@code 0.02}. */
final class Share implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    try {
      double share =
          text.endsWith("%")
              ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
              : Double.parseDouble(text);
      if (share >= 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no share: write it as 2% or 0.02");
    }
    throw new TypeConversionException("'" + text + "' is no share between 0% and 100%");
  }
}
