/** The operators' page, and the HTTP API that it uses. */
@NullMarked
package io.duly.console;

import org.jspecify.annotations.NullMarked;
