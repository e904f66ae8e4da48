/**
 * Judges a run by four witnesses: the table, the result topic, the write-ahead log, the API's
 * ledger. Knows nothing of the code that did the work.
 */
@NullMarked
package io.duly.sandbox.verdict;

import org.jspecify.annotations.NullMarked;
