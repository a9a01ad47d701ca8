#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// All of this may run between vfork and exec: plain system calls on memory of its own, nothing is allocated.

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Newer than the headers of Debian 12.
#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule 445
#define __NR_landlock_restrict_self 446
#endif
#ifndef __NR_openat2
#define __NR_openat2 437
#endif

struct landlock_ruleset {
  uint64_t files, network, scopes;
};
struct landlock_beneath {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

enum { LANDLOCK_READ = 1 << 2 | 1 << 3, LANDLOCK_READ_FILE = 1 << 2, LANDLOCK_EXECUTE = 1 << 0 };

static int restrict_files(const char *const *readable, int may_exec) {
  long version = syscall(__NR_landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
  if (version < 1) return 0;
  struct landlock_ruleset rules = {0, 0, 0};
  rules.files = (1u << 13) - 1;
  if (version >= 2) rules.files |= 1u << 13;  // linking and renaming across folders
  if (version >= 3) rules.files |= 1u << 14;  // truncating
  if (version >= 5) rules.files |= 1u << 15;  // ioctl on devices
  if (version >= 4) rules.network = 3;        // binding and connecting
  if (version >= 6) rules.scopes = 3;         // abstract sockets and signals
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int set = (int)syscall(__NR_landlock_create_ruleset, &rules, size, 0);
  if (set < 0) return 0;
  for (; readable && *readable; readable++) {
    int parent = open(*readable, O_PATH | O_CLOEXEC);
    if (parent < 0) continue;
    struct csystem_stat status;
    uint64_t allowed = LANDLOCK_READ;
    if (csystem_fstat(parent, &status) == 0 && (status.mode & 0170000) != 0040000) allowed = LANDLOCK_READ_FILE;
    if (may_exec) allowed |= LANDLOCK_EXECUTE;
    struct landlock_beneath rule = {allowed, parent};
    syscall(__NR_landlock_add_rule, set, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0);
    close(parent);
  }
  int status = (int)syscall(__NR_landlock_restrict_self, set, 0);
  close(set);
  return status == 0;
}

static int drop_capabilities(void) {
  // Taking them out of the bounding set needs one of them: so this comes first.
  for (int capability = 0; capability < 64; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  return syscall(SYS_capset, &header, none) == 0;
}

// What a reader of documents needs: memory, threads, time, files that are there already, and its pipes.
static const int allowed_calls[] = {
    __NR_read, __NR_write, __NR_readv, __NR_writev, __NR_pread64, __NR_close, __NR_fstat, __NR_newfstatat, __NR_statx,
    __NR_lseek, __NR_mmap, __NR_mprotect, __NR_munmap, __NR_mremap, __NR_madvise, __NR_brk, __NR_rt_sigaction,
    __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_rt_sigtimedwait, __NR_sigaltstack, __NR_ppoll, __NR_pselect6,
    __NR_epoll_create1, __NR_epoll_ctl, __NR_epoll_pwait, __NR_eventfd2, __NR_pipe2, __NR_dup, __NR_dup3, __NR_fcntl,
    __NR_getpid, __NR_getppid, __NR_gettid, __NR_getuid, __NR_geteuid, __NR_getgid, __NR_getegid, __NR_uname, __NR_getcwd,
    __NR_readlinkat, __NR_faccessat, __NR_getdents64, __NR_futex, __NR_set_robust_list, __NR_get_robust_list,
    __NR_set_tid_address, __NR_membarrier, __NR_sched_yield, __NR_sched_getaffinity, __NR_sched_getparam,
    __NR_sched_getscheduler, __NR_sched_get_priority_max, __NR_sched_get_priority_min, __NR_getcpu, __NR_clock_gettime,
    __NR_clock_getres, __NR_clock_nanosleep, __NR_nanosleep, __NR_gettimeofday, __NR_getrandom, __NR_sysinfo,
    __NR_getrusage, __NR_times, __NR_exit, __NR_exit_group, __NR_restart_syscall, __NR_fadvise64, __NR_statfs,
    __NR_fstatfs, __NR_mincore, __NR_mlock, __NR_munlock,
#ifdef __NR_rseq
    __NR_rseq,
#endif
#ifdef __NR_faccessat2
    __NR_faccessat2,
#endif
#ifdef __x86_64__
    __NR_stat, __NR_lstat, __NR_poll, __NR_select, __NR_epoll_create, __NR_epoll_wait, __NR_eventfd, __NR_pipe, __NR_dup2,
    __NR_access, __NR_readlink, __NR_getdents, __NR_arch_prctl, __NR_time, __NR_getrlimit,
#endif
};

enum { LONGEST = 512 };

struct program {
  struct sock_filter code[LONGEST];
  unsigned short length;
};

static void put(struct program *p, struct sock_filter step) { p->code[p->length++] = step; }
static void load(struct program *p, unsigned offset) { put(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)); }
static void answer(struct program *p, unsigned what) { put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what)); }

