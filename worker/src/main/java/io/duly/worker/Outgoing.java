package io.duly.worker;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record to be sent in the transaction that commits the offset of the record it came from, in
 * {@code partition}.
 */
record Outgoing(int partition, ProducerRecord<byte[], byte[]> record) {}
