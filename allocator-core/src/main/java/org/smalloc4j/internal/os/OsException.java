package org.smalloc4j.internal.os;

/** A system call's refusal, with its errno. */
public final class OsException extends Exception {
  /** EAGAIN on Linux: for mmap, more memory would be locked than may be. */
  static final int EAGAIN = 11;

  /** ENOMEM, of Linux and macOS. */
  public static final int NO_MEMORY = 12;

  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param call the system call and its arguments, for people
   * @param errno the error number it left
   */
  public OsException(String call, int errno) {
    super(call + " failed with errno " + errno + name(errno));
    this.errno = errno;
  }

  /** Returns the error number. */
  public int errno() {
    return errno;
  }

  /** The error numbers that the calls of {@link VirtualMemory} leave, on Linux and macOS. */
  private static String name(int errno) {
    return switch (errno) {
      case 1 -> " (EPERM)";
      case 9 -> " (EBADF)";
      case EAGAIN, 35 -> " (EAGAIN)";
      case NO_MEMORY -> " (ENOMEM)";
      case 13 -> " (EACCES)";
      case 14 -> " (EFAULT)";
      case 19 -> " (ENODEV)";
      case 22 -> " (EINVAL)";
      case 23 -> " (ENFILE)";
      default -> "";
    };
  }
}
