/*
 * A library for LD_PRELOAD that records the heap calls of a process, for `./smalloc4j record`. Linux
 * with glibc, whose own functions it calls by their other names.
 *
 * Each call is made and noted under one lock. So the order in the file is the order in which the
 * calls happened, across threads too, and no address is noted as allocated before it is noted as
 * freed. Threads that allocate wait for each other meanwhile: what is recorded is what a program asks
 * for, not how fast.
 *
 * The file, SMALLOC4J_RECORD, is mapped as a window at a time, so that whatever ends the process, all
 * calls until then are in it; behind them are zeros. A forked child is not recorded. A program that
 * this process turns into (exec) is, from the beginning of the file; one that a child turns into is
 * not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

enum { NONE, MALLOC, FREE, REALLOC, CALLOC, ALIGNED };

/* As RawRecording reads it. */
struct record {
  uint8_t op;
  uint8_t align_log2;
  uint16_t thread;
  uint32_t unused;
  uint64_t size;
  uint64_t address; /* returned, or freed */
  uint64_t old;     /* given to realloc */
};

enum { WINDOW = 1 << 15, MOST_THREADS = 1 << 16 };
#define WINDOW_BYTES (WINDOW * sizeof(struct record))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int file = -1; /* the rest is guarded by lock */
static struct record *window;
static size_t in_window;
static uint64_t left; /* events */
static off_t end;
static unsigned threads;
static volatile int recording;

static __thread int own_index __attribute__((tls_model("initial-exec"))); /* plus 1 */

static int open_window(void) {
  if (window) munmap(window, WINDOW_BYTES);
  window = NULL;
  if (ftruncate(file, end + (off_t)WINDOW_BYTES) != 0) return 0;
  void *at = mmap(NULL, WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, end);
  if (at == MAP_FAILED) return 0;
  window = at;
  end += (off_t)WINDOW_BYTES;
  in_window = 0;
  return 1;
}

static void note(int op, size_t align, size_t size, void *address, void *old) {
  if (own_index == 0 && threads < MOST_THREADS) own_index = (int)++threads;
  if (own_index == 0 || left == 0 || (in_window == WINDOW && !open_window())) {
    recording = 0;
    return;
  }
  left--;
  struct record *r = &window[in_window++];
  r->align_log2 = align ? (uint8_t)__builtin_ctzl(align) : 0;
  r->thread = (uint16_t)(own_index - 1);
  r->size = size;
  r->address = (uintptr_t)address;
  r->old = (uintptr_t)old;
  r->op = (uint8_t)op;
}

/* Whether the caller holds the lock now, and is to note its call. */
static int begin(void) {
  if (!recording) return 0;
  int before = errno;
  pthread_mutex_lock(&lock);
  errno = before;
  if (!recording) pthread_mutex_unlock(&lock);
  return recording;
}

static void finish(int op, size_t align, size_t size, void *address, void *old) {
  int before = errno;
  if (address) note(op, align, size, address, old);
  pthread_mutex_unlock(&lock);
  errno = before;
}

void *malloc(size_t size) {
  int noted = begin();
  void *p = __libc_malloc(size);
  if (noted) finish(MALLOC, 0, size, p, NULL);
  return p;
}

void free(void *p) {
  int noted = p && begin();
  __libc_free(p);
  if (noted) finish(FREE, 0, 0, p, NULL);
}

void *calloc(size_t count, size_t size) {
  int noted = begin();
  void *p = __libc_calloc(count, size);
  if (noted) finish(CALLOC, 0, count * size, p, NULL);
  return p;
}

void *realloc(void *old, size_t size) {
  int noted = begin();
  void *p = __libc_realloc(old, size);
  if (noted) {
    if (!old) finish(MALLOC, 0, size, p, NULL);
    else if (size == 0 && !p) finish(FREE, 0, 0, old, NULL);
    else finish(REALLOC, 0, size, p, old);
  }
  return p;
}

void *reallocarray(void *old, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(old, bytes);
}

void *memalign(size_t align, size_t size) {
  int noted = begin();
  void *p = __libc_memalign(align, size);
  if (noted) finish(ALIGNED, align, size, p, NULL);
  return p;
}

void *aligned_alloc(size_t align, size_t size) { return memalign(align, size); }

int posix_memalign(void **to, size_t align, size_t size) {
  if (align < sizeof(void *) || (align & (align - 1))) return EINVAL;
  int before = errno;
  void *p = memalign(align, size);
  errno = before;
  if (!p) return ENOMEM;
  *to = p;
  return 0;
}

void *valloc(size_t size) { return memalign((size_t)sysconf(_SC_PAGESIZE), size); }

void *pvalloc(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return memalign(page, (size + page - 1) & ~(page - 1));
}

/* That of another allocator, which the program is linked with, does not know the C library's blocks. */
size_t malloc_usable_size(void *p) {
  static size_t (*of_libc)(void *);
  if (!of_libc) of_libc = (size_t(*)(void *))dlsym(dlopen("libc.so.6", RTLD_LAZY), __func__);
  return of_libc(p);
}

static void before_fork(void) { pthread_mutex_lock(&lock); }

static void in_parent(void) { pthread_mutex_unlock(&lock); }

static void in_child(void) {
  recording = 0;
  pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("SMALLOC4J_RECORD");
  const char *events = getenv("SMALLOC4J_RECORD_EVENTS");
  const char *process = getenv("SMALLOC4J_RECORD_PROCESS");
  char own[24];
  snprintf(own, sizeof own, "%ld", (long)getpid());
  if (!path || !events || (process && strcmp(process, own) != 0)) return;
  setenv("SMALLOC4J_RECORD_PROCESS", own, 1);
  file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  left = strtoull(events, NULL, 10);
  if (file < 0 || !open_window()) return;
  pthread_atfork(before_fork, in_parent, in_child);
  recording = 1;
}
