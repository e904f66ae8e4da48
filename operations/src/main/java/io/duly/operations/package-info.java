/** What an operator asks of an installation, whether by command or by page. */
@NullMarked
package io.duly.operations;

import org.jspecify.annotations.NullMarked;
