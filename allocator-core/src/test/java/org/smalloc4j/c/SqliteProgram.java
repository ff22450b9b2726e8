package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.smalloc4j.Smalloc;

/**
 * SQLite in memory of ours; a program of its own, since the library is set up once in a process.
 */
final class SqliteProgram {
  static final int ROWS = 100_000;

  private static final int OK = 0;
  private static final int NOMEM = 7;
  private static final int DONE = 101;
  private static final int CONFIG_MALLOC = 4;
  private static final long NULL = 0;

  private final CLibrary sqlite = CLibrary.load("libsqlite3.so.0");
  private final Pointers.Function exec =
      sqlite.function(
          "sqlite3_exec",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private final Pointers.Function memoryUsed =
      sqlite.function("sqlite3_memory_used", FunctionDescriptor.of(JAVA_LONG));
  private final Pointers.Function bind =
      sqlite.function(
          "sqlite3_bind_int64", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));
  private final Pointers.Function step = ofStatement("sqlite3_step");
  private final Pointers.Function reset = ofStatement("sqlite3_reset");
  private final Pointers.Function finish = ofStatement("sqlite3_finalize");

  private final Arena arena;
  private final Smalloc heap;

  private SqliteProgram(Arena arena, Smalloc heap) {
    this.arena = arena;
    this.heap = heap;
  }

  private Pointers.Function ofStatement(String name) {
    return sqlite.function(name, FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
  }

  /** Runs both parts, one after the other: each sets the library up anew. */
  public static void main(String[] arguments) {
    inHeap(Smalloc.create(), SqliteProgram::countToTheByte);
    inHeap(Smalloc.builder().maxBytes(4 << 20).build(), SqliteProgram::runOutOfMemoryAndGoOn);
  }

  private interface Part {
    void run(SqliteProgram program, long database, NativeFunctions functions);
  }

  private static void inHeap(Smalloc heap, Part part) {
    try (Arena arena = Arena.ofConfined();
        NativeFunctions functions = NativeFunctions.of(heap)) {
      SqliteProgram program = new SqliteProgram(arena, heap);
      program.configure(functions);
      long database = program.open();
      part.run(program, database, functions);
      program.check(OK, program.ofStatement("sqlite3_close").call(database), "close");
      program.check(
          OK,
          program.sqlite.function("sqlite3_shutdown", FunctionDescriptor.of(JAVA_INT)).call(),
          "shutdown");
      program.check(0, heap.stats().liveBlocks(), "live blocks at the end");
    }
    heap.close();
  }

  private void configure(NativeFunctions functions) {
    Pointers.Function config =
        sqlite.function(
            "sqlite3_config",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS),
            Linker.Option.firstVariadicArg(1));
    check(OK, config.call(CONFIG_MALLOC, functions.sqliteMemMethods()), "config");
  }

  private long open() {
    MemorySegment database = arena.allocate(JAVA_LONG);
    Pointers.Function open =
        sqlite.function("sqlite3_open", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    check(OK, open.call(arena.allocateFrom(":memory:"), database), "open");
    return database.get(JAVA_LONG, 0);
  }

  private long prepare(long database, String sql) {
    MemorySegment statement = arena.allocate(JAVA_LONG);
    Pointers.Function prepare =
        sqlite.function(
            "sqlite3_prepare_v2",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG));
    check(OK, prepare.call(database, arena.allocateFrom(sql), -1, statement, NULL), sql);
    return statement.get(JAVA_LONG, 0);
  }

  private long execute(long database, String sql) {
    return exec.call(database, arena.allocateFrom(sql), NULL, NULL, NULL);
  }

  private long number(long database, String query) {
    long statement = prepare(database, query);
    step.call(statement);
    long result =
        sqlite
            .function("sqlite3_column_int64", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT))
            .call(statement, 0);
    check(OK, finish.call(statement), query);
    return result;
  }

  private void checkAgreement(String when) {
    check(heap.stats().liveBytes(), memoryUsed.call(), "sqlite3_memory_used " + when);
  }

  private void countToTheByte(long database, NativeFunctions functions) {
    checkAgreement("at the start");
    check(OK, execute(database, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c)"), "create");
    check(OK, execute(database, "BEGIN"), "begin");
    long insert = prepare(database, "INSERT INTO t VALUES(?1, 'row ' || ?1, zeroblob(?1 % 100))");
    for (int row = 1; row <= ROWS; row++) {
      bind.call(insert, 1, (long) row);
      check(DONE, step.call(insert), "insert");
      check(OK, reset.call(insert), "reset");
      if (row % 10_000 == 0) {
        checkAgreement("after " + row + " rows");
      }
    }
    check(OK, finish.call(insert), "finalize");
    check(OK, execute(database, "COMMIT"), "commit");
    check(OK, execute(database, "CREATE INDEX i ON t(b, c)"), "index");
    checkAgreement("with an index");
    check(ROWS, number(database, "SELECT count(*) FROM t"), "rows");
    check(77_777, number(database, "SELECT a FROM t WHERE b = 'row 77777'"), "row");
    check(OK, execute(database, "DELETE FROM t WHERE a % 2"), "delete");
    check(OK, execute(database, "VACUUM"), "vacuum");
    checkAgreement("after a vacuum");
    check(ROWS / 2, number(database, "SELECT count(*) FROM t"), "rows left");
    check(0, functions.failures(), "failures");
    System.out.print(number(database, "SELECT sum(length(b)) FROM t") + " ");
  }

  private void runOutOfMemoryAndGoOn(long database, NativeFunctions functions) {
    check(OK, execute(database, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)"), "create");
    check(OK, execute(database, "INSERT INTO t VALUES(1, 'first')"), "insert");
    String flood =
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n LIMIT 1000000)"
            + " INSERT INTO t SELECT i, zeroblob(500) FROM n";
    check(NOMEM, execute(database, flood), "flood");
    check(true, functions.failures() > 0, "failures");
    check(1, number(database, "SELECT count(*) FROM t"), "rows after the flood");
    check(OK, execute(database, "INSERT INTO t VALUES(2, 'second')"), "insert");
    check(2, number(database, "SELECT count(*) FROM t"), "rows at last");
    checkAgreement("after SQLITE_NOMEM");
    System.out.print("NOMEM");
  }

  private void check(Object expected, Object actual, String what) {
    if (!String.valueOf(expected).equals(String.valueOf(actual))) {
      throw new AssertionError(what + ": " + actual + "; expected " + expected);
    }
  }
}
