package power

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// Tells is whether this system tells how the computer is powered.
const Tells = true

// systemPowerStatus is SYSTEM_POWER_STATUS of winbase.h.
type systemPowerStatus struct {
	line, flag, percent, saver byte
	left, full                 uint32 // seconds
}

// Look returns how this computer is powered.
func Look() State {
	var s systemPowerStatus
	ask := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetSystemPowerStatus")
	if ask.Find() != nil {
		return State{}
	}
	if ok, _, _ := ask.Call(uintptr(unsafe.Pointer(&s))); ok == 0 {
		return State{}
	}
	return status(s.line, s.flag, s.percent)
}
