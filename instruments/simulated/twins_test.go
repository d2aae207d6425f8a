package simulated_test

import (
	"testing"

	"aidpost/instruments/simulated"
)

// TestTwinsAreWhatTheyAreCalled: the list names each twin as it names itself.
func TestTwinsAreWhatTheyAreCalled(t *testing.T) {
	for _, id := range simulated.Twins() {
		twin, err := simulated.New(id, simulated.Options{})
		if err != nil || twin.Model() != id {
			t.Errorf("%s: %v, %v", id, twin, err)
		}
	}
}
