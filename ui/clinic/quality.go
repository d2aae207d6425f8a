package clinic

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/passport"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// qualityPart is a part of the page of quality control.
type qualityPart int

const (
	ofInstruments qualityPart = iota
	ofLots
	ofStaff
)

// qualityPage is the page of quality control: the instruments with their
// controls, the lots, and who may measure.
type qualityPage struct {
	c      *Clinic
	part   qualityPart
	parts  map[qualityPart]*kit.Option
	shown  string // what the body was last made from
	body   *fyne.Container
	form   *qualityForm
	object fyne.CanvasObject
}

func newQuality(c *Clinic, s desk.State) *qualityPage {
	p := &qualityPage{c: c, parts: map[qualityPart]*kit.Option{}, body: container.NewStack()}
	var tabs []fyne.CanvasObject
	for i, key := range []words.Key{words.QCTabInstruments, words.QCTabLots, words.QCTabStaff} {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(key)}, func() { p.open(qualityPart(i)) })
		p.parts[qualityPart(i)] = o
		tabs = append(tabs, o)
	}
	p.object = kit.NewColumn(kit.Space16,
		c.heading(c.title(c.t(words.NavQuality)), tabs...),
		kit.NewText(c.look, c.t(words.QCLead), kit.TextStyle{Color: kit.ColorInk2}),
		kit.NewGrow(1, p.body))
	p.update(s)
	return p
}

func (p *qualityPage) content() fyne.CanvasObject { return p.object }

func (p *qualityPage) open(part qualityPart) {
	p.part = part
	p.update(p.c.desk.State())
}

// scanned takes a passport, or the code on a box.
func (p *qualityPage) scanned(code string) {
	switch {
	case p.form != nil && p.form.scanned != nil:
		p.form.scanned(code)
	case strings.HasPrefix(code, passport.Prefix):
		p.c.desk.PresentPassport(code)
	default:
		if scan, ok := p.c.desk.Scan(code); ok && p.c.desk.May(staff.ManageLot) {
			p.askLot(lotFormOf(p.c, scan))
			return
		}
		p.c.desk.Search(code)
		p.c.desk.Go(desk.Route{Page: desk.PageFind})
	}
}

func (p *qualityPage) update(s desk.State) {
	for part, o := range p.parts {
		o.SetSelected(part == p.part)
	}
	if p.form != nil {
		p.form.update(s.Quality)
	}
	if shown := p.fingerprint(s.Quality); shown != p.shown {
		p.shown = shown
		p.body.Objects = []fyne.CanvasObject{p.made(s.Quality)}
		p.body.Refresh()
	}
}

// fingerprint changes when the body has to be drawn anew.
func (p *qualityPage) fingerprint(q desk.Quality) string {
	key := fmt.Sprint(p.part, q.Loaded, q.Done, q.Chosen, len(q.Staff))
	if q.Log != nil {
		key += fmt.Sprint("|", len(q.Log.Lots), len(q.Log.Storages), len(q.Log.Samples), len(q.Log.Certificates), len(q.Log.Revoked))
	}
	if p.form == nil || p.form.field(desk.QualityCode) == nil {
		key += p.c.message(q.Problems[desk.QualityCode])
	}
	for _, s := range q.Stores {
		key += fmt.Sprint("|", s.Name, s.Overdue, len(s.Spoilt))
	}
	for _, i := range q.List {
		key += fmt.Sprint("|", i.ID, i.Attached.ID, i.Attached.State, i.Locks, i.Left, i.Due, len(i.Runs), len(i.Stored), i.Cal.Due, i.Drift)
	}
	return key
}

func (p *qualityPage) made(q desk.Quality) fyne.CanvasObject {
	switch {
	case !q.Loaded:
		return container.NewStack()
	case p.part == ofLots:
		return p.lots(q)
	case p.part == ofStaff:
		return p.certificates(q)
	case len(q.List) == 0:
		return p.c.empty(assets.DrawingControl, words.QCEmptyTitle, words.QCEmpty)
	}
	chosen, _ := q.Of(q.Chosen)
	return kit.NewRow(p.c.look, kit.Space24, kit.CrossFill,
		kit.NewSized(listedWidth, p.list(q)), kit.NewGrow(1, kit.NewScroll(p.detail(chosen))))
}

// listedWidth is that of the list of instruments.
const listedWidth = 296

