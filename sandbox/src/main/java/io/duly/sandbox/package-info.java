/**
 * What a demo and the tests of Duly need around them, without Docker: a PostgreSQL, a Kafka broker
 * and an order API with books of its own, each with data that survives a restart, and real orders.
 */
@NullMarked
package io.duly.sandbox;

import org.jspecify.annotations.NullMarked;
