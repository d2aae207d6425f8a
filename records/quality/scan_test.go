package quality

import (
	"errors"
	"testing"
	"time"
)

func TestParseScan(t *testing.T) {
	now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	const gtin = "00312547427005" // made up, with the right check digit
	for text, want := range map[string]Scan{
		// Only an element of no fixed length needs a separator after it.
		"01" + gtin + "17270331" + "10AB123":           {gtin, "AB123", day(2027, 3, 31)},
		"]d201" + gtin + "10AB123\x1d17270331":         {gtin, "AB123", day(2027, 3, 31)},
		"]C1\x1d10AB123\x1d17270300":                   {"", "AB123", day(2027, 3, 31)},
		"17280200" + "10X":                             {"", "X", day(2028, 2, 29)},
		"(01)" + gtin + "(17)270331(10)AB 123(21)0007": {gtin, "AB 123", day(2027, 3, 31)},
		"10LOT/7-B\x1d21SERIAL\x1d11250101":            {"", "LOT/7-B", time.Time{}},
		"  10A1\n":                                     {"", "A1", time.Time{}},
		"17991231" + "10OLD":                           {"", "OLD", day(1999, 12, 31)},
		"17760101" + "10FAR":                           {"", "FAR", day(2076, 1, 1)},
	} {
		got, err := ParseScan(text, now)
		if err != nil || got.Product != want.Product || got.Number != want.Number || !got.Expires.Equal(want.Expires) {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "AB123", "01" + gtin, "17270331", "0100312547427006" + "10A", "17271331" + "10A", "17270230" + "10A", "172703", "10",
		"(10)", "(10", "(99)x(10)A", "1727033a" + "10A", "10ABCDEFGHIJKLMNOPQRSTUVWXYZ", "(17)2703(10)A",
	} {
		if got, err := ParseScan(text, now); !errors.Is(err, ErrScan) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func FuzzParseScan(f *testing.F) {
	f.Add("]d2010031254742700517270331" + "10AB123")
	f.Add("(17)270300(10)A")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseScan(text, time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
		if err == nil && (got.Number == "" || len(got.Number) > 20 || got.Product != "" && !checked(got.Product)) {
			t.Errorf("%q: %+v", text, got)
		}
	})
}
