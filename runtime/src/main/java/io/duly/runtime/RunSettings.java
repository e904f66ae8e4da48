package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

/** The settings of the life of a run. */
final class RunSettings {
  private RunSettings() {}

  static void define(Definitions def) {
    def.optionalDuration(
        "run.deadline",
        "",
        MEDIUM,
        "How long after its fire time a run has to be done; empty sets no deadline. It is warned once when the ETA passes it, and once when it has passed.");
    def.amount(
        "canary.orders",
        "0",
        "Orders, or share of a run's orders as in 0.1%, that each run is tried out on: the others wait for their outcomes. 10,000 at most; 0 for none.");
    def.amount(
        "canary.max-failures",
        "10%",
        "FAILED orders, or share of the canary's orders, above which a run is paused.");
    def.amount(
        "canary.max-doubts",
        "0",
        "Orders in doubt, or share of the canary's orders, above which a run is paused.");
    def.url(
        "verdict.webhook.url",
        "Where the verdict of each run, and warnings on its way, are posted as JSON; empty posts nowhere.");
    def.text(
        "verdict.webhook.secret-file",
        "",
        MEDIUM,
        "File with the secret that signs each post (HMAC-SHA256 in the header Duly-Signature); empty signs none.");
    def.text(
        "verdict.webhook.authorization-file",
        "",
        MEDIUM,
        "File with the value of the header Authorization of each post; empty sends none.");
    def.duration("verdict.webhook.timeout", "10s", LOW, "How long the receiver may take.");
    def.duration(
        "verdict.webhook.give-up",
        "3d",
        LOW,
        "A post is tried again, ever more seldom, until it is this old.");
  }
}
