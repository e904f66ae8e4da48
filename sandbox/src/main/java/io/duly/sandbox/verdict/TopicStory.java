package io.duly.sandbox.verdict;

import java.util.List;

/**
 * What the result topic says.
 *
 * @param told its committed events, those of a partition in their order
 * @param unreadable a sentence for each record that is no result
 */
record TopicStory(List<Told> told, List<String> unreadable) {}
