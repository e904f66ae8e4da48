package io.duly.cli.doctor;

import io.duly.orders.Lanes;
import io.duly.orders.TopicCheck;
import io.duly.orders.Topics;
import io.duly.orders.WorkerTable;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/** What is looked at in Kafka. */
enum KafkaExamination implements Examination {
  TOPICS("the topics are there, with a partition for each worker and lane") {
    @Override
    public List<Finding> findings(Site site) {
      Topics topics = Topics.of(site.settings());
      try {
        topics.requireCreated(site.admin());
      } catch (UserError e) {
        return List.of(
            Finding.problem(String.valueOf(e.getMessage()), "duly init, or the right Describe"));
      }
      int partitions = topics.partitionsOfDue(site.admin());
      Lanes.of(site.settings()).requireRoom(topics.due(), partitions);
      return Judgement.partitions(topics.due(), partitions, workers(site));
    }

    private int workers(Site site) {
      boolean isThere =
          site.jdbi()
              .withHandle(
                  handle ->
                      handle
                          .createQuery("SELECT to_regclass('duly.worker') IS NOT NULL")
                          .mapTo(Boolean.class)
                          .one());
      return isThere ? new WorkerTable(site.jdbi()).alive().size() : 0;
    }
  },
  RETENTION("the topics keep their records for as long as the longest run takes") {
    @Override
    public List<Finding> findings(Site site) {
      Topics topics = Topics.of(site.settings());
      return new TopicCheck(site.admin(), site.settings())
          .complaints(topics.kept()).stream()
              .map(each -> Finding.warning(each.found(), each.command()))
              .toList();
    }
  },
  COPIES("what Kafka has acknowledged survives the loss of a broker") {
    @Override
    public List<Finding> findings(Site site) throws Exception {
      List<String> names = Topics.of(site.settings()).kept();
      List<Finding> findings = new ArrayList<>();
      Map<String, TopicDescription> described =
          site.admin().describeTopics(names).allTopicNames().get();
      for (String name : names) {
        int copies =
            Objects.requireNonNull(described.get(name)).partitions().get(0).replicas().size();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config config =
            Objects.requireNonNull(
                site.admin().describeConfigs(List.of(resource)).all().get().get(resource));
        judge(name, copies, config, findings);
      }
      return findings;
    }

    private void judge(String name, int copies, Config config, List<Finding> findings) {
      if (copies < 3) {
        findings.add(
            Finding.warning(
                name + " has " + copies + " copies: with a broker its records may be lost",
                "kafka-reassign-partitions.sh to three brokers, and min.insync.replicas=2"));
      } else if (Integer.parseInt(config.get("min.insync.replicas").value()) < 2) {
        findings.add(
            Finding.warning(
                name + " has min.insync.replicas=1: what one broker alone has is acknowledged",
                "kafka-configs.sh --alter --entity-type topics --entity-name "
                    + name
                    + " --add-config min.insync.replicas=2"));
      }
    }
  },
  TRANSACTIONS("the broker keeps a late message of a dead producer out of a transaction") {
    @Override
    public List<Finding> findings(Site site) throws Exception {
      Map<String, FinalizedVersionRange> features =
          site.admin().describeFeatures().featureMetadata().get().finalizedFeatures();
      List<Finding> findings = new ArrayList<>();
      findings.addAll(
          Judgement.feature("transaction.version", level(features, "transaction.version"), 2));
      findings.addAll(Judgement.feature("group.version", level(features, "group.version"), 1));
      return findings;
    }

    private int level(Map<String, FinalizedVersionRange> features, String feature) {
      FinalizedVersionRange found = features.get(feature);
      return found == null ? 0 : found.maxVersionLevel();
    }
  };

  private final String meaning;

  KafkaExamination(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
