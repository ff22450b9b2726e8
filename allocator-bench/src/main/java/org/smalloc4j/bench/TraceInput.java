package org.smalloc4j.bench;

import java.nio.file.Path;
import org.smalloc4j.bench.trace.TraceSummary;

/** A verified trace and where it came from. */
record TraceInput(Path file, TraceSummary summary) {}
