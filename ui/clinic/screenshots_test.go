package clinic

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/records/staff"
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
	for name, size := range kiosks {
		for _, lang := range langs {
			t.Run("shared/"+name+"/"+lang, func(t *testing.T) {
				sharedTour(newStageWith(t, lang, size, kit.Look{}, beginning{patients: &beside{}}), shooter(t, filepath.Join(dir, "clinic-"+name, lang)))
			})
		}
	}
	for name, size := range sizes {
		for _, lang := range langs {
			t.Run(name+"/"+lang, func(t *testing.T) {
				tour(newStage(t, lang, size, kit.Look{}), shooter(t, filepath.Join(dir, "clinic-"+name, lang)))
			})
		}
		for palette, look := range looks {
			for _, lang := range []string{"en", "fr", "ar"} { // the others have longer words, and run from the right
				in := strings.TrimPrefix(lang+"-"+palette, "en-")
				t.Run(name+"/"+in, func(t *testing.T) {
					tour(newStage(t, lang, size, look), shooter(t, filepath.Join(dir, "clinic-"+name, in)))
				})
			}
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
	tourFind(s, shoot)
	tourPerson(s, shoot)
	tourForm(s, shoot)
	tourMove(s, shoot)
	tourCleaning(s, shoot)
	tourRegister(s, shoot)
	tourPapers(s, shoot)
	tourSummaries(s, shoot)
	tourReferrals(s, shoot)
	tourTray(s, shoot)
	tourInstruments(s, shoot)
	tourAdmin(s, shoot)
	tourShift(s, shoot)
	tourQuality(s, shoot)
	tourSettings(s, shoot)
	tourSending(s, shoot)
	tourCarrying(s, shoot)
	tourAlarm(s, shoot)
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
	s.desk.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Chi", Role: staff.Operator, Badge: "BADGE-4410", PIN: "582931", Temporary: true})
		return err
	}, nil)
	s.settle()
	s.desk.SignOut()
	s.desk.SignIn("BADGE-4410", "582931")
	s.settle()
	shoot(s, "08-new-pin")
	s.as(adminBadge, adminPIN)
}

func tourToday(s *stage, shoot func(*stage, string)) {
	s.aDay()
	shoot(s, "10-today")
	tourQueue(s, shoot)
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

func tourFind(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageFind)
	shoot(s, "20-find")
	s.typed("a")
	shoot(s, "21-find-list")
	s.clinic.page.(*find).field.SetText("1956-04-30")
	s.settle()
	shoot(s, "22-find-birth")
	s.clinic.page.(*find).field.SetText("Zebulon Quartermaine")
	s.settle()
	shoot(s, "23-find-none")
}

func tourRegister(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageRegister)
	shoot(s, "30-register")
	fill := func(d desk.Draft) {
		s.desk.Edit(func(now *desk.Draft) { *now = d })
		s.settle()
	}
	wrong := desk.Draft{Given: strings.Repeat("Wolfeschlegelsteinhausen", 13), Family: "4006381333931", Day: "31", Month: "02", Year: "1980", Phone: "ask her son"}
	fill(wrong)
	s.desk.Save()
	s.settle()
	shoot(s, "31-register-wrong")
	fill(desk.Draft{Given: "Nyota 😀", Family: "محمد", ByAge: true, Age: "64", Sex: records.Female, Phone: "+254 700 000000", Card: "C-20991", Keep: true})
	shoot(s, "32-register-age")
	fill(desk.Draft{Given: "Fatma", Family: "al-Rashid", Day: "30", Month: "04", Year: "1956", Sex: records.Female, Keep: true})
	shoot(s, "33-register-alike")
	s.clinic.touch = true
	s.window.Canvas().Focus(s.clinic.page.(*register).card)
	shoot(s, "33-register-touch")
	s.clinic.touch = false
	s.clinic.frame.hideKeys()
	s.desk.Save()
	s.settle()
	shoot(s, "34-register-compare")
	s.desk.NotTheSame()
	s.settle()
	shoot(s, "35-registered")
}
