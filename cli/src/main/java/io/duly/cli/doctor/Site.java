package io.duly.cli.doctor;

import io.duly.orders.OrdersTable;
import io.duly.runtime.Settings;
import org.apache.kafka.clients.admin.Admin;
import org.jdbi.v3.core.Jdbi;

/** The parts of an installation that can be reached. */
record Site(Settings settings, Jdbi jdbi, OrdersTable table, Admin admin) {}
