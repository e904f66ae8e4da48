/** Opens a run at its time and publishes the ids of the orders that are due. */
@NullMarked
package io.duly.ingest;

import org.jspecify.annotations.NullMarked;
