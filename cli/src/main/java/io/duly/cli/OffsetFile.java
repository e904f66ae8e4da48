package io.duly.cli;

import io.duly.runtime.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * A file of offsets as kafka-consumer-groups.sh reads and exports it: lines of
 * topic,partition,offset.
 */
final class OffsetFile {
  private OffsetFile() {}

  /**
   * Its offsets.
   *
   * @throws UserError where it cannot be read
   * @throws ParameterException of {@code command} where it names others than {@code partitions}
   */
  static Map<TopicPartition, Long> read(
      Path file, Collection<TopicPartition> partitions, CommandLine command) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          add(offsets, file, line);
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw new UserError("offsets cannot be read from " + file + ": " + e.getMessage(), e);
    }
    for (TopicPartition each : offsets.keySet()) {
      if (!partitions.contains(each)) {
        throw new ParameterException(
            command,
            "--from-file: "
                + file
                + " names "
                + each
                + ", which is none of the partitions to be moved: take its line out, or mend --topic");
      }
    }
    return offsets;
  }

  private static void add(Map<TopicPartition, Long> offsets, Path file, String line) {
    String[] fields = line.replace("\"", "").strip().split(",", -1);
    if (fields.length != 3) {
      throw new UserError(file + ": topic,partition,offset is wanted, not " + line);
    }
    offsets.put(
        new TopicPartition(fields[0].strip(), Integer.parseInt(fields[1].strip())),
        Long.parseLong(fields[2].strip()));
  }
}
