package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/about"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// newAbout is the page of what this program is made of.
func newAbout(c *Clinic) page {
	f := c.cfg.About
	source := kit.Isolate(f.Source)
	switch {
	case f.Source == "":
		source = c.t(words.AboutUntold)
	case f.Altered:
		source = c.t(words.AboutAltered, words.With("source", f.Source))
	}
	program := []fyne.CanvasObject{
		c.label(words.AboutVersion, kit.Isolate(f.Version)),
		c.label(words.AboutKiosk, kit.Isolate(f.Kiosk)),
		c.label(words.AboutSource, source),
	}
	if !f.Dated.IsZero() {
		program = append(program, c.label(words.AboutDated, c.when(f.Dated)))
	}
	program = append(program, c.label(words.AboutBuilt, kit.Isolate(f.Go+" "+f.System)))
	rules := []fyne.CanvasObject{c.strong(c.t(words.AboutRules))}
	for _, r := range f.Rules {
		rules = append(rules, kit.NewColumn(4, c.plain(kit.Isolate(r.Title)),
			kit.NewText(c.look, c.t(words.AboutEdition, words.With("publisher", r.Publisher), words.With("edition", r.Edition)),
				kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})))
	}
	card := func(rows []fyne.CanvasObject) fyne.CanvasObject {
		return kit.NewGrow(1, kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space16, rows...)))
	}
	sections := []fyne.CanvasObject{kit.NewRow(c.look, kit.Space16, kit.CrossTop, card(program), card(rules))}
	if len(f.Libraries) > 0 {
		sections = append(sections, kit.NewRow(c.look, 0, kit.CrossTop, card(c.libraries(f.Libraries))))
	}
	return &still{kit.NewColumn(kit.Space24,
		c.adminHeading(words.AdminAbout), kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space16, sections...))))}
}

// libraries lists what of others is in the program, two side by side.
func (c *Clinic) libraries(all []about.Library) []fyne.CanvasObject {
	names := make([]fyne.CanvasObject, len(all))
	for i, l := range all {
		names[i] = kit.NewText(c.look, kit.Isolate(l.Path+" "+l.Version), kit.TextStyle{Size: kit.SizeCaption})
	}
	return []fyne.CanvasObject{c.strong(c.t(words.AboutLibraries)), c.grid(2, names)}
}

// label is a value with its name above it.
func (c *Clinic) label(name words.Key, value string) fyne.CanvasObject {
	return kit.NewColumn(4, kit.NewText(c.look, c.t(name), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}), c.plain(value))
}
