package org.smalloc4j.bench;

import org.smalloc4j.bench.allocator.Versions;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class ProgramVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"smalloc4j " + Versions.SMALLOC4J};
  }
}
