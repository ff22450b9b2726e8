package org.smalloc4j.bench.report;

import java.util.List;

/** A title, a line of headings and lines of cells; the first and the last column are text. */
public record Table(String title, List<String> headings, List<List<String>> rows) {}
