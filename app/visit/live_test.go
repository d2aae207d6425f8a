package visit

import (
	"testing"

	"aidpost/assets/words"
	"aidpost/instruments"
)

// The signal of 0 to 8 is none, weak, fair or good, as bars and as a word.
func TestSignalBars(t *testing.T) {
	for _, test := range []struct {
		live Live
		bars int
		word words.Key
	}{
		{Live{}, 0, words.MeasureSpO2SignalNone},
		{Live{Signal: 2}, 1, words.MeasureSpO2SignalWeak},
		{Live{Signal: 3}, 3, words.MeasureSpO2SignalFair},
		{Live{Signal: 4}, 3, words.MeasureSpO2SignalFair},
		{Live{Signal: 5}, 4, words.MeasureSpO2SignalGood},
		{Live{Signal: 8}, 4, words.MeasureSpO2SignalGood},
		{Live{Signal: 8, FingerOut: true}, 0, words.MeasureSpO2SignalNone},
		{Live{Signal: instruments.Missing}, 0, words.MeasureSpO2SignalNone},
	} {
		if got := test.live.Bars(); got != test.bars || words.SignalName(got) != test.word {
			t.Errorf("%+v: %d bars, %s", test.live, got, words.SignalName(got))
		}
	}
}
