/** What {@code duly doctor} looks at. */
@NullMarked
package io.duly.cli.doctor;

import org.jspecify.annotations.NullMarked;
