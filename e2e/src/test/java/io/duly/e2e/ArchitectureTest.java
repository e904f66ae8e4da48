package io.duly.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.duly", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule onlyTheReconcilerKnowsDebezium =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.duly.reconciler..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.debezium..");

  @ArchTest
  static final ArchRule onlyTheSandboxKnowsTheBroker =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.duly.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("kafka.server..");

  @ArchTest
  static final ArchRule ingestKnowsNeitherWorkerNorReconciler =
      noClasses()
          .that()
          .resideInAPackage("io.duly.ingest..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.duly.worker..", "io.duly.reconciler..", "io.duly.api..");

  @ArchTest
  static final ArchRule workerKnowsNeitherIngestNorReconciler =
      noClasses()
          .that()
          .resideInAPackage("io.duly.worker..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.duly.ingest..", "io.duly.reconciler..");

  @ArchTest
  static final ArchRule reconcilerKnowsNeitherIngestNorWorker =
      noClasses()
          .that()
          .resideInAPackage("io.duly.reconciler..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.duly.ingest..", "io.duly.worker..");

  @ArchTest
  static final ArchRule operatorsKnowNoneOfTheWork =
      noClasses()
          .that()
          .resideInAnyPackage("io.duly.operations..", "io.duly.console..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.duly.api..",
              "io.duly.ingest..",
              "io.duly.worker..",
              "io.duly.reconciler..",
              "io.duly.sandbox..",
              "io.duly.cli..");

  @ArchTest
  static final ArchRule ordersKnowNothingAboveThem =
      noClasses()
          .that()
          .resideInAPackage("io.duly.orders..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.duly.api..",
              "io.duly.ingest..",
              "io.duly.worker..",
              "io.duly.reconciler..",
              "io.duly.sandbox..",
              "io.duly.operations..",
              "io.duly.console..",
              "io.duly.cli..");

  @ArchTest
  static final ArchRule theJudgeKnowsNothingOfTheWork =
      noClasses()
          .that()
          .resideInAPackage("io.duly.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.duly.runtime..",
              "io.duly.orders..",
              "io.duly.api..",
              "io.duly.ingest..",
              "io.duly.worker..",
              "io.duly.reconciler..",
              "io.duly.operations..",
              "io.duly.console..",
              "io.duly.cli..");

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule classesAreFinalUnlessTheyAreKinds =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .haveSimpleNameNotEndingWith("package-info")
          .should()
          .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
