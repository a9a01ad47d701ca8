#ifndef CSYSTEM_H
#define CSYSTEM_H
// GNU extensions that Swift's Glibc module does not import, and calls that are variadic in C.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// pipe2(2) with O_CLOEXEC.
int csystem_pipe(int descriptors[2]);
/// memmem(3).
const void *csystem_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
/// open(2) with a mode, always O_CLOEXEC.
int csystem_open(const char *path, int flags, unsigned int mode);

struct csystem_spawn {
  const char *const *argv;
  const char *const *envp;
  const char *program;    // NULL: argv[0], looked up in PATH
  const char *directory;  // NULL: inherit
  int stdin_fd;           // -1: /dev/null
  int stdout_fd;          // -1: /dev/null
  int stderr_fd;          // -1: /dev/null
  uint64_t memory_limit;  // bytes of address space, 0: none
  uint64_t cpu_seconds;   // 0: none
  int die_with_parent;    // send SIGKILL to the child when the parent dies
  uint64_t data_limit;    // bytes of memory that can be written, 0: none
  int sandboxed;          // enter a sandbox before the program begins, see csystem_enter_sandbox
  const char *const *readable;
};
/// Starts a program in a process group of its own with clean signal handling.
/// Returns its pid, or -errno.
pid_t csystem_spawn(const struct csystem_spawn *what);

/// Starts programs for whoever is at the other end of the socket, until that is gone (see Supervisor.c).
int csystem_supervise(int socket);
/// socketpair(2) of SOCK_SEQPACKET with O_CLOEXEC.
int csystem_socket_pair(int descriptors[2]);
/// Asks a supervisor to start a program: stdin, stdout, stderr (-1: /dev/null) and the descriptor to which it writes the
/// pid (or -errno) and later the status. `what` is the directory, the counts and all arguments and variables, each with
/// a zero byte behind it. Returns 0 or errno.
int csystem_supervised_spawn(int socket, const char *what, size_t size, const int descriptors[4]);
enum { CSYSTEM_NO_NEW_PRIVILEGES = 1, CSYSTEM_NO_CAPABILITIES = 2, CSYSTEM_FILES = 4, CSYSTEM_CALLS = 8 };
/// Gives up for this process what reading a document does not need: privileges and capabilities, the network, starting
/// programs (unless `may_exec`), opening files for writing, signals to others; and, where the kernel has Landlock, all
/// files but those beneath `readable` (ends with NULL). To be called before threads are started.
/// Returns which of these the kernel granted.
int csystem_enter_sandbox(const char *const *readable, int may_exec);

struct csystem_stat {
  int64_t size;
  int64_t mtime_ns;
  int64_t ctime_ns;
  uint64_t inode;
  uint64_t device;
  uint32_t mode;
};
/// stat(2) relative to a directory descriptor (or AT_FDCWD = -100); returns 0 or errno.
int csystem_stat(int directory, const char *path, struct csystem_stat *out);
/// fstat(2); returns 0 or errno.
int csystem_fstat(int fd, struct csystem_stat *out);
/// ioctl TIOCGWINSZ: columns of the terminal or 0.
int csystem_terminal_columns(int fd);
/// syncfs(2): 0, or -1 with errno.
int csystem_syncfs(int fd);
/// pidfd_open(2), or -1 where the kernel has none.
int csystem_pidfd(pid_t pid);
/// Raises the soft limit of open files to the hard one.
void csystem_raise_file_limit(void);
/// Set while a termination signal was received (see csystem_catch_interrupts); counts the signals.
int csystem_interrupts(void);
/// Names the calling thread, for top and gdb.
void csystem_name_thread(const char *name);
/// Counts SIGINT, SIGTERM and SIGHUP instead of dying from them; a third one kills. A SIGHUP that is ignored
/// (nohup) stays ignored.
void csystem_catch_interrupts(void);
/// environ(7), which Swift refuses as a mutable global.
char **csystem_environment(void);
/// Makes limits of the shell (ulimit) end in a message: a file that grew too large is an error, and of a fault under a
/// limit of memory the program says what it most likely was.
void csystem_heed_limits(void);
/// Ignores SIGPIPE for this process.
void csystem_ignore_sigpipe(void);
/// copy_file_range(2) from where both files stand: how many bytes, 0 at the end, -1 with errno.
long csystem_copy_range(int from, int to, size_t count);
/// Very many texts that are looked for at once.
struct csystem_needles;
/// `bytes` is all of them, one behind the other.
struct csystem_needles *csystem_needles_make(const uint8_t *bytes, const size_t *lengths, size_t count);
void csystem_needles_free(struct csystem_needles *all);
/// Sets `found` of each that stands in the data, which is not asked for where it is set already; returns how many it set.
size_t csystem_needles_scan(const struct csystem_needles *all, const uint8_t *data, size_t length, uint8_t *found);
/// renameat2(2) with RENAME_EXCHANGE: each path has what the other had, in one step. 0, or -1 with errno.
int csystem_exchange(const char *one, const char *other);
#endif
