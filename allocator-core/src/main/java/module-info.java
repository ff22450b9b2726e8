/** A malloc for Java: one reserved region, fixed size classes, lock-free free lists. */
module org.smalloc4j {
  requires static org.jspecify;

  exports org.smalloc4j;
  exports org.smalloc4j.arena;
  exports org.smalloc4j.c;
  exports org.smalloc4j.classic;
  exports org.smalloc4j.observe;
  exports org.smalloc4j.pool;
}
