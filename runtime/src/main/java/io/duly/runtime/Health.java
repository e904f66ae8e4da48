package io.duly.runtime;

import java.util.List;

/** What a part of a process says of itself. Thread-safe. */
public interface Health {
  /** Of what does its part as long as it is there. */
  Health WELL =
      new Health() {
        @Override
        public List<Throwable> failures() {
          return List.of();
        }

        @Override
        public boolean isAlive() {
          return true;
        }

        @Override
        public boolean isReady() {
          return true;
        }
      };

  /** The failures that ended it, if any; the process should end then. */
  List<Throwable> failures();

  /** Whether its threads go on; where they do not, only a restart helps. */
  boolean isAlive();

  /** Whether it does its part now; where it does not, what it needs may be away for a while. */
  boolean isReady();
}
