package clinic

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/about"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// madeOf is what the program of tests says it is made of.
func madeOf() about.Facts {
	return about.Facts{
		Version: "0.1.0", Source: "91f07cf0a86bb01bd2ac5ab2f4d3cba6cf43a8b3", Altered: true, Dated: time.Date(2026, 2, 27, 16, 5, 0, 0, time.UTC),
		Go: "go1.26.0", System: "linux/amd64", Kiosk: "desk-1", Machine: "0b6c0c3e-7f53-5f0e-9d0c-3a5f0e6b7d11",
		Libraries: []about.Library{{Path: "fyne.io/fyne/v2", Version: "v2.7.1"}, {Path: "go.bug.st/serial", Version: "v1.8.0"}, {Path: "modernc.org/sqlite", Version: "v1.61.1"}},
		Rules:     []guideline.RuleSet{{Title: "Guideline for the Prevention and Management of High Blood Pressure in Adults", Publisher: "AHA/ACC", Edition: "2025", Source: "Hypertension 2025;82:e212"}},
	}
}

func tourAdmin(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageAdmin)
	shoot(s, "60-administration")
	s.turnTo(desk.PageAbout)
	shoot(s, "61-about")
	s.clinic.page.(*aboutPage).open(about.Licences()[0])
	shoot(s, "61-about-licence")
	tourStaff(s, shoot)
	tourAudit(s, shoot)
	tourBackups(s, shoot)
	tourExport(s, shoot)
	tourEmergency(s, shoot)
}

// TestAdminPagesHaveAPlace: each page under Administration has a tile that opens
// it, a way back, and stands under one entry of the navigation.
func TestAdminPagesHaveAPlace(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	var placed []desk.Page
	for _, p := range adminPlaces() {
		placed = append(placed, p.page)
	}
	if !slices.Equal(placed, desk.AdminPages()) {
		t.Fatalf("the tiles are for %v, the desk has %v", placed, desk.AdminPages())
	}
	for _, p := range adminPlaces() {
		s.turnTo(desk.PageAdmin)
		s.tile(p.label)
		if got := s.desk.State().Route.Page; got != p.page {
			t.Fatalf("the tile of %s opens %s", p.page, got)
		}
		if _, unknown := s.clinic.page.(*still); unknown && p.page != desk.PageAbout {
			t.Errorf("%s has no page of its own", p.page)
		}
		if !s.clinic.frame.nav[desk.PageAdmin].Selected() {
			t.Errorf("nothing of the navigation is chosen at %s", p.page)
		}
	}
}

func TestAboutPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageAbout)
	for _, text := range []string{"0.1.0", "91f07cf0a86bb01bd2ac5ab2f4d3cba6cf43a8b3, with changes", "linux/amd64", "AHA/ACC, edition 2025", "0b6c0c3e-7f53-5f0e-9d0c-3a5f0e6b7d11", "Hypertension 2025;82:e212", "go.bug.st/serial v1.8.0"} {
		if !s.reads(text) {
			t.Errorf("nothing says %q", text)
		}
	}
	p := s.clinic.page.(*aboutPage)
	for _, l := range about.Licences() { // each has a way to its text, and back
		p.open(l)
		if s.settle(); !s.reads(strings.Join(l.Parts, ", ")) || p.body.Objects[0] == p.facts {
			t.Errorf("the licence of %v is not shown", l.Parts)
		}
		s.press(fyne.KeyEscape)
		if p.body.Objects[0] != p.facts {
			t.Fatal("no way back from a licence")
		}
	}
	s.clinic.cfg.About = about.Facts{}
	s.clinic.rebuild()
	s.settle()
	s.sees(words.AboutUntold)
}

// tile presses the tile with a title.
func (s *stage) tile(title words.Key) {
	s.t.Helper()
	var found *kit.Tile
	s.walk(func(o fyne.CanvasObject) {
		if tile, ok := o.(*kit.Tile); ok && tile.Title() == s.clinic.t(title) {
			found = tile
		}
	})
	if found == nil {
		s.t.Fatalf("there is no tile %q", s.clinic.t(title))
	}
	test.Tap(found)
	s.settle()
}
