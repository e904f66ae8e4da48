package io.duly.reconciler;

import java.util.Map;

/** A database and a broker for one {@link Site}, which closes it. */
interface Ground extends AutoCloseable {
  /** Where they are and which names are to be used there, as settings. */
  Map<String, String> settings();

  @Override
  void close();
}
