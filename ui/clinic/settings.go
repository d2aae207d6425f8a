package clinic

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/settings"
	"aidpost/app/site"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// Administration is what the pages of settings show.
type Administration struct {
	Settings *settings.Form
	Server   *settings.Server
	Carry    *settings.Carrying // nil: nothing is carried on sticks

	typist records.ID // who has typed what is not applied yet
}

// Administer gives the screen the settings of the place. Without them their page
// is empty. It is called before Serve.
func (c *Clinic) Administer(a Administration) { c.admin = &a }

// settingsPage is the settings: the sections at the leading side, the fields of
// one beside them, and at the foot what would change.
type settingsPage struct {
	c       *Clinic
	section settings.Section
	tabs    map[settings.Section]*kit.Option
	fields  map[string]*kit.Field
	body    *fyne.Container // the fields
	foot    *fyne.Container
	form    *kit.Column
	scroll  *kit.Scroll
	server  *serverPanel // of the section about it; nil elsewhere
	footed  string
	built   string // what the fields were made of
	asking  bool
	object  fyne.CanvasObject
	entries []*kit.Entry
}

// sectionWidth is that of the list of sections.
const sectionWidth = 220

func newSettings(c *Clinic) page {
	if c.admin == nil {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &settingsPage{c: c, section: settings.Place, tabs: map[settings.Section]*kit.Option{}, body: container.NewStack(), foot: container.NewStack()}
	var tabs []fyne.CanvasObject
	for _, s := range settings.Sections() {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(sectionWords(s)), Leading: true, Plain: true}, func() { p.open(s) })
		p.tabs[s] = o
		tabs = append(tabs, o)
	}
	p.object = kit.NewColumn(kit.Space16, c.adminHeading(words.SettingsTitle),
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space24, kit.CrossFill,
			kit.NewSized(sectionWidth*max(c.look.Text, kit.TextNormal), kit.NewColumn(4, tabs...)),
			kit.NewGrow(1, kit.NewColumn(kit.Space16, kit.NewGrow(1, p.body), p.foot)))))
	if who := c.desk.State().Who.ID; who != c.admin.typist || c.admin.Settings.State().Changed == 0 {
		c.admin.typist = who
		c.admin.Settings.Reload() // what one has typed is not the next one's
	}
	p.open(settings.Place)
	return p
}

func (p *settingsPage) content() fyne.CanvasObject { return p.object }
func (p *settingsPage) reveal(o fyne.CanvasObject) { p.scroll.Reveal(o) }
func (p *settingsPage) state() settings.State      { return p.c.admin.Settings.State() }
func (p *settingsPage) set(path, typed string)     { p.c.admin.Settings.Set(path, typed) }

// open shows a section.
func (p *settingsPage) open(s settings.Section) {
	p.section = s
	for each, o := range p.tabs {
		o.SetSelected(each == s)
	}
	p.server = nil
	switch s {
	case settings.Printers:
		go p.c.admin.Settings.LookAtPrinters(context.Background())
	case settings.ToServer:
		p.server = newServerPanel(p.c)
		p.c.admin.Server.Look()
	}
	p.build(p.state())
}

// build makes the fields of the section from what is typed.
func (p *settingsPage) build(s settings.State) {
	c := p.c
	p.fields, p.entries = map[string]*kit.Field{}, nil
	rows := []fyne.CanvasObject{}
	if p.server != nil {
		rows = append(rows, p.server.rows(c.admin.Server.State())...)
	}
	if s.Broken != nil {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.SettingsBroken)), c.plain(s.Broken.Error()))
	} else {
		if lead := sectionLead(p.section); lead != "" {
			rows = append(rows, kit.NewText(c.look, c.t(lead), kit.TextStyle{Color: kit.ColorInk2}))
		}
		if p.section == settings.Printers {
			rows = append(rows, p.printers(s)...)
		}
		rows = append(rows, p.pairs(s)...)
	}
	p.form = kit.NewColumn(kit.Space8, rows...)
	p.scroll = kit.NewScroll(kit.NewInset(6, kit.Space8, p.form))
	p.body.Objects = []fyne.CanvasObject{p.scroll}
	p.body.Refresh()
}

// pairs stands the fields two in a row.
func (p *settingsPage) pairs(s settings.State) []fyne.CanvasObject {
	c := p.c
	var rows, row []fyne.CanvasObject
	flush := func() {
		if len(row) == 1 {
			row = append(row, kit.NewSpacer())
		}
		if len(row) > 0 {
			rows = append(rows, kit.NewRow(c.look, kit.Space24, kit.CrossTop, row...))
		}
		row = nil
	}
	for _, item := range c.admin.Settings.Items(p.section) {
		f := p.field(item, s.Typed[item.Path], s)
		p.fields[item.Path] = f
		if wide(item) {
			flush()
			rows = append(rows, f)
			continue
		}
		if row = append(row, kit.NewGrow(1, f)); len(row) == 2 {
			flush()
		}
	}
	flush()
	return rows
}

