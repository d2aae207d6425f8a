package clinic

import (
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// numbers are fields for the values of a panel, each with its name, its unit and
// what is wrong with it.
type numbers struct {
	c      *Clinic
	panel  vitals.Panel
	order  []vitals.Measure
	units  map[vitals.Measure]vitals.Unit
	fields map[vitals.Measure]*kit.Field
	inputs map[vitals.Measure]*kit.Entry
	chose  func(vitals.Unit) // is told of a unit that was chosen; it may be nil
	object fyne.CanvasObject
}

// newNumbers returns fields with the values there are already, in their units. A
// panel without values has its own fields, in units to choose.
func newNumbers(c *Clinic, panel vitals.Panel, values vitals.Values) *numbers {
	n := &numbers{
		c: c, panel: panel, units: map[vitals.Measure]vitals.Unit{},
		fields: map[vitals.Measure]*kit.Field{}, inputs: map[vitals.Measure]*kit.Entry{},
	}
	needed, more := bedside.Fields(panel)
	for _, m := range append(needed, more...) {
		q, ok := values.Get(m)
		if values != nil && !ok {
			continue
		}
		n.order = append(n.order, m)
		n.units[m] = q.Unit
		if q.Unit == "" {
			n.units[m] = bedside.UnitsOf(m)[0]
		}
		n.add(m)
		if ok {
			n.inputs[m].SetText(c.lang.Number(q.Value.String()))
		}
	}
	n.chain()
	return n
}

func (n *numbers) add(m vitals.Measure) {
	c := n.c
	e := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Limit: 12})
	f := kit.NewField(c.look, c.t(words.QuantityName(string(m)))+" ("+n.units[m].Symbol()+")", "", e)
	e.OnChanged = func(string) { f.SetProblem("") }
	n.fields[m], n.inputs[m] = f, e
}

// chain has Return go from field to field, and lays them side by side.
func (n *numbers) chain() {
	var side []fyne.CanvasObject
	for i, m := range n.order {
		side = append(side, kit.NewGrow(1, n.fields[m]))
		n.inputs[m].OnSubmitted = func(string) {
			if i+1 < len(n.order) {
				n.c.focus(n.inputs[n.order[i+1]])
			}
		}
	}
	n.object = kit.NewRow(n.c.look, kit.Space16, kit.CrossTop, side...)
}

// setUnit takes another unit for a measure.
func (n *numbers) setUnit(m vitals.Measure, u vitals.Unit) {
	n.units[m] = u
	n.fields[m].SetLabel(n.c.t(words.QuantityName(string(m))) + " (" + u.Symbol() + ")")
}

// unitChoice lets the unit be chosen that stands on the instrument.
func (n *numbers) unitChoice(measure vitals.Measure, units []string) fyne.CanvasObject {
	c := n.c
	var all []fyne.CanvasObject
	options := map[string]*kit.Option{}
	for _, u := range units {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: vitals.Unit(u).Symbol()}, func() {
			n.setUnit(measure, vitals.Unit(u))
			if n.chose != nil {
				n.chose(vitals.Unit(u))
			}
			for each, o := range options {
				o.SetSelected(each == u)
			}
		})
		o.SetSelected(vitals.Unit(u) == n.units[measure])
		options[u] = o
		all = append(all, o)
	}
	return c.row(kit.Space16, append([]fyne.CanvasObject{kit.NewGrow(1, c.plain(c.t(words.BedsideUnit)))}, all...)...)
}

// typed is what stands in the fields.
func (n *numbers) typed() bedside.Typed {
	t := bedside.Typed{Panel: n.panel, Numbers: map[vitals.Measure]string{}, Units: n.units}
	for m, e := range n.inputs {
		t.Numbers[m] = e.Text()
	}
	return t
}

// take returns the values, or says beside the fields what is wrong.
func (n *numbers) take() (vitals.Values, bool) {
	values, problems := n.typed().Check(n.c.desk.Now())
	for m, p := range problems {
		if f, ok := n.fields[m]; ok {
			f.SetProblem(n.c.problemOf(p))
		}
	}
	return values, len(problems) == 0
}

// problemOf says what is wrong with a field.
func (c *Clinic) problemOf(p bedside.Problem) string {
	switch p.Why {
	case bedside.NoNumber:
		return c.t(words.BedsideNoNumber)
	case bedside.OutOfRange:
		return c.t(words.BedsideOutOfRange, words.With("low", c.quantity(p.Low)), words.With("high", c.quantity(p.High)))
	case bedside.NotAbove:
		return c.t(words.BedsideNotAbove)
	}
	return c.t(words.BedsideMissing)
}

