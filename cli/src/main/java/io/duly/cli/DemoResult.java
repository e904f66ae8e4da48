package io.duly.cli;

import java.io.PrintWriter;

record DemoResult(String text) {
  boolean holds() {
    return true;
  }

  void print(PrintWriter out, boolean json) {
    out.println(text);
  }
}
