import Glibc

/// Lets a file be run as a program.
package func chmodExecutable(_ path: String) { chmod(path, 0o755) }
