package io.duly.cli;

import picocli.CommandLine.Command;

/** What a person does about single orders. */
@Command(
    name = "orders",
    mixinStandardHelpOptions = true,
    description =
        "Lists the orders in doubt, settles them as a person decides, and shows the life of one.",
    subcommands = {OrdersListCommand.class, OrdersShowCommand.class, OrdersResolveCommand.class})
final class OrdersCommand {}
