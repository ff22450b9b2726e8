package org.smalloc4j;

import org.smalloc4j.classic.Coalescing;

/** The same with boundary tags. */
class FirstFitTagsContractTest extends FirstFitLockedContractTest {

  @Override
  Coalescing coalescing() {
    return Coalescing.AT_FREE;
  }
}
