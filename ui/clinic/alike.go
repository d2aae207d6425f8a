package clinic

import (
	"fmt"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/people"
	"aidpost/ui/kit"
)

// list shows who in the records may be the person that is being typed.
func (r *register) list(reg desk.Register) {
	key := fmt.Sprint(reg.Draft.Tellable(r.c.desk.Now()))
	for _, a := range reg.Alike {
		key += fmt.Sprint(a.Patient.ID, a.Why, reg.Compared[a.Patient.ID])
	}
	if key == r.listed {
		return
	}
	r.listed = key
	c := r.c
	title, note := c.t(words.RegisterAlikeTitle), ""
	if len(reg.Alike) == 0 {
		title, note = "", c.t(words.RegisterAlikeHow)
		if reg.Draft.Tellable(c.desk.Now()) {
			note = c.t(words.RegisterAlikeNone)
		}
	}
	var rows []fyne.CanvasObject
	if title != "" {
		rows = append(rows, kit.NewText(c.look, title, kit.TextStyle{Size: kit.SizeLead, Bold: true}))
	} else {
		rows = append(rows, kit.NewText(c.look, note, kit.TextStyle{Color: kit.ColorInk2}))
	}
	for _, a := range reg.Alike {
		rows = append(rows, r.tile(a, reg.Compared[a.Patient.ID]))
	}
	r.alike.Objects = []fyne.CanvasObject{kit.NewScroll(kit.NewInset(6, kit.Space8, kit.NewColumn(kit.Space16, rows...)))}
	r.alike.Refresh()
}

func (r *register) tile(a records.Duplicate, compared bool) fyne.CanvasObject {
	c := r.c
	born, age := c.born(a.Patient)
	if age != "" {
		born += " · " + age
	}
	style := kit.TileStyle{Title: desk.NameOf(a.Patient), Note: born, Status: c.t(whyWords(a.Why)), Band: kit.Watch, Wide: true}
	if compared {
		style.Status, style.Band = c.t(words.RegisterNotSame), kit.Good
	}
	return kit.NewTile(c.look, style, func() { c.desk.Compare(a.Patient.ID) })
}

func whyWords(why people.Likeness) words.Key {
	switch why {
	case people.SameNumber:
		return words.RegisterSameNumber
	case people.SameNameBirth:
		return words.RegisterSameNameBirth
	case people.SameName:
		return words.RegisterSameName
	case people.NearName:
		return words.RegisterNearName
	}
	return words.RegisterNearBirth
}

// compare shows two people side by side, or takes that away.
func (r *register) compare(reg desk.Register) {
	c := r.c
	if reg.Beside == nil {
		c.dropDialog()
		return
	}
	known := reg.Beside.Patient
	rows := []fyne.CanvasObject{
		c.title(c.t(words.RegisterCompareTitle)),
		kit.NewText(c.look, c.t(words.RegisterCompareLead), kit.TextStyle{Color: kit.ColorInk2}),
		r.line(comparison{"", c.t(words.RegisterCompareNew), c.t(words.RegisterCompareKnown)}, true),
	}
	typed := reg.Draft.Person(c.desk.Now())
	for _, l := range c.sideBySide(typed, known) {
		rows = append(rows, kit.NewHairline(c.look), r.line(l, false))
	}
	rows = append(rows, kit.NewHairline(c.look),
		r.line(comparison{c.t(words.RegisterCompareSince), "", c.lang.Date(known.Created.In(c.desk.Zone()))}, false))
	other := kit.NewButton(c.look, c.t(words.RegisterNotSame), kit.ButtonStyle{Rank: kit.Secondary}, c.desk.NotTheSame)
	same := kit.NewButton(c.look, c.t(words.RegisterOpenThis), kit.ButtonStyle{}, func() { c.desk.OpenInstead(known) })
	c.showDialog(kit.NewOverlay(c.look, 820, kit.NewColumn(kit.Space8, rows...), other, same), c.desk.StopComparing)
	c.canvas.Focus(same)
}

// A comparison is one thing of two people.
type comparison struct{ name, typed, known string }

// differs reports whether the two say something and not the same. What only one
// of them says does not tell people apart.
func (l comparison) differs() bool { return l.typed != "" && l.known != "" && l.typed != l.known }

// sideBySide is what two people may differ in.
func (c *Clinic) sideBySide(typed, known *records.Patient) []comparison {
	born := func(p *records.Patient) string {
		date, age := c.born(p)
		if age != "" {
			date += " · " + age
		}
		return date
	}
	card := func(p *records.Patient, phone bool) string {
		for _, id := range p.Identifiers {
			if (id.System == records.PhoneSystem) == phone {
				return kit.Isolate(id.Value)
			}
		}
		return ""
	}
	return []comparison{
		{c.t(words.RegisterGiven), typed.Given, known.Given},
		{c.t(words.RegisterFamily), typed.Family, known.Family},
		{c.t(words.RegisterBirth), born(typed), born(known)},
		{c.t(words.RegisterSex), c.sexName(typed.Sex), c.sexName(known.Sex)},
		{c.t(words.RegisterCard), card(typed, false), card(known, false)},
		{c.t(words.RegisterPhone), card(typed, true), card(known, true)},
	}
}

func (c *Clinic) sexName(s records.Sex) string {
	key, ok := map[records.Sex]words.Key{
		records.Female: words.RegisterFemale, records.Male: words.RegisterMale,
		records.OtherSex: words.RegisterOther, records.UnknownSex: words.RegisterUnsaid,
	}[s]
	if !ok {
		return ""
	}
	return c.t(key)
}

// line is one row of the comparison; the head is bold. What differs is marked by
// a shape and a word.
func (r *register) line(l comparison, head bool) fyne.CanvasObject {
	c := r.c
	ink := kit.ColorInk
	if head {
		ink = kit.ColorInk2
	}
	cell := func(text string) fyne.CanvasObject {
		if text == "" {
			text = "–"
		}
		return kit.NewGrow(1, kit.NewText(c.look, text, kit.TextStyle{Color: ink, Bold: head}))
	}
	mark := fyne.CanvasObject(kit.NewSpacer())
	if !head && l.differs() {
		mark = kit.NewBadge(c.look, kit.Watch, c.t(words.RegisterCompareDiffers), kit.SizeCaption)
	}
	return kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
		kit.NewSized(140, kit.NewText(c.look, l.name, kit.TextStyle{Color: kit.ColorInk2})),
		cell(l.typed), cell(l.known), kit.NewSized(110, mark))
}
