package io.duly.sandbox.verdict;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;

/**
 * Where the witnesses are to be found.
 *
 * @param table the orders table, with columns id and status
 * @param slot a replication slot of the judge's own
 */
public record Case(
    String jdbcUrl, String table, String slot, Kafka kafka, Path ledger, SampleContract contract) {
  /** The broker, the topics and the workers' group. */
  public record Kafka(String bootstrapServers, String dueTopic, String resultTopic, String group) {}
}
