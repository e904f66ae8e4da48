package io.duly.worker;

/** A trigger of the owner's, which refuses that an order takes a status. */
final class OwnersTrigger {
  private OwnersTrigger() {}

  static void refuse(Shop shop, long orderId, String status) {
    shop.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON orders FOR EACH ROW WHEN (NEW.id = %d AND NEW.status = '%s')
          EXECUTE FUNCTION refuse();
        """
            .formatted(orderId, status));
  }
}
