package io.duly.sandbox;

/**
 * Which orders the sample API declines: a fixed share of all ids, the same ones at each call.
 *
 * @param share from 0 to 1
 */
record Declines(double share) {
  boolean include(String order) {
    return (mixed(order) >>> 11) * 0x1.0p-53 < share;
  }

  /** FNV-1a over the characters, then the finaliser of SplitMix64. */
  private static long mixed(String order) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < order.length(); i++) {
      hash = (hash ^ order.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
