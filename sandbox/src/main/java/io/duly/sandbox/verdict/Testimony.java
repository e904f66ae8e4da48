package io.duly.sandbox.verdict;

import io.duly.sandbox.SampleContract;
import java.util.List;
import java.util.Map;

/**
 * What the witnesses said.
 *
 * @param statuses the table: status by order
 * @param told the result topic
 * @param logged the write-ahead log: last status of each order that was updated
 * @param calls the API's ledger: requests by order
 * @param effects the API's ledger: executions by order
 */
record Testimony(
    SampleContract contract,
    Map<String, String> statuses,
    List<Told> told,
    Map<String, String> logged,
    Map<String, Integer> calls,
    Map<String, Integer> effects) {}
