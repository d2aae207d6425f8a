package clinic

import (
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// visitPicker chooses one of the visits of a person.
type visitPicker struct {
	c      *Clinic
	row    *fyne.Container
	shown  string
	object fyne.CanvasObject
}

func newVisitPicker(c *Clinic) *visitPicker {
	v := &visitPicker{c: c, row: container.NewStack()}
	v.object = kit.NewColumn(4, c.caption(words.PapersWhichVisit), v.row)
	return v
}

// show shows the visit that is chosen, between a way to older ones and one to
// newer ones.
func (v *visitPicker) show(s desk.Papers) {
	c := v.c
	key := fmt.Sprint(s.Visit, len(s.Visits))
	if key == v.shown {
		return
	}
	v.shown = key
	at := 0
	for i, e := range s.Visits {
		if e.ID == s.Visit {
			at = i
		}
	}
	text := c.t(words.PapersNoReading)
	step := func(icon assets.Picture, to int) *kit.Button {
		b := c.turn(icon, func() { c.desk.ChooseVisit(s.Visits[to].ID) })
		if to < 0 || to >= len(s.Visits) {
			b.Disable()
		}
		return b
	}
	if len(s.Visits) > 0 {
		text = c.when(s.Visits[at].Started)
	}
	v.row.Objects = []fyne.CanvasObject{kit.NewRow(c.look, kit.Space8, kit.CrossCenter,
		step(assets.IconBack, at+1), kit.NewGrow(1, kit.NewText(c.look, text, kit.TextStyle{Bold: true, Align: kit.Center})), step(assets.IconNext, at-1))}
	v.row.Refresh()
}

// letterDays are the times within which somebody should be seen; zero leaves a
// line to write on.
var letterDays = []int{1, 3, 7, 30, 0}

// letter is what whoever refers somebody writes. It is drawn whenever a field is
// done, and what was typed waits while another page is open.
func (p *papers) letter(s desk.Papers) fyne.CanvasObject {
	c := p.c
	d := c.drafted("letter|" + string(s.Patient))
	now := func() desk.Letter {
		days, _ := strconv.Atoi(d["days"])
		return desk.Letter{To: d["to"], Reason: d["reason"], Done: d["done"], Days: days}
	}
	var entries []*kit.Entry
	var fields []fyne.CanvasObject
	for _, f := range []struct {
		name  string
		label words.Key
		limit int
	}{{"to", words.PapersTo, 120}, {"reason", words.PapersReason, 300}, {"done", words.PapersDone, 300}} {
		e := c.noteEntry(f.limit)
		e.OnChanged = func(string) { c.desk.WriteLetter(now()) }
		d.keep(f.name, e)
		e.OnFocused = c.desk.ShowLetter
		entries = append(entries, e)
		fields = append(fields, kit.NewField(c.look, c.t(f.label), "", e).Slim())
	}
	for i, e := range entries {
		e.OnSubmitted = func(string) {
			c.desk.ShowLetter()
			if i+1 < len(entries) {
				c.focus(entries[i+1])
			}
		}
	}
	options := map[int]*kit.Option{}
	var days []fyne.CanvasObject
	for _, n := range letterDays {
		label := c.lang.N(words.PapersWithin, n)
		if n == 0 {
			label = c.t(words.PapersWithinOpen)
		}
		options[n] = kit.NewOption(c.look, kit.OptionStyle{Label: label}, func() {
			d["days"] = strconv.Itoa(n)
			for each, o := range options {
				o.SetSelected(each == n)
			}
			c.desk.WriteLetter(now())
			c.desk.ShowLetter()
		})
		options[n].SetSelected(n == now().Days)
		days = append(days, kit.NewGrow(1, options[n]))
	}
	if was := now(); was != s.Letter {
		c.desk.WriteLetter(was)
		c.desk.ShowLetter()
	}
	return kit.NewColumn(kit.Space8, append(fields, c.caption(words.PapersUntil), c.rowsOf(2, days))...)
}
