/** The command duly: reads settings, opens the parts in order, closes them in reverse. */
@NullMarked
package io.duly.cli;

import org.jspecify.annotations.NullMarked;
