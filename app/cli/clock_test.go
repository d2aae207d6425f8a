package cli

import (
	"testing"
	"time"

	"aidpost/instruments"
)

func TestClockOf(t *testing.T) {
	for _, tt := range []struct {
		identity instruments.Identity
		want     string
	}{
		{instruments.Identity{}, "-"},
		{instruments.Identity{Drift: time.Hour}, "-"}, // it could not be read
		{instruments.Identity{HasClock: true, Drift: -400 * time.Millisecond}, "right"},
		{instruments.Identity{HasClock: true, Drift: 3*time.Minute + 100*time.Millisecond}, "3m0s ahead"},
		{instruments.Identity{HasClock: true, Drift: -time.Hour}, "1h0m0s behind"},
	} {
		if got := clockOf(tt.identity); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.identity, got, tt.want)
		}
	}
}
