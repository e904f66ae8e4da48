/**
 * The crash matrix: every failpoint of the protocol, in every way of failing, under every contract.
 */
@NullMarked
package io.duly.e2e.crash;

import org.jspecify.annotations.NullMarked;
