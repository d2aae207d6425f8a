package clinic

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/app/desk"
	"aidpost/ui/kit"
)

// TestScreenshots draws every page at every size into the folder named by
// AIDPOST_SCREENSHOTS, to be looked at.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("AIDPOST_SCREENSHOTS")
	if dir == "" {
		t.Skip("AIDPOST_SCREENSHOTS names no folder")
	}
	langs := []string{"en", "es", "fr", "ar", "en-XA"}
	if only := os.Getenv("AIDPOST_LANG"); only != "" {
		langs = strings.Fields(only)
	}
	looks := map[string]kit.Look{"dark": {Palette: kit.Dark}, "contrast": {Palette: kit.HighContrast, Text: kit.TextLarge}}
	for name, size := range sizes {
		for _, lang := range langs {
			t.Run(name+"/"+lang, func(t *testing.T) {
				tour(newStage(t, lang, size, kit.Look{}), shooter(t, filepath.Join(dir, "clinic-"+name, lang)))
			})
		}
		for palette, look := range looks {
			t.Run(name+"/"+palette, func(t *testing.T) {
				tour(newStage(t, "en", size, look), shooter(t, filepath.Join(dir, "clinic-"+name, palette)))
			})
		}
	}
}

// shooter returns a function that saves the window as a picture.
func shooter(t *testing.T, dir string) func(*stage, string) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return func(s *stage, name string) {
		f, err := os.Create(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, s.window.Canvas().Capture()); err != nil {
			t.Fatal(err)
		}
	}
}

// tour walks through every page and shows each to shoot.
func tour(s *stage, shoot func(*stage, string)) {
	tourDoor(s, shoot)
	tourToday(s, shoot)
}

func tourDoor(s *stage, shoot func(*stage, string)) {
	shoot(s, "01-set-up")
	s.typed("Amina Haddad")
	s.desk.SetUp(desk.First{Name: "Amina Haddad", Badge: "12", PIN: adminPIN, Again: adminPIN})
	s.settle()
	shoot(s, "02-set-up-short-badge")
	s.desk.SetUp(desk.First{Name: "Amina Haddad", Badge: adminBadge, PIN: adminPIN, Again: adminPIN})
	s.settle()
	shoot(s, "03-today-empty")
	s.desk.SignOut()
	s.settle()
	shoot(s, "04-sign-in")
	for range 40 {
		s.desk.SignIn(staffBadge, "000000")
		s.settle()
		if s.desk.State().Refusal.Why != desk.Wrong {
			break
		}
		shoot(s, "05-sign-in-wrong")
	}
	shoot(s, "06-sign-in-wait")
	s.after(2 * 60 * 60 * 1e9)
	s.desk.SignIn(adminBadge, adminPIN)
	s.settle()
	s.desk.Cover()
	s.settle()
	shoot(s, "07-covered")
	s.desk.SignIn("", adminPIN)
	s.settle()
}

func tourToday(s *stage, shoot func(*stage, string)) {
	s.aDay()
	shoot(s, "10-today")
	s.desk.ShowGroup(desk.Attention)
	s.settle()
	shoot(s, "11-today-attention")
	s.desk.ShowGroup(desk.Registered)
	s.settle()
	s.clinic.showKeys()
	shoot(s, "12-shortcuts")
	s.clinic.showDisplay()
	shoot(s, "13-display")
	s.clinic.closeDialog()
}
