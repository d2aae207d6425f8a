//go:build unix

package watchdog

import "syscall"

// dump has the Go runtime write every goroutine's stack and end the process.
const dump = syscall.SIGQUIT
