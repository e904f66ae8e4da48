package io.duly.sandbox.verdict;

/** A change of an order's status. */
record Move(String order, Status from, Status to) {}