// list is the instruments, those that need somebody first.
func (p *qualityPage) list(q desk.Quality) fyne.CanvasObject {
	c := p.c
	var rows []fyne.CanvasObject
	for _, i := range q.List {
		_, state := p.stateOf(i)
		o := kit.NewOption(c.look, kit.OptionStyle{Icon: panelIcon(i.Model.Panel), Label: kit.Isolate(i.Model.Name), Leading: true},
			func() { c.desk.ChooseChecked(i.ID) })
		o.SetSelected(i.ID == q.Chosen)
		under := c.t(state)
		if i.ID.Serial != "" {
			under = kit.Isolate(i.ID.Serial) + "  ·  " + under
		}
		rows = append(rows, kit.NewColumn(2, o, kit.NewInset(kit.Space16, 0,
			kit.NewText(c.look, under, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))))
	}
	return kit.NewScroll(kit.NewColumn(kit.Space16, rows...))
}

// stateOf is how an instrument stands.
func (p *qualityPage) stateOf(i desk.Checked) (kit.Band, words.Key) {
	switch {
	case i.Retired:
		return kit.Low, words.QCStateRetired
	case len(i.Locks) > 0 && i.Left > 0:
		return kit.Watch, words.QCStateLet
	case len(i.Locks) > 0:
		return kit.High, words.QCStateLocked
	case !i.Asked && len(i.Runs) == 0:
		return kit.Low, words.QCStateFree
	case len(i.Runs) > 0 && quality.Judge(i.Runs).Rejected():
		return kit.High, words.PapersOutOfControl
	}
	return kit.Good, words.QCStateGood
}

// detail is one instrument: how it stands, what can be done, and its controls.
func (p *qualityPage) detail(i desk.Checked) fyne.CanvasObject {
	c := p.c
	band, state := p.stateOf(i)
	about := []string{kit.Isolate(i.Model.Maker)}
	if i.ID.Serial != "" {
		about = append(about, kit.Isolate(i.ID.Serial))
	}
	if i.Place != "" {
		about = append(about, kit.Isolate(i.Place))
	}
	about = slices.DeleteFunc(about, func(s string) bool { return s == "" })
	rows := []fyne.CanvasObject{
		kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
			kit.NewIcon(c.look, panelIcon(i.Model.Panel), 40, kit.ColorAction),
			kit.NewGrow(1, kit.NewColumn(0, c.strong(kit.Isolate(i.Model.Name)),
				kit.NewText(c.look, strings.Join(about, "  ·  "), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))),
			kit.NewBadge(c.look, band, c.t(state), kit.SizeBody)),
	}
	for _, lock := range i.Locks {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.LockName(string(lock)))))
	}
	if i.Left > 0 {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.lang.N(words.InstrumentsOverride, i.Left)))
	}
	rows = append(rows, p.storageDue(i)...)
	rows = append(rows, p.drift(i)...)
	rows = append(rows, p.actions(i), kit.NewHairline(c.look), p.facts(i))
	rows = append(rows, p.controls(i)...)
	rows = append(rows, p.stored(i)...)
	rows = append(rows, p.samples(i)...)
	return kit.NewInset(kit.Space8, 0, kit.NewColumn(kit.Space16, rows...))
}

// drift says whether the results of people have moved.
func (p *qualityPage) drift(i desk.Checked) (rows []fyne.CanvasObject) {
	c := p.c
	steady := false
	for _, d := range i.Drift {
		if d.Known && d.Moved.IsZero() {
			steady = true
		}
		if d.Moved.IsZero() {
			continue
		}
		shift := c.lang.Number(fmt.Sprintf("%+.1f", d.Shift()))
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.QCDrift, words.With("what", c.t(words.QuantityName(string(d.Measure)))),
			words.With("shift", kit.Isolate(shift)), words.With("date", c.lang.Date(d.Moved.In(c.desk.Zone()))))))
	}
	if len(rows) == 0 && steady {
		rows = append(rows, kit.NewText(c.look, c.t(words.QCSteady), kit.TextStyle{Color: kit.ColorInk2}))
	}
	return rows
}

