package site

import (
	"testing"

	"aidpost/assets/words"
	"aidpost/records"
)

func TestNotice(t *testing.T) {
	for _, tt := range []struct {
		is   records.Condition
		want words.Key
	}{
		{records.Condition{}, ""},
		{records.Condition{Room: records.RoomLow}, words.ErrorDiskLow},
		{records.Condition{Room: records.RoomReserve}, words.ErrorDiskFull},
		{records.Condition{Damaged: records.ErrCorrupt}, words.ErrorCorrupt},
		{records.Condition{Damaged: records.ErrCorrupt, Room: records.RoomLow}, words.ErrorCorrupt},
	} {
		if got := Notice(tt.is); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.is, got, tt.want)
		}
	}
}
