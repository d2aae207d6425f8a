package clinic

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/desk"
	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// A form is a place where staff type. Files are those that make its fields, open
// leads to it from anywhere, and begin puts what it needs into the records.
type form struct {
	files string
	begin func(s *stage)
	open  func(s *stage)
	above int // fields over it that are none of its own: a search
}

// forms are all of them.
func forms() map[string]form {
	inControl := func(s *stage) {
		s.equipped()
		s.withQuality() // which takes days
		s.as(adminBadge, adminPIN)
		s.clinic.closeDialog()
	}
	quality := func(files string, ask func(p *qualityPage, meter desk.Checked)) form {
		return form{files, inControl, func(s *stage) {
			s.turnTo(desk.PageToday)
			s.turnTo(desk.PageQuality)
			meter, _ := s.desk.State().Quality.Of(tourMeter)
			ask(s.clinic.page.(*qualityPage), meter)
		}, 0}
	}
	var who *records.Patient
	person := func(files string, ask func(p *personPage, row dossier.Row)) form {
		return form{files, func(s *stage) { s.equipped(); who = fatima(); s.history(who, 1) }, func(s *stage) {
			p := s.opened(who)
			ask(p, p.dossier.State().Untold[0])
		}, 0}
	}
	var code string
	page := func(files string, to desk.Page, then func(s *stage)) form {
		return form{files, func(*stage) {}, func(s *stage) {
			s.turnTo(to)
			if then != nil {
				then(s)
			}
		}, 0}
	}
	return map[string]form{
		"somebody new": page("register.go", desk.PageRegister, nil),
		"remark":       person("persondialogs.go", func(p *personPage, row dossier.Row) { p.askRemark(row) }),
		"amend":        person("persondialogs.go", func(p *personPage, row dossier.Row) { p.askAmend(row) }),
		"void":         person("persondialogs.go", func(p *personPage, row dossier.Row) { p.askVoid(row) }),
		"move":         person("trayowner.go", func(p *personPage, row dossier.Row) { p.askMove(row) }),
		"read-back":    person("telling.go", func(p *personPage, row dossier.Row) { p.tell(row) }),
		"consent":      person("personconsent.go", func(p *personPage, _ dossier.Row) { p.askConsent() }),
		"letter": person("papersletter.go", func(p *personPage, _ dossier.Row) {
			p.c.desk.Go(desk.Route{Page: desk.PagePersonPapers, Patient: who.ID})
			p.c.desk.Wait()
			p.c.render()
			p.c.desk.ChoosePaper("referral")
		}),
		"referral came back": {"referrals.go", func(s *stage) { code = s.referred()[0] }, func(s *stage) {
			s.turnTo(desk.PageReferrals)
			s.scan(code)
		}, 1},
		"form without power": {"formpage.go", func(s *stage) { s.equipped(); code = s.printedForms(1)[0] }, func(s *stage) { s.onForm(code) }, 0},
		"tray": {"tray.go trayowner.go", func(s *stage) { code = string(s.strays()[1].ID); s.after(time.Second) }, func(s *stage) {
			s.turnTo(desk.PageTray)
			p := s.clinic.page.(*trayPage)
			p.tray.Choose(records.ID(code))
			s.settle()
			p.askAside(p.rows[1])
		}, 0},
		"day":       {"shift.go", (*stage).aDay, func(s *stage) { s.turnTo(desk.PageShift) }, 0},
		"emergency": {"emergency.go", func(s *stage) { s.withTechnician(); s.as(techBadge, techPIN) }, func(s *stage) { s.turnTo(desk.PageEmergency) }, 0},
		"account": page("staffform.go", desk.PageStaff, func(s *stage) {
			p := s.clinic.page.(*staffPage)
			p.open(newAccountForm(p))
		}),
		"trail": page("auditentry.go", desk.PageAudit, func(s *stage) { s.clinic.page.(*auditPage).askHash() }),
		"backup": page("backupside.go", desk.PageBackups, func(s *stage) {
			if s.clinic.page.(*backupsPage).folder == nil {
				s.push(words.BackupsOther)
			}
		}),
		"settings":    page("settings.go settingsserver.go", desk.PageSettings, nil),
		"control":     quality("qualityforms.go", func(p *qualityPage, i desk.Checked) { p.askCalibrate(i) }),
		"mishap":      quality("qualityforms.go", func(p *qualityPage, i desk.Checked) { p.askMishap(i) }),
		"enrol":       quality("qualityforms.go", func(p *qualityPage, i desk.Checked) { p.askEnrol(i) }),
		"lot":         quality("qualityforms.go", func(p *qualityPage, i desk.Checked) { p.askLot(lotFormFor(p.c, i)) }),
		"certificate": quality("qualityforms.go", func(p *qualityPage, _ desk.Checked) { p.askCertificate() }),
		"passport":    quality("qualitystaff.go", func(p *qualityPage, _ desk.Checked) { p.askPassport() }),
	}
}

// otherFields make no form of their own, for a reason.
var otherFields = map[string]string{
	"door.go":          "a badge and a PIN",
	"mypin.go":         "a PIN",
	"signature.go":     "the badge and the PIN of whoever signs",
	"find.go":          "a search",
	"measuringwait.go": "an arm's size is in the measuring at once",
	"export.go":        "the fields are secrets",
	"papersact.go":     "why a paper is printed again is in the desk at once; the others are secrets",
}

