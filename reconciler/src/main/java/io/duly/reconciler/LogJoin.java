package io.duly.reconciler;

import io.duly.orders.LogMessage;
import io.duly.orders.OrdersTable;
import io.duly.orders.Outcome;
import io.duly.orders.PublicationForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins the row changes of a transaction with the message that explains them. A change that no
 * message of its transaction explains was made by somebody else. Not thread-safe.
 */
final class LogJoin {
  /**
   * What changes mean. {@code foreign} are the rows that others have updated, {@code due} those to
   * be published.
   */
  record Meaning(List<ResultKey> results, List<LogMessage.Entry> due, List<Change.Row> foreign) {
    Meaning() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /** No transaction of ours changes more rows, so that more of them need not be kept. */
  private static final int MOST_ROWS = 200_000;

  private final OrdersTable table;
  private final PublicationForm form;
  private final Map<String, Change.Row> rows = new LinkedHashMap<>();
  private long transaction = -1;

  /** {@code form} is what the log gives of the rows. */
  LogJoin(OrdersTable table, PublicationForm form) {
    this.table = table;
    this.form = form;
  }

  /**
   * Takes the next changes of the log; the rows of the last transaction may be explained by the
   * next batch.
   */
  Meaning join(List<Change> changes) {
    Meaning meaning = new Meaning();
    for (Change change : changes) {
      if (change.transaction() != transaction) {
        unexplained(meaning);
        transaction = change.transaction();
      }
      if (change instanceof Change.Row row) {
        rows.put(row.orderId(), row);
        if (rows.size() >= MOST_ROWS) {
          unexplained(meaning);
        }
      } else if (change instanceof Change.Said said) {
        explain(said.message(), meaning);
      }
    }
    return meaning;
  }

  /** The rows of the last transaction that nothing has explained; called when the log is quiet. */
  void unexplained(Meaning meaning) {
    meaning.foreign().addAll(rows.values());
    rows.clear();
  }

  /** A result whose status was not ours to write any more is shown by the message alone. */
  private void explain(LogMessage message, Meaning meaning) {
    if (message.kind() == LogMessage.Kind.DUE) {
      meaning.due().addAll(message.entries());
      return;
    }
    for (LogMessage.Entry entry : message.entries()) {
      Change.Row row = rows.remove(entry.orderId());
      Outcome outcome = entry.outcome();
      boolean shows =
          !entry.moved()
              || form == PublicationForm.MESSAGES
              || (outcome != null
                  && row != null
                  && table.value(outcome.status()).equals(row.status()));
      if (outcome != null && outcome.isResult() && shows) {
        meaning.results().add(new ResultKey(entry.orderId(), entry.attempt(), entry.transition()));
      }
    }
  }
}
