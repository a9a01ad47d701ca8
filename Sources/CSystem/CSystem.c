#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int csystem_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

const void *csystem_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length) {
  return memmem(haystack, haystack_length, needle, needle_length);
}

int csystem_open(const char *path, int flags, unsigned int mode) {
  int fd;
  do fd = open(path, flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return fd;
}

static void fill(struct csystem_stat *out, const struct stat *s) {
  out->size = s->st_size;
  out->mtime_ns = (int64_t)s->st_mtim.tv_sec * 1000000000 + s->st_mtim.tv_nsec;
  out->ctime_ns = (int64_t)s->st_ctim.tv_sec * 1000000000 + s->st_ctim.tv_nsec;
  out->inode = s->st_ino;
  out->device = s->st_dev;
  out->mode = s->st_mode;
}

int csystem_stat(int directory, const char *path, struct csystem_stat *out) {
  struct stat s;
  if (fstatat(directory, path, &s, 0) != 0) return errno;
  fill(out, &s);
  return 0;
}

int csystem_fstat(int fd, struct csystem_stat *out) {
  struct stat s;
  if (fstat(fd, &s) != 0) return errno;
  fill(out, &s);
  return 0;
}

// A file that the kernel does not know and that is no binary is a script for sh, as for every shell.
static void execute(const struct csystem_spawn *what) {
  char *const *argv = (char *const *)what->argv, *const *envp = (char *const *)what->envp;
  if (!what->program) {
    execvpe(argv[0], argv, envp);
    return;
  }
  execve(what->program, argv, envp);
  if (errno != ENOEXEC) return;
  char head[128];
  int fd = open(what->program, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd < 0 ? -1 : read(fd, head, sizeof head);
  if (fd >= 0) close(fd);
  size_t count = 0;
  while (argv[count]) count++;
  if (size < 0 || memchr(head, 0, (size_t)size) || count > 4096) {
    errno = ENOEXEC;
    return;
  }
  const char *words[count + 2];
  words[0] = "/bin/sh";
  words[1] = what->program;
  for (size_t i = 1; i <= count; i++) words[i + 1] = argv[i];
  execve("/bin/sh", (char *const *)words, envp);
}

// vfork keeps the start of a child cheap however large the parent is; between vfork and exec only
// async-signal-safe calls are made, and none that touches the parent's memory beyond this frame.
pid_t csystem_spawn(const struct csystem_spawn *what) {
  int null_fd = -1;
  if (what->stdin_fd < 0 || what->stdout_fd < 0 || what->stderr_fd < 0) {
    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0) return -errno;
  }
  int in = what->stdin_fd < 0 ? null_fd : what->stdin_fd;
  int out = what->stdout_fd < 0 ? null_fd : what->stdout_fd;
  int err = what->stderr_fd < 0 ? null_fd : what->stderr_fd;
  pid_t parent = getpid();
  volatile int failure = 0;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t pid = vfork();
  if (pid == 0) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int s = 1; s < NSIG; s++) {
      struct sigaction former;
      if (s == SIGKILL || s == SIGSTOP) continue;
      // Under nohup the program is as deaf as this one.
      if (s == SIGHUP && sigaction(s, NULL, &former) == 0 && former.sa_handler == SIG_IGN) continue;
      sigaction(s, &standard, NULL);
    }
    setpgid(0, 0);
    if (what->die_with_parent) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(127);
    }
    // Above 2 first, so that the three dup2 calls cannot overwrite one another's source.
    int fin = fcntl(in, F_DUPFD_CLOEXEC, 3), fout = fcntl(out, F_DUPFD_CLOEXEC, 3), ferr = fcntl(err, F_DUPFD_CLOEXEC, 3);
    if (fin < 0 || fout < 0 || ferr < 0 || dup2(fin, 0) < 0 || dup2(fout, 1) < 0 || dup2(ferr, 2) < 0) {
      failure = errno;
      _exit(127);
    }
    if (what->directory && chdir(what->directory) != 0) {
      failure = errno;
      _exit(127);
    }
    if (what->memory_limit) {
      struct rlimit limit = {what->memory_limit, what->memory_limit};
      setrlimit(RLIMIT_AS, &limit);
    }
    if (what->cpu_seconds) {
      struct rlimit limit = {what->cpu_seconds, what->cpu_seconds + 1};
      setrlimit(RLIMIT_CPU, &limit);
    }
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (what->data_limit) {
      struct rlimit limit = {what->data_limit, what->data_limit};
      setrlimit(RLIMIT_DATA, &limit);
    }
    if (what->sandboxed) csystem_enter_sandbox(what->readable, 1);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execute(what);
    failure = errno;
    _exit(127);
  }
  int spawn_errno = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (null_fd >= 0) close(null_fd);
  if (pid < 0) return -spawn_errno;
  if (failure) {
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return -failure;
  }
  return pid;
}

int csystem_terminal_columns(int fd) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void csystem_raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

static atomic_int interrupts;

static void on_interrupt(int signal_number) {
  if (atomic_fetch_add(&interrupts, 1) >= 2) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
}

int csystem_interrupts(void) { return atomic_load(&interrupts); }

void csystem_catch_interrupts(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  struct sigaction former;
  if (sigaction(SIGHUP, NULL, &former) == 0 && former.sa_handler == SIG_IGN) return;
  sigaction(SIGHUP, &action, NULL);
}

void csystem_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

static void say(const char *text) {
  size_t length = strlen(text);
  while (length) {
    ssize_t wrote = write(2, text, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    text += wrote;
    length -= (size_t)wrote;
  }
}

static void on_fault(int signal_number) {
  say("sluice: ended by a fault under a limit of memory (ulimit -v): most likely there was none left. Raise the limit, or lower --jobs; what was finished is kept.\n");
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void csystem_heed_limits(void) {
  // A file that grew too large is an error of the write then (EFBIG), not the end of the program.
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  static char stack[16384];
  stack_t alternative = {.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  sigaltstack(&alternative, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_fault;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS};
  for (size_t n = 0; n < sizeof faults / sizeof *faults; n++) sigaction(faults[n], &action, NULL);
}

extern char **environ;

char **csystem_environment(void) { return environ; }

void csystem_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int csystem_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int csystem_syncfs(int fd) { return syncfs(fd); }

long csystem_copy_range(int from, int to, size_t count) { return copy_file_range(from, NULL, to, NULL, count, 0); }
