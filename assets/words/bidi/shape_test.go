package bidi

import (
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestShape(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"four forms of beh", "ب ببب", "\ufe8f \ufe91\ufe92\ufe90"},
		{"dal joins only what is before", "بدب", "\ufe91\ufeaa\ufe8f"},
		{"hamza joins nothing", "بءب", "\ufe8f\ufe80\ufe8f"},
		{"lam alef alone", "لا", "\ufefb"},
		{"lam alef joined", "سلام", "\ufeb3\ufefc\ufee1"},
		{"lam alef with madda", "لآ", "\ufef5"},
		{"lam alef with hamza above", "لأ", "\ufef7"},
		{"lam alef with hamza below, joined", "بلإ", "\ufe91\ufefa"},
		{"two lams", "لله", "\ufedf\ufee0\ufeea"},
		{"teh marbuta ends", "ساعة", "\ufeb3\ufe8e\ufecb\ufe94"},
		{"alef maksura ends", "على", "\ufecb\ufee0\ufef0"},
		{"a mark does not part letters", "بَب", "\ufe91\u064e\ufe90"},
		{"tatweel joins", "بـب", "\ufe91\u0640\ufe90"},
		{"joiner joins", "ب\u200d", "\ufe91\u200d"},
		{"non-joiner parts", "ب\u200cب", "\ufe8f\u200c\ufe8f"},
		{"digit parts", "ب1ب", "\ufe8f1\ufe8f"},
		{"Persian letters", "پژگی", "\ufb58\ufb8b\ufb94\ufbfd"},
		{"last letter of the block", "ي", "\ufef1"},
		{"Latin", "abc", "abc"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if got := string(shape([]rune(tc.text))); got != tc.want {
				t.Errorf("shape(%q) = %+q, want %+q", tc.text, got, tc.want)
			}
		})
	}
}

// TestFormsAreThoseOfUnicode: each form decomposes to its letter in Unicode's
// own data.
func TestFormsAreThoseOfUnicode(t *testing.T) {
	letters := 0
	for r := rune(0x600); r < 0x700; r++ {
		base, count := forms(r)
		for i := range count {
			letters++
			if got := norm.NFKC.String(string(base + rune(i))); got != string(r) {
				t.Errorf("form %U of %U decomposes to %+q", base+rune(i), r, got)
			}
		}
		if ligature := lamAlef(r); ligature != 0 {
			for i := range rune(2) {
				if got := norm.NFKC.String(string(ligature + i)); got != string([]rune{lam, r}) {
					t.Errorf("ligature %U decomposes to %+q", ligature+i, got)
				}
			}
		}
	}
	if want := 0xfef5 - 0xfe80 + 22; letters != want {
		t.Errorf("%d forms, want %d", letters, want)
	}
}
