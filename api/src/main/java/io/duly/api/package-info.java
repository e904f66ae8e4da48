/** The external API as Duly sees it: a call and a lookup, and what an answer means. */
@NullMarked
package io.duly.api;

import org.jspecify.annotations.NullMarked;
