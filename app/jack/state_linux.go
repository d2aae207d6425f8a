package jack

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// inserted asks the kernel how the switch of a device stands (EVIOCGSW of
// linux/input.h, for eight bytes).
func inserted(device *os.File) (bool, error) {
	const request = 2<<30 | 8<<16 | 'E'<<8 | 0x1b
	raw, err := device.SyscallConn()
	if err != nil {
		return false, err
	}
	var bits [8]byte
	var failed unix.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, failed = unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(&bits[0])))
	})
	if err == nil && failed != 0 {
		err = failed
	}
	if err != nil {
		return false, fmt.Errorf("ask for the switch of headphones: %w", err)
	}
	return bits[0]>>headphonesInsert&1 == 1, nil
}
