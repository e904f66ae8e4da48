package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.SlotState;
import io.duly.reconciler.RetainedLog.Pressure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetainedLogTest {
  private static final long MIB = 1 << 20;

  @Test
  void littleLogIsNoPressure() {
    assertThat(pressure("reserved", 999 * MIB, null)).isEqualTo(Pressure.NONE);
    assertThat(pressure("reserved", 999 * MIB, 500 * MIB)).isEqualTo(Pressure.NONE);
  }

  @Test
  void muchLogIs() {
    assertThat(pressure("reserved", 1_001 * MIB, null)).isEqualTo(Pressure.HIGH);
    assertThat(pressure("extended", MIB, 500 * MIB)).isEqualTo(Pressure.HIGH);
  }

  @Test
  void aSlotThatIsAboutToBeGivenUpIsTheWorst() {
    assertThat(pressure("unreserved", MIB, 500 * MIB)).isEqualTo(Pressure.LAST_MARGIN);
    assertThat(pressure("extended", MIB, 10 * MIB)).isEqualTo(Pressure.LAST_MARGIN);
  }

  private static Pressure pressure(String status, long retained, @Nullable Long safe) {
    SlotState slot = new SlotState("pgoutput", "shop", null, status, null, 1L, retained, safe);
    return RetainedLog.pressure(slot, 1_000 * MIB);
  }
}
