/**
 * What Duly processes: orders and their states, attempts, the SQL of the claim protocol, the
 * records of the topics.
 */
@NullMarked
package io.duly.orders;

import org.jspecify.annotations.NullMarked;
