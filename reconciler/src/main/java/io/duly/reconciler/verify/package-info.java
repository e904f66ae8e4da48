/**
 * Recomputes the verdict of a run from the table, the attempts, the topics, the saved confirmations
 * and the API's own report, with statements of its own.
 */
@NullMarked
package io.duly.reconciler.verify;

import org.jspecify.annotations.NullMarked;
