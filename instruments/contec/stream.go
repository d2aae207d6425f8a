package contec

import "aidpost/instruments/spotcheck"

// streamFlags are the bits of the 5-byte frame as sheet V5.0A has them. Both
// the search that takes too long and the probe error mean that there is no
// usable finger. The sheet defines no marker for a missing number.
func streamFlags() *spotcheck.FlagTable {
	return &spotcheck.FlagTable{
		Beat:      spotcheck.Flags{First: 0x40},
		Falling:   spotcheck.Flags{First: 0x20},
		Searching: spotcheck.Flags{Third: 0x20},
		FingerOut: spotcheck.Flags{First: 0x10, Third: 0x10},
		FirstOut:  "searching too long",
		Stored:    true,
	}
}

func newStreamParser() *spotcheck.FiveByte { return spotcheck.NewFiveByte(streamFlags(), rate) }

// streamFrame is the size of a frame of the 5-byte stream.
const streamFrame = 5
