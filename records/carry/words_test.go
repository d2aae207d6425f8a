package carry

import (
	"strings"
	"testing"

	"aidpost/assets/words"
)

// TestWords: whatever a file or a visit is refused for has words in every language
// of staff.
func TestWords(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := []string{whyDisputed, whyErased, whyElsewhere, whyNoVisit, whyInvalid, "the office keeps its own version, as a person there has decided"}
	for _, err := range append([]error{ErrNoPartner, ErrRoom, ErrReadOnly, ErrPulled}, unreadable...) {
		all = append(all, Why(err))
	}
	for _, lang := range catalogue.StaffLangs()[1:] { // they are English
		for _, why := range append(all, whyInvalid+" (patient.name: missing)") {
			text, _, _ := strings.Cut(why, " (")
			if strings.Contains(lang.Reason(why), text) {
				t.Errorf("%s has no words for %q", lang.Tag(), why)
			}
		}
	}
}