// telling is the form for a critical value: who was told, how, and what they
// repeated. The value stands above, to be said; what is heard is typed anew. A
// form that is left half-way, since help was needed, comes back as it was.
type telling struct {
	c        *Clinic
	o        records.Observation
	draft    draft
	to       *kit.Entry
	toField  *kit.Field
	role     *picks
	way      *picks
	said     map[vitals.Measure]*kit.Entry
	identity *kit.Check
	object   fyne.CanvasObject
}

func newTelling(c *Clinic, who *records.Patient, o records.Observation) *telling {
	f := &telling{c: c, o: o, draft: c.drafted("telling|" + string(o.ID)), said: map[vitals.Measure]*kit.Entry{}}
	f.to = kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Limit: 100})
	f.toField = kit.NewField(c.look, c.t(words.TellTo), "", f.to)
	f.to.OnChanged = func(string) { f.toField.SetProblem("") }
	f.draft.keep("to", f.to)
	f.role = f.draft.keepChoice(c, "role", 2, codesOf(records.ToldRoles()), words.ToldRoleName)
	f.way = f.draft.keepChoice(c, "way", 2, codesOf(records.ToldWays()), words.ToldWayName)
	f.identity = kit.NewCheck(c.look, c.t(words.TellIdentity), f.draft["identity"] != "", func(on bool) {
		f.identity.SetBad(false)
		if f.draft["identity"] = ""; on {
			f.draft["identity"] = "yes"
		}
	})
	born, _ := c.born(who)
	facts := []string{born, c.t(words.PanelName(string(o.Panel))), c.when(o.Taken)}
	var fields []fyne.CanvasObject
	for _, m := range o.ReadBack() {
		q, _ := o.Values.Get(m)
		e := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Limit: 12})
		f.draft.keep(string(m), e)
		f.said[m] = e
		fields = append(fields, kit.NewGrow(1, kit.NewField(c.look, c.t(words.QuantityName(string(m)))+" ("+q.Unit.Symbol()+")", "", e)))
	}
	f.object = kit.NewColumn(kit.Space8,
		c.row(kit.Space24, kit.NewGrow(1, c.title(c.t(words.TellTitle))),
			kit.NewText(c.look, c.saying(o), kit.TextStyle{Size: kit.SizeQuestion, Bold: true, Color: kit.ColorHighInk})),
		c.row(kit.Space16, kit.NewText(c.look, desk.NameOf(who), kit.TextStyle{Bold: true}),
			kit.NewGrow(1, kit.NewText(c.look, strings.Join(facts, "  ·  "), kit.TextStyle{Color: kit.ColorInk2}))),
		kit.NewRow(c.look, kit.Space24, kit.CrossTop,
			kit.NewGrow(10, kit.NewColumn(kit.Space8, f.toField, c.strong(c.t(words.TellReadBack)),
				kit.NewText(c.look, c.t(words.TellLead), kit.TextStyle{Color: kit.ColorInk2}),
				kit.NewRow(c.look, kit.Space16, kit.CrossTop, fields...), f.identity)),
			kit.NewGrow(14, kit.NewColumn(kit.Space8, c.strong(c.t(words.TellAs)), f.role.object, c.strong(c.t(words.TellHow)), f.way.object))))
	return f
}

// saying is the value as it is to be said: everything that is to be repeated.
func (c *Clinic) saying(o records.Observation) string {
	text := c.valueOf(o)
	for _, m := range o.ReadBack() {
		if q, ok := o.Values.Get(m); ok && m == vitals.Pulse {
			text += "  ·  " + c.t(words.QuantityPulse) + " " + c.quantity(q)
		}
	}
	return text
}

// take returns what was told, or says what is missing. Whether it is what was
// measured the records say, and nobody else.
func (f *telling) take(said *kit.Text) (records.Telling, bool) {
	c := f.c
	t := records.Telling{
		Observation: f.o.ID, To: strings.TrimSpace(f.to.Text()), Role: records.ToldRole(f.role.chosen), Way: records.ToldWay(f.way.chosen),
		Identified: f.identity.On(),
	}
	missing := t.To == "" || t.Role == "" || t.Way == "" || !t.Identified
	if t.To == "" {
		f.toField.SetProblem(c.t(words.BedsideMissing))
	}
	f.identity.SetBad(!t.Identified)
	switch {
	case t.Role == "":
		said.SetText(c.t(words.TellAs) + " " + c.t(words.BedsideMissing))
	case t.Way == "":
		said.SetText(c.t(words.TellHow) + " " + c.t(words.BedsideMissing))
	}
	for _, m := range f.o.ReadBack() {
		q, _ := f.o.Values.Get(m)
		number, err := bedside.ParseNumber(f.said[m].Text())
		if err != nil {
			said.SetText(c.t(words.TellReadBack) + ": " + c.t(words.BedsideNoNumber))
			missing = true
			continue
		}
		q.Value = number
		t.ReadBack = append(t.ReadBack, vitals.Value{Measure: m, Quantity: q})
	}
	return t, !missing
}
