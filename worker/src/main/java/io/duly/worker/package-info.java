/**
 * Claims due orders, calls the API, records the answers, commits offsets together with the result
 * events.
 */
@NullMarked
package io.duly.worker;

import org.jspecify.annotations.NullMarked;
