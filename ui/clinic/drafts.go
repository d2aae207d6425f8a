package clinic

import (
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// A draft is what was typed and chosen in a form that was left before it was
// done, by field.
type draft map[string]string

// drafted returns the draft of a form, which is empty at first. Drafts wait for
// whoever made them, as long as the program runs: nothing typed is lost.
func (c *Clinic) drafted(form string) draft {
	key := c.draftKey(form)
	if c.drafts[key] == nil {
		c.drafts[key] = draft{}
	}
	return c.drafts[key]
}

// draftKey names the draft of a form of whoever is signed in.
func (c *Clinic) draftKey(form string) string { return string(c.desk.State().Who.ID) + "|" + form }

// keep shows in an entry what was typed before, and keeps what is typed from
// now on. Other changes of the entry go on being told.
func (d draft) keep(field string, e *kit.Entry) {
	if was := d[field]; was != "" {
		e.SetText(was)
	}
	told := e.OnChanged
	e.OnChanged = func(text string) {
		d[field] = text
		if told != nil {
			told(text)
		}
	}
}

// keepDate is keep for a date, with what is in it if nothing was typed before.
func (d draft) keepDate(field string, e *kit.DateEntry, usual desk.Day) {
	if was := strings.Split(d[field], "-"); len(was) == 3 {
		usual = desk.Day{Year: was[0], Month: was[1], Day: was[2]}
	}
	e.SetParts(usual.Year, usual.Month, usual.Day)
	e.OnChanged = func(int, int, int, bool) {
		year, month, day := e.Segments()
		d[field] = year + "-" + month + "-" + day
	}
}

// keepCheck returns a box that is kept ticked.
func (d draft) keepCheck(c *Clinic, field, label string) *kit.Check {
	return kit.NewCheck(c.look, label, d[field] != "", func(on bool) {
		d[field] = ""
		if on {
			d[field] = "on"
		}
	})
}

// keepInto returns one of several codes that is kept, and written into a variable.
func (d draft) keepInto(c *Clinic, field string, into *string, codes []string, name func(string) words.Key) *picks {
	*into = d[field]
	return c.pick(codes, name, d[field], func(code string) { d[field], *into = code, code })
}

// keepChoice returns one of several codes, as pick does, that is kept.
func (d draft) keepChoice(c *Clinic, field string, most int, codes []string, name func(string) words.Key) *picks {
	return c.picking(most, codes, name, d[field], func(code string) { d[field] = code })
}

// toWrong puts the focus into the first field of which something is said to be wrong,
// and so brings it into sight.
func (c *Clinic) toWrong(fields ...*kit.Field) {
	for _, f := range fields {
		if f == nil || f.Problem() == "" {
			continue
		}
		switch input := f.Input().(type) {
		case focuser: // several things, of which one is missing
			c.focus(input.first())
		case fyne.Focusable:
			c.focus(input)
		}
		return
	}
}
