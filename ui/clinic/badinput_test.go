package clinic

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// A mistake is what somebody types into every field of a form.
type mistake struct {
	text string
	day  string // of fields for a date
}

// mistakes are those that people and scanners make.
func mistakes() map[string]mistake {
	return map[string]mistake{
		"empty":      {"", ""},
		"too long":   {strings.Repeat("Wolfeschlegel", 24)[:300], "31122090"},
		"a picture":  {"👩‍⚕️😀", "31022026"},
		"from right": {"عبد الرحمن بن محمد العلي", "00000000"},
		"the future": {"31.12.2090", "31122090"},
		"impossible": {"99999999", "32132026"},
		"minus":      {"-1", "01010001"},
	}
}

// sends names the buttons by which forms on pages are sent; a dialog's is its last.
func sends() map[string]words.Key {
	return map[string]words.Key{
		"somebody new": words.RegisterSave, "referral came back": words.ReferralsRecord, "form without power": words.BookSave,
		"day": words.ShiftNoteSave, "emergency": words.EmergencyAsk, "account": words.DossierSave, "backup": words.BackupsCopy,
	}
}

// atOnce are the forms that nothing sends.
var atOnce = map[string]string{
	"letter":   "it is drawn while somebody types",
	"settings": "each field is judged while somebody types",
}

// anything are the forms that take any words there are, and only those.
var anything = []string{"remark", "emergency", "enrol", "day"}

// send presses what sends a form.
func (s *stage) send(name string) {
	s.t.Helper()
	key, page := sends()[name]
	if page {
		s.push(key)
		return
	}
	var last *kit.Button
	seen(s.window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok {
			last = b
		}
	})
	test.Tap(last)
	s.settle()
}

// complaints are what is said to be wrong, in red.
func (s *stage) complaints() (all []string) {
	s.walk(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *kit.Field:
			if o.Problem() != "" {
				all = append(all, o.Problem())
			}
		case *kit.Text:
			if o.Text() != "" && o.Color() == kit.ColorUrgentInk {
				all = append(all, o.Text())
			}
		}
	})
	return all
}

// TestEveryMistakeIsAnswered: whatever is typed, a form is sent or says what is wrong
// with it, and then everything stays as it was typed; what has no room is said.
func TestEveryMistakeIsAnswered(t *testing.T) {
	for name, f := range forms() {
		t.Run(name, func(t *testing.T) {
			s := working(t, "en", sizes["1366x768"], kit.Look{})
			f.begin(s)
			for what, m := range mistakes() {
				f.open(s)
				s.settle()
				fields := s.inSight()[f.above:]
				for _, field := range fields {
					s.mistaken(name+", "+what, field, m)
				}
				s.settle()
				typed := texts(fields)
				if atOnce[name] != "" {
					continue
				}
				s.send(name)
				if now := s.inSight(); len(now) < f.above || !slices.Equal(now[f.above:], fields) || cleared(now[f.above:], typed) {
					if m.text == "" || !slices.Contains(anything, name) {
						t.Errorf("%s is taken", what)
					}
					s.clinic.closeDialog()
					continue
				}
				if got := texts(s.inSight()[f.above:]); !slices.Equal(got, typed) {
					t.Errorf("%s: %.60q, typed was %.60q", what, got, typed)
				}
				if len(s.complaints()) == 0 && s.desk.State().Said.Key == "" {
					t.Errorf("%s: nothing is said", what)
				}
				s.clinic.closeDialog()
			}
		})
	}
}

// mistaken types into a field. What is not there afterwards had no room, and that is
// said beside it; a field that takes digits alone leaves out the rest.
func (s *stage) mistaken(what string, field typedInto, m mistake) {
	s.t.Helper()
	switch field := field.(type) {
	case *kit.Entry:
		field.SetText(m.text)
		if got := field.Text(); got != m.text && got != "" && !field.Secret() && strings.HasPrefix(m.text, got) && !s.fullSaid() && len(s.complaints()) == 0 {
			s.t.Errorf("%s: %.40q has room for %d letters, and nothing says so", what, m.text, len([]rune(got)))
		}
	case *kit.DateEntry:
		field.Clear()
		for _, digit := range m.day {
			s.pause()
			field.TypedRune(digit)
		}
	}
}

// fullSaid reports whether some field says that no more has room.
func (s *stage) fullSaid() (said bool) {
	most, _, _ := strings.Cut(s.clinic.t(words.FrameFull, words.With("n", 0)), "0")
	s.walk(func(o fyne.CanvasObject) {
		if f, ok := o.(*kit.Field); ok {
			said = said || strings.HasPrefix(f.Note(), most)
		}
	})
	return said
}

// cleared reports whether a page took the note that was typed in its last field, and
// left the others alone.
func cleared(fields []typedInto, typed []string) bool {
	now, last := texts(fields), len(typed)-1
	return slices.Equal(now[:last], typed[:last]) && typed[last] != "" && now[last] == ""
}

func texts(fields []typedInto) (all []string) {
	for _, f := range fields {
		all = append(all, inField(f))
	}
	return all
}

// TestScannerIntoAnyField: whatever field has the focus, what a scanner types ends up
// where a code belongs, or is looked up, or is said to have no place; what was typed by
// hand is there afterwards, and nothing was sent by the Return behind it.
func TestScannerIntoAnyField(t *testing.T) {
	const code = "ZX-77-471108"
	for name, f := range forms() {
		t.Run(name, func(t *testing.T) {
			s := working(t, "en", sizes["1366x768"], kit.Look{})
			f.begin(s)
			f.open(s)
			s.settle()
			for n := range len(s.inSight()) {
				s.clinic.closeDialog()
				f.open(s)
				s.settle()
				for _, field := range s.inSight()[f.above:] {
					s.mistaken(name, field, mistake{"12", "31011980"})
				}
				s.settle()
				fields := s.inSight()
				if n >= len(fields) {
					break
				}
				typed := texts(fields)
				s.window.Canvas().Focus(fields[n])
				s.scan(code)
				if now := s.inSight(); len(now) != len(fields) { // it was looked up, on another page
					s.clinic.closeDialog()
					f.open(s)
					s.settle()
				}
				now := texts(s.inSight())
				for i := range min(len(now), len(typed)) {
					if now[i] != typed[i] && now[i] != code && i >= f.above {
						t.Errorf("into field %d: %q, typed was %q", n, now, typed)
						break
					}
				}
			}
		})
	}
}
