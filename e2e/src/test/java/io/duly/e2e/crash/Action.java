package io.duly.e2e.crash;

/** What happens to a process at a failpoint. */
enum Action {
  /** The process ends at once, as by SIGKILL. */
  HALT("halt"),
  /** The whole process stands still for longer than all leases, and then goes on. */
  PAUSE("pause:6s"),
  /** The step throws. */
  THROW("throw"),
  /** The database executes the next request, and its answer is lost with all connections. */
  CUT("cut");

  private final String order;

  Action(String order) {
    this.order = order;
  }

  String order() {
    return order;
  }
}