// TestEveryFormIsTried finds a file that makes fields and is in no form above.
func TestEveryFormIsTried(t *testing.T) {
	var tried []string
	for _, f := range forms() {
		tried = append(tried, strings.Fields(f.files)...)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		makes := strings.Contains(string(text), "kit.NewEntry(") || strings.Contains(string(text), "noteEntry(") || strings.Contains(string(text), "kit.NewDateEntry(")
		if makes && !strings.HasSuffix(name, "_test.go") && !slices.Contains(tried, name) && otherFields[name] == "" {
			t.Errorf("%s makes fields; put its form into forms, or say why it is none", name)
		}
	}
}

// A typedInto is a field to type into.
type typedInto interface {
	fyne.Focusable
	Visible() bool
}

// inField is what stands in a field, of a secret nothing.
func inField(field typedInto) string {
	switch field := field.(type) {
	case *kit.Entry:
		if !field.Secret() {
			return field.Text()
		}
	case *kit.DateEntry:
		year, month, day := field.Segments()
		return year + "-" + month + "-" + day
	}
	return ""
}

// inSight are the fields that are there to type into, over what lies below a dialog.
func (s *stage) inSight() (all []typedInto) {
	top := []fyne.CanvasObject{s.window.Canvas().Content()}
	if over := s.window.Canvas().Overlays().Top(); over != nil {
		top = []fyne.CanvasObject{over}
	}
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch o := o.(type) {
		case typedInto:
			switch o.(type) {
			case *kit.Entry, *kit.DateEntry:
				all = append(all, o)
				return
			}
			for _, child := range test.WidgetRenderer(o.(fyne.Widget)).Objects() {
				walk(child)
			}
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child)
			}
		}
	}
	walk(top[0])
	return all
}

// oddTexts are what is typed: a name of 300 letters that is read from the right, with
// a picture in it, and where only digits are taken, digits.
var oddTexts = []string{"👩‍⚕️ " + strings.Repeat("عبد الرحمن ", 27), "7"}

// fillIn types into every field and returns what stands there then.
func (s *stage) fillIn() (typed []string) {
	for _, field := range s.inSight() {
		switch field := field.(type) {
		case *kit.Entry:
			for _, text := range oddTexts {
				if field.SetText(text); field.Text() != "" {
					break
				}
			}
		case *kit.DateEntry:
			for _, digit := range "31" {
				s.pause() // as a finger does, and no scanner
				field.TypedRune(digit)
			}
		}
		typed = append(typed, inField(field))
	}
	s.settle()
	return typed
}

// Nothing that was typed is lost, however odd it is: when the screen is covered and
// somebody comes back, when another page is looked at meanwhile, and when the form is
// opened again. A secret is never kept.
func TestNothingTypedIsLost(t *testing.T) {
	for name, f := range forms() {
		t.Run(name, func(t *testing.T) {
			s := working(t, "en", sizes["1366x768"], kit.Look{})
			f.begin(s)
			badge, pin := s.badgeNow()
			f.open(s)
			s.settle()
			typed := s.fillIn()
			if len(typed) == 0 || strings.Join(typed, "") == "" {
				t.Fatal("there is nothing to type into")
			}
			for _, way := range []struct {
				name string
				go_  func()
			}{
				{"covered", func() { s.desk.Cover(); s.settle(); s.desk.SignIn("", pin); s.settle() }},
				{"another page", func() { s.clinic.closeDialog(); s.turnTo(desk.PageToday) }},
				{"signed out", func() { s.as(badge, pin); s.clinic.closeDialog() }},
			} {
				way.go_()
				f.open(s)
				s.settle()
				var there []string
				for _, field := range s.inSight() {
					there = append(there, inField(field))
				}
				if !slices.Equal(there[min(f.above, len(there)):], typed[f.above:]) {
					t.Errorf("%s: %.60q, typed was %.60q", way.name, there, typed)
				}
			}
		})
	}
}

// badgeNow is how whoever is signed in signs in again.
func (s *stage) badgeNow() (badge, pin string) {
	if s.desk.State().Who.Name == "Amina Haddad" {
		return adminBadge, adminPIN
	}
	return techBadge, techPIN
}

// What is wrong is gone to when a form is sent, also where the form is longer than the
// page.
func TestGoesToWhatIsWrong(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	focused := func(want any, when string) {
		t.Helper()
		if got := any(s.window.Canvas().Focused()); got != want {
			t.Errorf("%s the focus is in a %T", when, got)
		}
	}
	s.turnTo(desk.PageRegister)
	r := s.clinic.page.(*register)
	s.push(words.RegisterSave)
	focused(r.given, "with nothing typed")
	r.given.SetText("Ana")
	s.settle()
	s.push(words.RegisterSave)
	focused(r.fields[desk.FieldConsent].Input().(focuser).first(), "without a consent")
	r.fields[desk.FieldFamily].Input().(*kit.Entry).SetText("4006381333931")
	s.settle()
	s.push(words.RegisterSave)
	focused(r.fields[desk.FieldFamily].Input(), "with a number for a name")

	s.came(fatima(), time.Minute, -1)
	p := s.onForm(s.printedForms(1)[0])
	s.fill(p, "C-10042")
	p.doubt.SetOn(true)
	p.hour.SetText("8:00")
	last := p.values[len(p.values)-1]
	last.inputs[last.order[0]].SetText("99999")
	p.save()
	s.settle()
	focused(last.inputs[last.order[0]], "with a weight that nobody has")
	if p.sides[1].Offset.Y == 0 {
		t.Error("it is not in sight")
	}
}
