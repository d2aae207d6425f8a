package clinic

import (
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// storeName is what a place is called in which strips are kept.
func (c *Clinic) storeName(name string) string {
	if name == "" {
		return c.t(words.QCStoreOnly)
	}
	return kit.Isolate(name)
}

// stores are the places in which strips are kept, with their last temperatures.
func (p *qualityPage) stores(q desk.Quality) (rows []fyne.CanvasObject) {
	c := p.c
	columns := []float32{1.5, 1.8, 2, 2.8, 1.6}
	for _, s := range q.Stores {
		last, when := c.t(words.QCStorageNever), ""
		if !s.Last.At.IsZero() {
			last = kit.Isolate(c.lang.Number(s.Last.Low.String()) + "–" + c.lang.Quantity(s.Last.High.String(), "°C"))
			when = c.when(s.Last.At)
		}
		state := kit.Cell{Text: c.t(words.QCStorageGood), Marked: true, Band: kit.Good}
		switch {
		case len(s.Spoilt) > 0:
			state = kit.Cell{Text: c.t(words.QCStorageOut), Marked: true, Band: kit.High}
		case s.Overdue:
			state = kit.Cell{Text: c.t(words.QCStorageDue), Marked: true, Band: kit.Watch}
		case s.Last.At.IsZero():
			state = kit.Cell{Text: "–"} // nobody has looked
		}
		next := ""
		if !s.Due.IsZero() {
			next = c.t(words.QCStorageNext, words.With("when", c.when(s.Due)))
		}
		rows = append(rows, c.tableRow(columns, kit.Cell{Text: c.storeName(s.Name), Bold: true}, kit.Cell{Text: last}, kit.Cell{Text: when}, kit.Cell{Text: next}, state))
	}
	return rows
}

// storageDue says that the temperature is due to be read where the strips of an
// instrument are kept.
func (p *qualityPage) storageDue(i desk.Checked) (rows []fyne.CanvasObject) {
	c := p.c
	for _, s := range c.desk.State().Quality.Stores {
		if s.Overdue && slices.ContainsFunc(s.Lots, func(l quality.Lot) bool { return l.Model == i.ID.Model }) {
			rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.QCStorageOverdue, words.With("store", c.storeName(s.Name)))))
		}
	}
	return rows
}

// askStorage asks how cold and how warm it was where strips are kept.
func (p *qualityPage) askStorage() {
	c := p.c
	f := p.newForm("storage")
	stores := c.desk.State().Quality.Stores
	store := ""
	rows := []fyne.CanvasObject{c.plain(c.t(words.QCStorageLead))}
	if len(stores) > 0 {
		store = stores[0].Name
	}
	if len(stores) > 1 {
		var options []fyne.CanvasObject
		all := map[string]*kit.Option{}
		for _, s := range stores {
			o := kit.NewOption(c.look, kit.OptionStyle{Label: c.storeName(s.Name)}, func() {
				store = s.Name
				for name, o := range all {
					o.SetSelected(name == s.Name)
				}
			})
			o.SetSelected(s.Name == store)
			all[s.Name] = o
			options = append(options, o)
		}
		rows = append(rows, f.wrap(desk.QualityStore, c.t(words.QCStore), "", c.wrap(3, options...)))
	}
	low := f.entry(desk.QualityLow, c.t(words.QCStorageLow), "", "")
	high := f.entry(desk.QualityHigh, c.t(words.QCStorageHigh), "", "")
	remark := f.entry(desk.QualityReason, c.t(words.QCRemark)+" · "+c.t(words.RegisterOptional), "", "")
	rows = append(rows, c.beside(f.fields[desk.QualityLow], f.fields[desk.QualityHigh]), f.fields[desk.QualityReason])
	right := false
	if c.desk.May(staff.Override) {
		check := kit.NewCheck(c.look, c.t(words.QCStorageRight), false, func(on bool) { right = on })
		rows = append(rows, f.wrap(desk.QualityRight, "", "", check).Slim())
	}
	p.ask(f, words.QCStorage, words.QCSave, rows, func() {
		c.desk.NoteStorage(desk.StorageForm{Store: store, Low: low.Text(), High: high.Text(), Reason: remark.Text(), Right: right})
	})
	c.focus(low)
}

// kept are the fields for how strips are to be kept.
func (l *lotForm) kept() fyne.CanvasObject {
	c, optional := l.p.c, " · "+l.p.c.t(words.RegisterOptional)
	return c.beside(l.text(desk.QualityLow, c.t(words.QCKeptLow)+optional, "", &l.typed.Low),
		l.text(desk.QualityHigh, c.t(words.QCKeptHigh)+optional, "", &l.typed.High),
		l.text(desk.QualityStore, c.t(words.QCStore)+optional, "", &l.typed.Store))
}
