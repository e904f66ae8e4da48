package io.duly.cli;

import picocli.CommandLine.Command;

/** What a person does about single orders. */
@Command(
    name = "orders",
    mixinStandardHelpOptions = true,
    description = "Lists the orders in doubt, and settles them as a person decides.",
    subcommands = {OrdersListCommand.class, OrdersResolveCommand.class})
final class OrdersCommand {}
