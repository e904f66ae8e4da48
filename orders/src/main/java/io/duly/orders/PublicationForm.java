package io.duly.orders;

/** What the publication gives of the orders table's updates, from least to most. */
public enum PublicationForm {
  /** Nothing: the log shows only what Duly says of itself. */
  MESSAGES,
  /** Whole rows. */
  ROWS,
  /** The columns of the replica identity, the id and the status. */
  COLUMNS
}
