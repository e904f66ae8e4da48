package io.duly.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.MemberDescription;
import org.jspecify.annotations.Nullable;

/**
 * The lag of a group under the names and labels of kafka-lag-exporter (its README, "Metrics"), so
 * that its dashboards show it. A series goes when its member does. One thread at a time.
 */
final class LagGauges {
  private final Tags cluster;
  private final String group;
  private final MultiGauge lag;
  private final MultiGauge lagSeconds;
  private final MultiGauge offset;
  private final MultiGauge latest;
  private final MultiGauge earliest;
  private final MultiGauge most;
  private final MultiGauge mostSeconds;
  private final MultiGauge sum;
  private final MultiGauge topicSum;

  LagGauges(MeterRegistry registry, String cluster, String group) {
    this.cluster = Tags.of("cluster_name", cluster);
    this.group = group;
    this.lag = gauge(registry, "kafka.consumergroup.group.lag");
    this.lagSeconds = gauge(registry, "kafka.consumergroup.group.lag.seconds");
    this.offset = gauge(registry, "kafka.consumergroup.group.offset");
    this.latest = gauge(registry, "kafka.partition.latest.offset");
    this.earliest = gauge(registry, "kafka.partition.earliest.offset");
    this.most = gauge(registry, "kafka.consumergroup.group.max.lag");
    this.mostSeconds = gauge(registry, "kafka.consumergroup.group.max.lag.seconds");
    this.sum = gauge(registry, "kafka.consumergroup.group.sum.lag");
    this.topicSum = gauge(registry, "kafka.consumergroup.group.topic.sum.lag");
  }

  private static MultiGauge gauge(MeterRegistry registry, String name) {
    return MultiGauge.builder(name).register(registry);
  }

  /** Shows {@code lags}, all of one topic, in place of what was shown before. */
  void show(List<PartitionLag> lags, Instant now) {
    List<Row<?>> records = new ArrayList<>();
    List<Row<?>> ages = new ArrayList<>();
    List<Row<?>> offsets = new ArrayList<>();
    List<Row<?>> ends = new ArrayList<>();
    List<Row<?>> starts = new ArrayList<>();
    for (PartitionLag each : lags) {
      Tags held = held(each);
      records.add(Row.of(held, each.lag()));
      ages.add(Row.of(held, seconds(each.age(now))));
      Long committed = each.committed();
      if (committed != null) {
        offsets.add(Row.of(held, committed));
      }
      ends.add(Row.of(partition(each), each.end()));
      starts.add(Row.of(partition(each), each.ends().start()));
    }
    lag.register(records, true);
    lagSeconds.register(ages, true);
    offset.register(offsets, true);
    latest.register(ends, true);
    earliest.register(starts, true);
    showGroup(lags, now);
  }

  private void showGroup(List<PartitionLag> lags, Instant now) {
    if (lags.isEmpty()) {
      Stream.of(sum, topicSum, most, mostSeconds).forEach(each -> each.register(List.of(), true));
      return;
    }
    Tags whole = cluster.and("group", group);
    Tags members = whole.and("is_simple_consumer", "false"); // workers always subscribe
    long all = lags.stream().mapToLong(PartitionLag::lag).sum();
    one(sum, whole, all);
    one(topicSum, whole.and("topic", lags.get(0).partition().topic()), all);
    one(most, members, lags.stream().mapToLong(PartitionLag::lag).max().orElse(0));
    one(
        mostSeconds,
        members,
        lags.stream().mapToDouble(each -> seconds(each.age(now))).max().orElse(0));
  }

  /** Shows nothing: it is not known. */
  void clear() {
    show(List.of(), Instant.EPOCH);
  }

  private Tags partition(PartitionLag lag) {
    return cluster.and(
        "topic",
        lag.partition().topic(),
        "partition",
        Integer.toString(lag.partition().partition()));
  }

  /** A partition that nobody holds has empty labels of the member, as in kafka-lag-exporter. */
  private Tags held(PartitionLag lag) {
    MemberDescription member = lag.member();
    return partition(lag)
        .and(
            "group",
            group,
            "member_host",
            member == null ? "" : member.host(),
            "consumer_id",
            member == null ? "" : member.consumerId(),
            "client_id",
            member == null ? "" : member.clientId());
  }

  private static double seconds(@Nullable Duration age) {
    return age == null ? 0 : age.toMillis() / 1e3;
  }

  private static void one(MultiGauge gauge, Tags tags, Number value) {
    gauge.register(List.of(Row.of(tags, value)), true);
  }
}
