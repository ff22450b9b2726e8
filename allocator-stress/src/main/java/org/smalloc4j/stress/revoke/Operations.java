package org.smalloc4j.stress.revoke;

import org.jspecify.annotations.Nullable;

/** Two operations of an owner with a class between them that may not be loaded yet. */
public final class Operations implements LoadingProgram.Code {
  @Override
  public boolean run(LoadingProgram.Cell cell, long id, @Nullable Object object) {
    if (cell.ownerId == id) {
      cell.value++;
    }
    boolean is = object instanceof Late;
    if (cell.ownerId == id) {
      cell.value++;
    }
    return is;
  }
}