// wide reports whether a field has a row of its own.
func wide(i settings.Item) bool {
	return i.Kind == settings.Order || i.Kind == settings.Choice && (len(i.Options) > 4 || i.Path == "sync.auth.kind")
}

// mostTyped is more than any setting takes: what is too long is said, not cut.
const mostTyped = 1000

func (p *settingsPage) field(i settings.Item, typed string, s settings.State) *kit.Field {
	c := p.c
	label, hint := c.itemLabel(i), c.itemHint(i)
	switch i.Kind {
	case settings.YesNo:
		return kit.NewField(c.look, label, hint, kit.NewCheck(c.look, c.t(words.SettingsYes), typed == "true", func(on bool) {
			p.set(i.Path, fmt.Sprint(on))
		})).Slim()
	case settings.Choice:
		return kit.NewField(c.look, label, hint, p.choice(i, typed)).Slim()
	case settings.Order:
		return kit.NewField(c.look, label, hint, p.order(i, typed)).Slim()
	case settings.Queue:
		return kit.NewField(c.look, label, hint, p.queue(i, typed, s)).Slim()
	case settings.Picture:
		return kit.NewField(c.look, label, hint, p.picture(i, typed)).Slim()
	case settings.Lines:
		return kit.NewField(c.look, label, hint, p.lines(i, typed)).Slim()
	}
	entry := p.entry(typed, func(text string) { p.set(i.Path, text) })
	if i.Path == "alarmVolume" {
		return kit.NewField(c.look, label, hint, p.tried(entry))
	}
	return kit.NewField(c.look, label, hint, entry)
}

// tried is a volume with a button that lets it be heard.
func (p *settingsPage) tried(volume *kit.Entry) fyne.CanvasObject {
	c := p.c
	hear := kit.NewButton(c.look, c.t(words.SettingsTryAlarm), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconSpeaker}, func() {
		if n, err := strconv.Atoi(strings.TrimSpace(volume.Text())); err == nil && n >= site.LeastVolume && n <= site.MostVolume {
			c.desk.TryAlarm(n)
		}
	})
	return kit.NewRow(c.look, kit.Space8, kit.CrossCenter, kit.NewGrow(1, volume), hear)
}

func (p *settingsPage) entry(typed string, changed func(string)) *kit.Entry {
	e := kit.NewEntry(p.c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: mostTyped})
	e.SetText(typed)
	e.OnChanged = changed
	e.OnSubmitted = func(string) { p.c.canvas.FocusNext() }
	p.entries = append(p.entries, e)
	return e
}

// shownLines is how many lines of an address can be typed.
const shownLines = 3

func (p *settingsPage) lines(i settings.Item, typed string) fyne.CanvasObject {
	had := strings.Split(typed, "\n")
	lines := make([]string, max(shownLines, len(had)))
	copy(lines, had)
	var rows []fyne.CanvasObject
	for n := range lines {
		rows = append(rows, p.entry(lines[n], func(text string) {
			lines[n] = text
			p.set(i.Path, strings.TrimRight(strings.Join(lines, "\n"), "\n"))
		}))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

func (p *settingsPage) choice(i settings.Item, typed string) fyne.CanvasObject {
	c := p.c
	options := map[string]*kit.Option{}
	var all []fyne.CanvasObject
	for _, code := range i.Options {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.optionLabel(i, code)}, func() {
			p.set(i.Path, code)
			for each, o := range options {
				o.SetSelected(each == code)
			}
		})
		o.SetSelected(code == typed)
		options[code] = o
		all = append(all, o)
	}
	return c.wrap(mostInRow, all...)
}

// order lets several be chosen, each with its place in the row.
func (p *settingsPage) order(i settings.Item, typed string) fyne.CanvasObject {
	c := p.c
	var chosen []string
	if typed != "" {
		chosen = strings.Split(typed, ",")
	}
	options := map[string]*kit.Option{}
	show := func() {
		for code, o := range options {
			at, count := slices.Index(chosen, code), ""
			if at >= 0 {
				count = fmt.Sprint(at + 1)
			}
			o.SetSelected(at >= 0)
			o.SetCount(count)
		}
	}
	var all []fyne.CanvasObject
	for _, code := range i.Options {
		options[code] = kit.NewOption(c.look, kit.OptionStyle{Label: c.optionLabel(i, code), Count: " "}, func() {
			if at := slices.Index(chosen, code); at >= 0 {
				chosen = slices.Delete(slices.Clone(chosen), at, at+1)
			} else {
				chosen = append(slices.Clone(chosen), code)
			}
			show()
			p.set(i.Path, strings.Join(chosen, ","))
		})
		all = append(all, options[code])
	}
	show()
	return c.wrap(mostInRow, all...)
}

