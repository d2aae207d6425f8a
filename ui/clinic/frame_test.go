package clinic

import (
	"testing"

	"aidpost/ui/kit"
)

// TestNavigationFits: on a small laptop an administrator, who has the most pages,
// sees them all, in every language of staff.
func TestNavigationFits(t *testing.T) {
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		s := working(t, lang, sizes["1366x768"], kit.Look{})
		pages := s.clinic.frame.pages
		if room, all := pages.Size().Height, pages.Content.Size().Height; all > room {
			t.Errorf("%s: the pages need %.0f of %.0f", lang, all, room)
		}
	}
}
