package io.duly.sandbox;

import java.nio.file.Path;

/** Two different ports of 127.0.0.1, one for clients and one for the controller. */
record BrokerPorts(int broker, int controller) {
  /** The ports that the folder's files hold as far as they are free, else new ones. */
  static BrokerPorts rememberedIn(Path folder) {
    int broker = FreePort.rememberedIn(folder.resolve("broker.port"));
    int controller = FreePort.rememberedIn(folder.resolve("controller.port"), broker);
    return new BrokerPorts(broker, controller);
  }
}
