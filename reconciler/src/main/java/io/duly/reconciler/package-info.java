/**
 * Confirms results from the write-ahead log and the result topic, re-queues what is stuck, settles
 * doubt, closes runs.
 */
@NullMarked
package io.duly.reconciler;

import org.jspecify.annotations.NullMarked;
