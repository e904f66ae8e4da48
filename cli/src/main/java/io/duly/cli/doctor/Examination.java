package io.duly.cli.doctor;

import java.util.List;

/** One thing that is looked at. */
public interface Examination {
  /** Its name in capital letters. */
  String name();

  /** What is fine about it. */
  String meaning();

  /** What there is to say; nothing where all is fine. */
  List<Finding> findings(Site site) throws Exception;
}
