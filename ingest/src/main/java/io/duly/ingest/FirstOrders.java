package io.duly.ingest;

import io.duly.orders.Run;
import io.duly.runtime.Amount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first due orders of a run, gathered page by page so that no read is long. A share is known
 * once all due orders are counted, or so many that it is above {@link #MOST}. One thread.
 */
final class FirstOrders {
  /** Orders that are gathered at most. */
  static final int MOST = 10_000;

  private final Amount wanted;
  private final DuePages pages;
  private final int pageSize;
  private final List<String> ids = new ArrayList<>();
  private @Nullable String after;
  private long due;
  private boolean isEnd;

  FirstOrders(Amount wanted, DuePages pages, int pageSize, Run run) {
    this.wanted = wanted;
    this.pages = pages;
    this.pageSize = pageSize;
    this.after = run.lastId();
  }

  /** Whether no more is to be read. */
  boolean isComplete() {
    return isEnd || (wanted.isShare() ? most() == MOST : due >= most());
  }

  /** Reads one page. */
  void read() {
    DuePages.Page page = pages.after(after, pageSize);
    due += page.ids().size();
    page.ids().stream().limit(MOST - ids.size()).forEach(ids::add);
    after = page.last();
    isEnd = page.isEnd();
  }

  /** Those that were wanted, as far as there are so many. */
  List<String> ids() {
    return List.copyOf(ids.subList(0, (int) Math.min(ids.size(), most())));
  }

  private long most() {
    return Math.min(MOST, wanted.of(due));
  }
}
