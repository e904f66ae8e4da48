/**
 * How a Duly process lives: settings, start and stop, loops, connections to PostgreSQL and Kafka.
 */
@NullMarked
package io.duly.runtime;

import org.jspecify.annotations.NullMarked;
