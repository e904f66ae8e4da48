package io.duly.reconciler;

import io.duly.orders.Gap;
import io.duly.orders.PublicationForm;
import java.util.Optional;

/**
 * How a change feed starts: what the log gives of the rows, and the gap that a sweep has to make up
 * for.
 */
record FeedStart(PublicationForm form, Optional<Gap> gap) {}