func (p *settingsPage) queue(i settings.Item, typed string, s settings.State) fyne.CanvasObject {
	i.Options = []string{""}
	for _, q := range s.Queues {
		i.Options = append(i.Options, q.Name)
	}
	if !slices.Contains(i.Options, typed) { // it may be switched off today
		i.Options = append(i.Options, typed)
	}
	return p.choice(i, typed)
}

func (p *settingsPage) update(desk.State) {
	s := p.state()
	key := fmt.Sprint(s.Loaded)
	if p.section == settings.Printers {
		key += fmt.Sprint(s.Queues, s.Trouble)
	}
	if p.server != nil {
		key += p.server.key(p.c.admin.Server.State())
	}
	if key != p.built {
		p.built = key
		p.build(s)
	}
	changed := false
	for path, f := range p.fields {
		said := ""
		if problem, bad := s.Problems[path]; bad {
			said = p.c.settingProblem(problem)
		}
		if f.Problem() != said {
			f.SetProblem(said)
			changed = true
		}
	}
	if changed {
		p.form.Refresh()
		p.scroll.Refresh()
	}
	p.showFoot(s)
	p.review(s)
}

// showFoot says what would change, and what can be done about it.
func (p *settingsPage) showFoot(s settings.State) {
	c := p.c
	key := fmt.Sprint(s.Changed, len(s.Problems), s.Back, s.Saving, s.Broken != nil)
	if key == p.footed {
		return
	}
	p.footed = key
	form := c.admin.Settings
	row := []fyne.CanvasObject{}
	switch {
	case len(s.Problems) > 0:
		row = append(row, kit.NewGrow(1, kit.NewText(c.look, c.lang.N(words.SettingsWrong, len(s.Problems)), kit.TextStyle{Color: kit.ColorUrgentInk, Bold: true})),
			kit.NewButton(c.look, c.t(words.SettingsDrop), kit.ButtonStyle{Rank: kit.Quiet}, form.Reload))
	case s.Changed > 0:
		row = append(row, kit.NewGrow(1, c.strong(c.lang.N(words.SettingsChanged, s.Changed))),
			kit.NewButton(c.look, c.t(words.SettingsDrop), kit.ButtonStyle{Rank: kit.Quiet}, form.Reload),
			kit.NewButton(c.look, c.t(words.SettingsReview), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, form.Review))
	case s.Back:
		row = append(row, kit.NewSpacer(),
			kit.NewButton(c.look, c.t(words.SettingsBack), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconUndo}, form.Back))
	}
	p.foot.Objects = nil
	if len(row) > 0 {
		p.foot.Objects = []fyne.CanvasObject{kit.NewRow(c.look, kit.Space16, kit.CrossCenter, row...)}
	}
	p.object.Refresh() // the fields give it room
}

// review shows what would change before it is applied, or takes that away.
func (p *settingsPage) review(s settings.State) {
	c, form := p.c, p.c.admin.Settings
	if asks := len(s.Changes) > 0 && !s.Saving; asks == p.asking {
		return
	} else if p.asking = asks; !asks {
		c.dropDialog()
		return
	}
	rows := []fyne.CanvasObject{c.title(c.t(words.SettingsReviewTitle))}
	later := false
	for _, change := range s.Changes {
		when := words.SettingsAtOnce
		if change.Takes == site.NextStart {
			when, later = words.SettingsNextStart, true
		}
		rows = append(rows, kit.NewHairline(c.look), kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
			kit.NewGrow(2, c.plain(c.nameOfChange(change))),
			kit.NewGrow(2, kit.NewText(c.look, c.changeValue(change, change.Before), kit.TextStyle{Color: kit.ColorInk2})),
			kit.NewGrow(2, kit.NewText(c.look, c.changeValue(change, change.After), kit.TextStyle{Bold: true})),
			kit.NewGrow(1, kit.NewText(c.look, c.t(when), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))))
	}
	if later {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SettingsLater)))
	}
	apply := kit.NewButton(c.look, c.t(words.SettingsApply), kit.ButtonStyle{Icon: assets.IconCheck}, form.Apply)
	c.showDialog(kit.NewOverlay(c.look, 980, kit.NewColumn(kit.Space8, rows...), c.closeButton(), apply), form.Forget)
	c.canvas.Focus(apply)
}

// changeValue is a setting's value in the list of changes.
func (c *Clinic) changeValue(of site.Change, text string) string {
	if l, ok := of.Limit(); ok && text != "" {
		return kit.Isolate(text + " " + l.Unit.Symbol())
	}
	switch text {
	case "", "false":
		return "–"
	case "true":
		return c.t(words.SettingsYes)
	}
	return text
}
