package io.duly.reconciler;

/** What identifies a result: the how-manieth result of the attempt on the order. */
record ResultKey(String orderId, int attempt, int transition) {}
