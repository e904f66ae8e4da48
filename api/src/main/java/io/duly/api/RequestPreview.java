package io.duly.api;

import java.util.Map;

/**
 * A request as it would be sent, but for the credentials.
 *
 * @param headers in the order of their names; values that look secret are masked
 */
public record RequestPreview(String method, String url, Map<String, String> headers, String body) {}
