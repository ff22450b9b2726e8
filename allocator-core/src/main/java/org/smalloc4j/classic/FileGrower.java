package org.smalloc4j.classic;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.RawMemory;

/** A file that is mapped once, for all the bytes it may ever have, and grows below that. */
final class FileGrower implements Grower {
  /*
   * Idea: addresses for maxBytes are mapped when the heap opens; of these the file backs its length.
   * To grow is to write zeros at the file's end: the file system then has space for them, where a
   * file that was only made longer could find the disk full when memory is stored to, which no
   * error tells.
   *
   * FileChannel makes a file as long as what is mapped of it, so that it is cut again at once: a
   * process that dies in between leaves zeros behind the heap's end mark, which the next one cuts.
   *
   * RandomAccessFile, since an interrupt closes a FileChannel in the middle of a write, and with it
   * the lock.
   */

  /** What the file grows by at least. */
  private static final int STEP = 64 << 10;

  private final Path path;
  private final long maxBytes;

  /** Null before the file is opened, and after it is closed. */
  private @Nullable RandomAccessFile file;

  private @Nullable Arena mapping;
  private long base;
  private long length;
  private String failure = "";

  FileGrower(Path path, long maxBytes) {
    this.path = path;
    this.maxBytes = maxBytes;
  }

  /**
   * Opens and locks the file; returns its length.
   *
   * @throws IllegalStateException if another heap has it, here or in another process
   */
  long open() {
    if (file != null) {
      throw new IllegalStateException(this + " belongs to a heap already");
    }
    try {
      RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
      try {
        lock(opened.getChannel());
        length = checkedLength(opened);
        file = opened;
        return length;
      } finally {
        if (file == null) {
          opened.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(this + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private void lock(FileChannel channel) throws IOException {
    boolean isLocked;
    try {
      isLocked = channel.tryLock() != null;
    } catch (OverlappingFileLockException hereAlready) {
      throw new IllegalStateException(
          this + " is in use by another heap of this process; close that first", hereAlready);
    }
    if (!isLocked) {
      throw new IllegalStateException(
          this + " is in use by another process; expected a file that nobody has open");
    }
  }

  private long checkedLength(RandomAccessFile opened) throws IOException {
    long bytes = opened.length();
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(
          this + ": the file has " + bytes + " bytes; expected a maxBytes of as many or more");
    }
    return bytes;
  }

  /** Checks the heap in the file and returns the offset of its end mark; writes nothing. */
  long checkedEnd() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment contents = opened().getChannel().map(MapMode.READ_ONLY, 0, length, arena);
      return HeapStart.checkedEnd(RawMemory.nativeAddress(contents), length, path.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(this + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Maps the file, cut to its first {@code keptBytes}; returns these. */
  MemorySegment map(long keptBytes) {
    Arena arena = Arena.ofShared();
    try {
      FileChannel channel = opened().getChannel();
      MemorySegment all = channel.map(MapMode.READ_WRITE, 0, maxBytes, arena);
      channel.truncate(keptBytes);
      base = RawMemory.nativeAddress(all);
      length = keptBytes;
      mapping = arena;
      return RawMemory.segment(base, keptBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(this + " cannot be mapped: " + e.getMessage(), e);
    } finally {
      if (mapping == null) {
        arena.close();
      }
    }
  }

  @Override
  public MemorySegment grow(long byteSize) {
    if (mapping == null) {
      begin();
    }
    if (byteSize > maxBytes - length) {
      return MemorySegment.NULL;
    }
    long bytes = Math.min(Math.max(byteSize, STEP), maxBytes - length);
    try {
      write(bytes);
    } catch (IOException e) {
      failure = ", the last growth failed: " + e.getMessage();
      return MemorySegment.NULL;
    }
    MemorySegment gained = RawMemory.segment(base + length, bytes);
    length += bytes;
    return gained;
  }

  private void begin() {
    long present = open();
    if (present != 0) {
      throw new IllegalStateException(
          this
              + " has "
              + present
              + " bytes already; expected a new or an empty file, or the call"
              + " FirstFitAllocator.open for the heap that is in it");
    }
    map(0);
  }

  private void write(long bytes) throws IOException {
    byte[] zeros = new byte[(int) Math.min(bytes, STEP)];
    RandomAccessFile opened = opened();
    opened.seek(length);
    for (long done = 0; done < bytes; done += zeros.length) {
      opened.write(zeros, 0, (int) Math.min(bytes - done, zeros.length));
    }
  }

  private RandomAccessFile opened() {
    RandomAccessFile opened = file;
    if (opened == null) {
      throw new IllegalStateException(this + " is closed");
    }
    return opened;
  }

  @Override
  public void close() {
    Arena arena = mapping;
    if (arena != null) {
      arena.close();
      mapping = null;
    }
    RandomAccessFile opened = file;
    if (opened != null) {
      file = null;
      try {
        opened.close(); // and with it the lock
      } catch (IOException e) {
        throw new UncheckedIOException(this + " cannot be closed: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public String toString() {
    return "Growers.file(" + path + ", " + maxBytes + ")" + failure;
  }
}
