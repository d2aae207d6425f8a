package clinic

import (
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// With large letters no role is torn apart in the form for an account.
func TestPanelsInLargeLetters(t *testing.T) {
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		s := working(t, lang, sizes["1366x768"], kit.Look{Palette: kit.HighContrast, Text: kit.TextLarge})
		s.turnTo(desk.PageStaff)
		p := s.clinic.page.(*staffPage)
		p.open(newAccountForm(p))
		s.settle()
		for _, role := range staff.Roles() {
			label, found := s.clinic.t(roleName(string(role))), false
			s.walk(func(o fyne.CanvasObject) {
				if option, ok := o.(*kit.Option); ok && option.Label() == label {
					found = true
					if least := kit.PreferredWidth(option); option.Size().Width < least {
						t.Errorf("%s: role %q has %.0f of %.0f", lang, label, option.Size().Width, least)
					}
				}
			})
			if !found {
				t.Errorf("%s: there is no role %q", lang, label)
			}
		}
	}
}

// With large letters, in every language of staff, the title of today's list stands over
// the groups and not behind them, and no label of a group is torn apart.
func TestTodayInLargeLetters(t *testing.T) {
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		s := working(t, lang, sizes["1366x768"], kit.Look{Palette: kit.HighContrast, Text: kit.TextLarge})
		p := s.clinic.page.(*today)
		at := func(o fyne.CanvasObject) fyne.Position {
			return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		}
		for _, name := range []string{"nobody came", "a day"} {
			if name == "a day" {
				s.aDay()
				s.turnTo(desk.PageToday)
				p = s.clinic.page.(*today)
			}
			foot := at(p.title).Y + p.title.Size().Height
			for group, o := range p.filters {
				if top := at(o).Y; top < foot {
					t.Errorf("%s, %s: the title ends at %.0f, group %d begins at %.0f", lang, name, foot, group, top)
				}
				if least := kit.PreferredWidth(o); o.Size().Width < least {
					t.Errorf("%s, %s: group %q has %.0f of %.0f", lang, name, o.Label(), o.Size().Width, least)
				}
			}
		}
	}
}

// With large letters no word of ours is torn apart, on any page and in any dialog, in any
// language of staff. What has a figure or a mark in it, such as a hash or an address, is
// no word.
func TestNoWordIsTorn(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens every page in four languages")
	}
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		t.Run(lang, func(t *testing.T) {
			told := map[string]bool{}
			tour(newStage(t, lang, sizes["1366x768"], kit.Look{Palette: kit.HighContrast, Text: kit.TextLarge}), func(s *stage, name string) {
				s.walk(func(o fyne.CanvasObject) {
					text, ok := o.(*kit.Text)
					if !ok {
						return
					}
					word := text.Torn()
					if word != "" && !told[word] && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(".,:;’'()?!،؟", r) }) {
						told[word] = true
						t.Errorf("%s: %q of %q is torn, %.0f wide", name, word, text.Text(), text.Size().Width)
					}
				})
			})
		})
	}
}
