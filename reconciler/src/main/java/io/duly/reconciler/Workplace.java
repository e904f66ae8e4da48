package io.duly.reconciler;

import io.duly.orders.OrdersTable;
import io.duly.orders.Rescues;
import io.duly.orders.Restoration;
import io.duly.orders.Schema;
import io.duly.orders.Topics;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.jdbi.v3.core.Jdbi;

/** What all parts of a reconciler that leads work on. */
record Workplace(Settings settings, Jdbi jdbi, OrdersTable table, Admin admin) {
  KafkaClients kafka() {
    return new KafkaClients(settings);
  }

  Topics topics() {
    return Topics.of(settings);
  }

  /** The prefix of its messages in the log. */
  String prefix() {
    return Schema.slot(settings);
  }

  /** How often its loops look. */
  Duration interval() {
    return settings.duration("reconciler.interval");
  }

  String group() {
    return settings.text("worker.group");
  }

  GroupProgress progress() {
    return new GroupProgress(admin, group(), topics());
  }

  Restoration restoration() {
    return new Restoration(jdbi, table, prefix());
  }

  Rescues rescues() {
    return new Rescues(jdbi, table, prefix());
  }
}
