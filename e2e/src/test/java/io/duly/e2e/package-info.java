/** Tests that see everything. */
@NullMarked
package io.duly.e2e;

import org.jspecify.annotations.NullMarked;
