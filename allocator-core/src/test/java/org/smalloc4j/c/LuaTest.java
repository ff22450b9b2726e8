package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Smalloc;

/** Lua runs scripts in memory of ours. */
class LuaTest {
  private static final int OK = 0;
  private static final int ERRMEM = 4;
  private static final long NULL = 0;

  private final CLibrary lua = CLibrary.need("liblua5.4.so.0", "liblua5.4-0");
  private final Pointers.Function newstate =
      lua.function("lua_newstate", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
  private final Pointers.Function openlibs =
      lua.function("luaL_openlibs", FunctionDescriptor.ofVoid(JAVA_LONG));
  private final Pointers.Function loadstring =
      lua.function("luaL_loadstring", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
  private final Pointers.Function pcall =
      lua.function(
          "lua_pcallk",
          FunctionDescriptor.of(
              JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private final Pointers.Function tointeger =
      lua.function(
          "lua_tointegerx", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
  private final Pointers.Function settop =
      lua.function("lua_settop", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT));
  private final Pointers.Function close =
      lua.function("lua_close", FunctionDescriptor.ofVoid(JAVA_LONG));

  private long open(NativeFunctions functions) {
    long state = newstate.call(functions.luaAlloc(), NULL);
    assertNotEquals(NULL, state);
    openlibs.call(state);
    return state;
  }

  /** Runs a script to its end, or to its error; its integer result is on top of Lua's stack. */
  private int run(long state, String script) {
    settop.call(state, 0);
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(OK, loadstring.call(state, arena.allocateFrom(script)));
    }
    return (int) pcall.call(state, 0, 1, 0, 0L, NULL);
  }

  @Test
  void aScriptAllocatesAndCollectsAndLeavesNothing() {
    Smalloc heap = Smalloc.create();
    try (NativeFunctions functions = NativeFunctions.of(heap)) {
      long state = open(functions);
      assertEquals(
          OK,
          run(
              state,
              """
              local kept = {}
              for round = 1, 20 do
                for i = 1, 2000 do
                  kept[i] = {name = "item " .. i * round, text = ("x"):rep(i % 300)}
                end
              end
              local bytes = 0
              for _, item in ipairs(kept) do bytes = bytes + #item.text end
              kept = nil
              local before = collectgarbage("count")
              collectgarbage()
              assert(collectgarbage("count") < before / 2)
              return bytes
              """));
      long bytes = 0;
      for (int i = 1; i <= 2000; i++) {
        bytes += i % 300;
      }
      assertEquals(bytes, tointeger.call(state, -1, NULL));
      assertTrue(heap.stats().liveBlocks() > 100);
      close.call(state);
      assertEquals(0, heap.stats().liveBlocks());
      assertEquals(0, functions.failures());
    }
    heap.close();
  }

  @Test
  void whatLuaCountsAreTheBytesThatItAskedFor() {
    Smalloc heap = Smalloc.create();
    try (NativeFunctions functions = NativeFunctions.of(heap)) {
      long state = open(functions);
      assertEquals(OK, run(state, "return math.floor(collectgarbage('count') * 1024)"));
      long asked = tointeger.call(state, -1, NULL);
      long used = heap.stats().liveBytes();
      assertTrue(asked <= used && used <= 2 * asked, asked + " asked, " + used + " used");
      close.call(state);
    }
    heap.close();
  }

  @Test
  void aLimitBecomesLuasOwnErrorAndTheStateGoesOn() {
    Smalloc heap = Smalloc.builder().maxBytes(2 << 20).build();
    try (NativeFunctions functions = NativeFunctions.of(heap)) {
      long state = open(functions);
      String greedy = "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end";
      assertEquals(ERRMEM, run(state, greedy));
      assertTrue(functions.failures() > 0);
      String caught =
          """
          local ok, message = pcall(function() GREEDY end)
          assert(not ok and message == "not enough memory", message)
          collectgarbage()
          local again = {}
          for i = 1, 100 do again[i] = ("y"):rep(1000) .. i end
          return #again
          """
              .replace("GREEDY", greedy);
      assertEquals(OK, run(state, caught));
      assertEquals(100, tointeger.call(state, -1, NULL));
      close.call(state);
      assertEquals(0, heap.stats().liveBlocks());
    }
    heap.close();
  }

  @Test
  void aHeapThatIsTooSmallGivesNoState() {
    Smalloc heap = Smalloc.builder().maxBytes(1 << 10).build();
    try (NativeFunctions functions = NativeFunctions.of(heap)) {
      assertEquals(NULL, newstate.call(functions.luaAlloc(), NULL));
      assertTrue(functions.failures() > 0);
      assertEquals(0, heap.stats().liveBlocks());
    }
    heap.close();
  }
}