#define ARGUMENT(n) (unsigned)(offsetof(struct seccomp_data, args) + 8 * (n))
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

// A call that is allowed where a jump says so of an argument; 'test' is what jumps.
static void allow_where(struct program *p, unsigned call, int argument, struct sock_filter test) {
  put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4));
  load(p, ARGUMENT(argument));
  put(p, test);
  answer(p, SECCOMP_RET_ALLOW);
  answer(p, REFUSED);
}

// A call whose argument has to have a value.
static void allow_if_equal(struct program *p, unsigned call, int argument, unsigned value) {
  allow_where(p, call, argument, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
}

// A call that must not have any of these bits in an argument, and one that must have some.
static void allow_without(struct program *p, unsigned call, int argument, unsigned bits) {
  allow_where(p, call, argument, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0));
}

static void allow_with(struct program *p, unsigned call, int argument, unsigned bits) {
  allow_where(p, call, argument, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
}

static void refuse(struct program *p, unsigned call, unsigned error) {
  put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
  answer(p, SECCOMP_RET_ERRNO | error);
}

static int filter_calls(int may_exec) {
#ifndef OWN_ARCHITECTURE
  return 0;
#else
  struct program p;
  p.length = 0;
  load(&p, offsetof(struct seccomp_data, arch));
  put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0));
  answer(&p, SECCOMP_RET_KILL_PROCESS);
  load(&p, offsetof(struct seccomp_data, nr));
  for (size_t n = 0; n < sizeof allowed_calls / sizeof *allowed_calls; n++) {
    put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)allowed_calls[n], 0, 1));
    answer(&p, SECCOMP_RET_ALLOW);
  }
  // Where a check has no match, the number of the call is still loaded: each of them ends the program when it matches.
  const unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | 020000000 /* __O_TMPFILE */;
  allow_without(&p, __NR_openat, 2, writing);
#ifdef __NR_open
  allow_without(&p, __NR_open, 1, writing);
#endif
  // Its flags lie in memory, where a filter cannot look: callers fall back.
  refuse(&p, __NR_openat2, ENOSYS);
#ifdef __NR_clone3
  refuse(&p, __NR_clone3, ENOSYS);
#endif
  // Threads, no processes.
  allow_with(&p, __NR_clone, 0, CLONE_THREAD);
  unsigned self = (unsigned)getpid();
  allow_if_equal(&p, __NR_kill, 0, self);
  allow_if_equal(&p, __NR_tgkill, 0, self);
  allow_if_equal(&p, __NR_prlimit64, 0, 0);
  // Asking whether something is a terminal.
  allow_if_equal(&p, __NR_ioctl, 1, TCGETS);
  // PR_SET_NAME, PR_GET_NAME and PR_SET_VMA are all that libraries ask for.
  put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_prctl, 0, 6));
  load(&p, ARGUMENT(0));
  put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_NAME, 2, 0));
  put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_GET_NAME, 1, 0));
  put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x53564d41, 0, 1));
  answer(&p, SECCOMP_RET_ALLOW);
  answer(&p, REFUSED);
  if (may_exec) {
    put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_execve, 0, 1));
    answer(&p, SECCOMP_RET_ALLOW);
  }
  answer(&p, REFUSED);
  struct sock_fprog program = {p.length, p.code};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0) return 1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
#endif
}

int csystem_enter_sandbox(const char *const *readable, int may_exec) {
  int done = 0;
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
  struct rlimit files = {256, 256};
  setrlimit(RLIMIT_NOFILE, &files);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) done |= CSYSTEM_NO_NEW_PRIVILEGES;
  if (drop_capabilities()) done |= CSYSTEM_NO_CAPABILITIES;
  if (restrict_files(readable, may_exec)) done |= CSYSTEM_FILES;
  if (filter_calls(may_exec)) done |= CSYSTEM_CALLS;
  return done;
}
