package clinic

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/about"
	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// aboutPage is the page of what this program is made of, and in its place one of
// the licences that its parts stand under.
type aboutPage struct {
	c      *Clinic
	body   *fyne.Container
	facts  fyne.CanvasObject
	object fyne.CanvasObject
}

func newAbout(c *Clinic) page {
	p := &aboutPage{c: c, body: container.NewStack()}
	p.facts = kit.NewScroll(kit.NewColumn(kit.Space16, append(c.aboutSections(), p.licences())...))
	p.object = kit.NewColumn(kit.Space24, c.adminHeading(words.AdminAbout), kit.NewGrow(1, p.body))
	p.show(p.facts)
	return p
}

func (p *aboutPage) content() fyne.CanvasObject { return p.object }
func (p *aboutPage) update(desk.State)          {}

func (p *aboutPage) show(o fyne.CanvasObject) {
	p.body.Objects = []fyne.CanvasObject{o}
	p.body.Refresh()
}

// key leaves a licence.
func (p *aboutPage) key(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyEscape || p.body.Objects[0] == p.facts {
		return false
	}
	p.show(p.facts)
	return true
}

// mostParts is how many parts of the program are named in a line.
const mostParts = 3

// licences are the ways to the texts.
func (p *aboutPage) licences() fyne.CanvasObject {
	c := p.c
	rows := []fyne.CanvasObject{c.strong(c.t(words.AboutLicences)), c.plain(c.t(words.AboutLicencesLead))}
	for _, l := range about.Licences() {
		name := strings.Join(l.Parts[:min(len(l.Parts), mostParts)], ", ")
		if more := len(l.Parts) - mostParts; more > 0 {
			name += ", …"
		}
		rows = append(rows, kit.NewOption(c.look, kit.OptionStyle{Label: kit.Isolate(name), Leading: true, Plain: true}, func() { p.open(l) }))
	}
	return kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space8, rows...))
}

// licenceWidth is how many letters of a licence are in a line.
const licenceWidth = 100

// open shows a licence in full.
func (p *aboutPage) open(l about.Licence) {
	c := p.c
	var lines []string
	for line := range strings.SplitSeq(l.Text, "\n") {
		for len(line) > licenceWidth {
			cut := strings.LastIndexByte(line[:licenceWidth], ' ')
			if cut <= 0 {
				break
			}
			lines, line = append(lines, line[:cut]), line[cut+1:]
		}
		lines = append(lines, line)
	}
	list := kit.NewList(c.look, c.look.Size(kit.SizeBody)*1.6, func() kit.ListRow {
		return kit.NewCells(c.look, []float32{1}, func(i int) []kit.Cell {
			if i < 0 || i >= len(lines) {
				return nil
			}
			return []kit.Cell{{Text: kit.Isolate(lines[i])}}
		})
	})
	list.SetLength(len(lines))
	back := kit.NewButton(c.look, c.t(words.FrameBack), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconBack}, func() { p.show(p.facts) })
	p.show(kit.NewColumn(kit.Space16,
		c.row(kit.Space16, kit.NewGrow(1, kit.NewText(c.look, kit.Isolate(strings.Join(l.Parts, ", ")), kit.TextStyle{Bold: true})), back),
		kit.NewGrow(1, kit.NewCard(c.look, kit.Space16, list))))
	c.focus(list)
}

// aboutSections are the facts, in cards.
func (c *Clinic) aboutSections() []fyne.CanvasObject {
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
		c.label(words.AboutMachine, c.told(f.Machine)),
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
				kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}),
			kit.NewText(c.look, kit.Isolate(r.Source), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})))
	}
	card := func(rows []fyne.CanvasObject) fyne.CanvasObject {
		return kit.NewGrow(1, kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space16, rows...)))
	}
	sections := []fyne.CanvasObject{kit.NewRow(c.look, kit.Space16, kit.CrossTop, card(program), card(rules))}
	if len(f.Libraries) > 0 {
		sections = append(sections, kit.NewRow(c.look, 0, kit.CrossTop, card(c.libraries(f.Libraries))))
	}
	return sections
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
