package site

import (
	"aidpost/assets/words"
	"aidpost/records"
)

// Notice returns what a kiosk has to tell its staff of its records before the
// next person begins, or "" if all is well.
func Notice(c records.Condition) words.Key {
	switch {
	case c.Damaged != nil:
		return words.ErrorCorrupt
	case c.Room == records.RoomReserve:
		return words.ErrorDiskFull
	case c.Room == records.RoomLow:
		return words.ErrorDiskLow
	}
	return ""
}