// actions are what can be done with an instrument, the next thing first.
func (p *qualityPage) actions(i desk.Checked) fyne.CanvasObject {
	c := p.c
	var row []fyne.CanvasObject
	add := func(right staff.Action, key words.Key, rank kit.Rank, run func()) {
		if c.desk.May(right) {
			row = append(row, kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: rank}, run))
		}
	}
	locked := func(locks ...quality.Lock) bool {
		return slices.ContainsFunc(i.Locks, func(l quality.Lock) bool { return slices.Contains(locks, l) })
	}
	add(staff.RunControl, words.QCRun, kit.Primary, func() { p.askRun(i) })
	if len(lotsOf(i, true)) > 0 {
		add(staff.RunControl, words.QCSampleRun, kit.Secondary, func() { p.askSample(i) })
	}
	if locked(quality.NoLot, quality.LotExpired, quality.LotSpoilt) {
		add(staff.ManageLot, words.QCLotAdd, kit.Secondary, func() { p.askLot(lotFormFor(c, i)) })
	}
	if i.Place == "" || locked(quality.NotEnrolled) {
		add(staff.ManageInstrument, words.QCEnrol, kit.Secondary, func() { p.askEnrol(i) })
	}
	if i.Asked && i.Plan.Scheduled() {
		add(staff.RunControl, words.QCMishap, kit.Secondary, func() { p.askMishap(i) })
	}
	add(staff.ManageInstrument, words.QCCalibrate, kit.Secondary, func() { p.askCalibrate(i) })
	if len(i.Locks) > 0 && i.Left == 0 && i.Allowed > 0 && !locked(quality.OnePerson) {
		add(staff.ReadQuality, words.QCOverride, kit.Secondary, func() { p.askOverride(i) })
	}
	if c.look.Text > kit.TextNormal {
		return c.wrap(2, row...)
	}
	return c.wrap(mostInRow, row...)
}

// facts are what is on record of an instrument, in short.
func (p *qualityPage) facts(i desk.Checked) fyne.CanvasObject {
	c := p.c
	last, strips, calibration := c.t(words.QCNever), c.t(words.QCNotOnRecord), c.t(words.QCNotOnRecord)
	if n := len(i.Runs); n > 0 {
		last = c.when(i.Runs[n-1].At)
	}
	if lot, ok := c.desk.State().Quality.Log.InUse(quality.Reagent, i.ID.Model, c.desk.Now()); ok {
		strips = kit.Isolate(lot.Number) + "\n" + c.untilDay(lot.Expires)
	}
	if !i.Cal.Due.IsZero() {
		calibration = c.untilDay(i.Cal.Due)
	}
	fact := func(label words.Key, value string) fyne.CanvasObject {
		return kit.NewGrow(1, kit.NewColumn(4,
			kit.NewText(c.look, c.t(label), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}), c.plain(value)))
	}
	row := []fyne.CanvasObject{fact(words.QCNext, c.nextControl(i)), fact(words.QCLast, last), fact(words.QCCalibration, calibration)}
	if i.Model.Panel != vitals.BloodPressure && i.Model.Panel != vitals.Oximetry && i.Model.Panel != vitals.BodyWeight {
		row = append(row, fact(words.QCStrips, strips))
	}
	return kit.NewRow(c.look, kit.Space24, kit.CrossTop, row...)
}

// untilDay is the last day on which something holds.
func (c *Clinic) untilDay(end time.Time) string {
	return c.t(words.QCUntilDay, words.With("date", c.lang.Date(end.In(c.desk.Zone()).AddDate(0, 0, -1))))
}

// nextControl says when the next control is due, and with what.
func (c *Clinic) nextControl(i desk.Checked) string {
	var lines []string
	d := i.Due
	switch {
	case d.Lock != "":
		lines = append(lines, c.t(words.QCNextNow))
	case !i.Plan.Scheduled() || !i.Asked:
		return c.t(words.InstrumentsControlNone)
	case !d.At.IsZero():
		lines = append(lines, c.when(d.At))
	}
	if d.Lock == "" && d.Left >= 0 {
		lines = append(lines, c.lang.N(words.QCNextAfter, d.Left))
	}
	if d.Next.Number != "" {
		lines = append(lines, c.t(words.QCNextWith, words.With("lot", kit.Isolate(c.lotName(d.Next)))))
	}
	return strings.Join(lines, "\n")
}

// lotName is the number of a lot with its level.
func (c *Clinic) lotName(l quality.Lot) string {
	if l.Level == "" || strings.HasSuffix(l.Number, l.Level) {
		return l.Number
	}
	return l.Number + " · " + l.Level
}
