package kit

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
)

// TestScannerThatPauses: a code that comes in two parts is one, however the second one
// is cut, and is not left in the field. Fingers that pause have typed no code.
func TestScannerThatPauses(t *testing.T) {
	test.NewTempApp(t)
	for _, tc := range []struct {
		name, first, rest string
		gap, pause        time.Duration
		want              string
	}{
		{"in two parts", "C-100", "42", asScanner, 600 * time.Millisecond, "C-10042"},
		{"a last letter", "C-1004", "2", asScanner, 400 * time.Millisecond, "C-10042"},
		{"without a pause", "C-100", "42", asScanner, asScanner, "C-10042"},
		{"too long", "C-100", "4242", asScanner, 2 * time.Second, "4242"},
		{"fingers", "C-100", "42", asFingers, 600 * time.Millisecond, ""},
		{"two letters at once", "C1", "0042", asScanner, 600 * time.Millisecond, "0042"},
	} {
		h := newHand()
		e := NewEntry(Look{Class: Staff, Input: h.in}, EntryStyle{})
		for _, r := range tc.first {
			h.clock = h.clock.Add(tc.gap)
			e.TypedRune(r)
		}
		h.clock = h.clock.Add(tc.pause - tc.gap)
		h.types(e, tc.rest, tc.gap)
		got := ""
		if len(h.scanned) == 1 {
			got = h.scanned[0]
		}
		if got != tc.want {
			t.Errorf("%s: scanned %q, want %q", tc.name, h.scanned, tc.want)
		}
		if tc.want == tc.first+tc.rest && e.Text() != "" {
			t.Errorf("%s: %q is left in the field", tc.name, e.Text())
		}
	}
}

// TestBadgeOfDigits: digits in a field for PINs are a PIN, however fast, unless
// somebody knows them for a badge.
func TestBadgeOfDigits(t *testing.T) {
	test.NewTempApp(t)
	h := newHand()
	h.in.Badge = func(code string) bool { return code == "20410007" }
	e := NewEntry(Look{Class: Staff, Input: h.in}, EntryStyle{Secret: true})
	submitted := ""
	e.OnSubmitted = func(s string) { submitted = s }
	h.types(e, "20410008", asScanner)
	if submitted != "20410008" || len(h.scanned) != 0 {
		t.Errorf("a PIN: submitted %q, scanned %q", submitted, h.scanned)
	}
	submitted = ""
	e.Clear()
	h.types(e, "20410007", asScanner)
	if submitted != "" || len(h.scanned) != 1 || e.Text() != "" {
		t.Errorf("a badge: submitted %q, scanned %q, %q in the field", submitted, h.scanned, e.Text())
	}
	h.types(e, "20410007", asFingers)
	if submitted != "20410007" {
		t.Errorf("typed by fingers it is %q", submitted)
	}
}
