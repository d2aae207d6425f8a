package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// page is the usual screen: a thing to look at, a sentence or two, and what to
// do. In landscape the thing has the larger part and the words and the buttons
// stand beside it, the main button at the bottom; on a small panel the buttons
// have a row of their own; in portrait all that is touched is in the lower
// part, within reach from a chair.
type page struct {
	title   string
	lead    string
	thing   fyne.CanvasObject   // may be nil
	more    []fyne.CanvasObject // under the lead
	actions []fyne.CanvasObject // the main one first
	tall    bool                // the thing is text that may outgrow its place when it is large
	long    bool                // and may, upright, in letters of any size
	private bool                // the thing is a result
	// aside shows without words what the person does meanwhile, where there is room
	// for it under the words or, upright, over the thing.
	aside assets.Picture
}

// lay builds the page.
func (k *Kiosk) lay(p page) fyne.CanvasObject {
	text := []fyne.CanvasObject{k.text(p.title, kit.SizeTitle, true)}
	if p.lead != "" {
		text = append(text, k.quiet(p.lead, kit.SizeLead))
	}
	text = append(text, p.more...)
	scrolls := k.look.Class != kit.Portrait || p.long && k.look.Text <= kit.TextNormal // else all of it does
	if card, ok := p.thing.(*kit.Card); ok && p.tall && scrolls {
		p.thing = kit.NewPager(k.look, card)
	}
	if p.private {
		p.thing = k.covered(p.thing)
		k.keepSecret(p.thing)
	}
	switch {
	case k.look.Class == kit.Portrait:
		return k.layPortrait(p, text)
	case k.look.Class == kit.Compact, k.large():
		return k.layCompact(p, text)
	}
	side := []fyne.CanvasObject{k.reading(kit.NewColumn(k.gap(), text...))}
	if p.aside != (assets.Picture{}) && kit.HeightFor(kit.NewColumn(k.gap(), text...), (k.width-2*k.look.Margin()-kit.Space48)*2/5) < asideBelow {
		side = []fyne.CanvasObject{kit.NewColumn(k.gap(), text...), kit.NewGrow(1, kit.NewDrawing(k.look, p.aside, 120))}
	}
	side = append(side, reversed(p.actions)...)
	if p.thing == nil {
		return kit.NewColumn(kit.Space24, side...)
	}
	return kit.NewRow(k.look, kit.Space48, kit.CrossFill,
		kit.NewGrow(3, p.thing), kit.NewGrow(2, kit.NewColumn(k.gap(), side...))).ReadLast()
}

// asideBelow is how high words are, at most, that leave room for a picture.
const (
	asideBelow        = 280
	asideBelowCompact = 230
)

func (k *Kiosk) layPortrait(p page, text []fyne.CanvasObject) fyne.CanvasObject {
	upper := []fyne.CanvasObject{kit.NewSpacer()}
	if p.thing != nil {
		upper[0] = kit.NewGrow(1, p.thing)
	}
	if p.aside != (assets.Picture{}) && k.look.Text <= kit.TextNormal { // larger words need the room
		upper = append([]fyne.CanvasObject{kit.NewGrow(1, kit.NewDrawing(k.look, p.aside, 200))}, upper...)
	}
	said := kit.NewColumn(kit.Space24, text...)
	if k.look.Text > kit.TextNormal {
		upper = []fyne.CanvasObject{k.reading(kit.NewColumn(kit.Space32, append(upper, said)...))}
	} else {
		upper = append(upper, said)
	}
	if p.long || k.large() { // all the height there is
		return kit.NewColumn(kit.Space48,
			kit.NewGrow(1, kit.NewColumn(kit.Space32, upper...)), kit.NewColumn(kit.Space24, reversed(p.actions)...))
	}
	lower := append(reversed(p.actions), kit.NewSpacer())
	return kit.NewColumn(kit.Space48,
		kit.NewGrow(3, kit.NewColumn(kit.Space32, upper...)),
		kit.NewGrow(1, kit.NewColumn(kit.Space24, lower...)))
}

func (k *Kiosk) layCompact(p page, text []fyne.CanvasObject) fyne.CanvasObject {
	said := kit.NewColumn(kit.Space8, text...)
	var body fyne.CanvasObject = k.reading(said)
	if p.aside != (assets.Picture{}) && !k.large() && kit.HeightFor(said, (k.width-2*k.look.Margin()-kit.Space24)*2/5) < asideBelowCompact {
		body = kit.NewGrow(1, kit.NewColumn(kit.Space8, said, kit.NewGrow(1, kit.NewDrawing(k.look, p.aside, 64))))
	}
	if p.thing != nil {
		thing, said := float32(3), float32(2)
		if k.large() && !p.tall {
			thing, said = said, thing // a picture says the same at any size
		}
		body = kit.NewGrow(1, kit.NewRow(k.look, kit.Space24, kit.CrossFill, kit.NewGrow(thing, p.thing), kit.NewGrow(said, kit.NewColumn(0, body))).ReadLast())
	}
	if len(p.actions) == 0 {
		return body
	}
	gap := kit.Space16
	if k.large() {
		gap = kit.Space8
	}
	return kit.NewColumn(gap, body, kit.NewActions(k.look, kit.Space16, reversed(p.actions)...))
}

// large reports that the words are so large that a screen has another layout
// for them: fewer things side by side, and what does not fit can be dragged.
func (k *Kiosk) large() bool { return k.look.Text > kit.TextLarge }

// reading is text that takes the room there is. Where it is taller than that,
// in a long language or large type, it can be dragged with a finger or turned with a
// touch, so that no word is lost and the buttons stay.
func (k *Kiosk) reading(text fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewGrow(1, kit.NewPager(k.look, text))
}

// gap is the space between the words and buttons of a side column.
func (k *Kiosk) gap() float32 {
	if k.look.Class == kit.Compact {
		return kit.Space16
	}
	return kit.Space24
}

// reversed puts the main action last, at the bottom.
func reversed(objects []fyne.CanvasObject) []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(objects))
	for i := len(objects) - 1; i >= 0; i-- {
		out = append(out, objects[i])
	}
	return out
}

// asking lays out a question with its answers below it, across the screen.
func (k *Kiosk) asking(title, lead string, middle fyne.CanvasObject, answers ...fyne.CanvasObject) fyne.CanvasObject {
	head := []fyne.CanvasObject{k.headline(title)}
	if lead != "" {
		head = append(head, k.quiet(lead, kit.SizeLead))
	}
	asked := []fyne.CanvasObject{kit.NewColumn(kit.Space8, head...), kit.NewSpacer()}
	if middle != nil {
		asked[1] = kit.NewGrow(1, middle)
	}
	rows := []fyne.CanvasObject{k.reading(kit.NewColumn(k.gap(), asked...))}
	if len(answers) > 0 {
		rows = append(rows, k.sideBySide(answers...))
	}
	if k.look.Class == kit.Portrait && !k.large() {
		rows = append(rows, kit.NewGrow(0.2, kit.NewColumn(0)))
	}
	return kit.NewColumn(k.gap(), rows...)
}

// sideBySide puts answers in a row of equal parts, or below one another where
// the screen is upright.
func (k *Kiosk) sideBySide(objects ...fyne.CanvasObject) fyne.CanvasObject {
	if k.look.Class == kit.Portrait {
		return kit.NewColumn(kit.Space24, objects...)
	}
	cells := make([]fyne.CanvasObject, len(objects))
	for i, o := range objects {
		cells[i] = kit.NewGrow(1, o)
	}
	return kit.NewRow(k.look, kit.Space24, kit.CrossFill, cells...)
}

// choices lays tiles side by side, or below one another where the screen is
// upright or the words are large.
func (k *Kiosk) choices(tiles ...fyne.CanvasObject) fyne.CanvasObject {
	if !k.large() {
		return k.sideBySide(tiles...)
	}
	return kit.NewColumn(kit.Space16, tiles...)
}

// grid puts objects in rows of n equal cells that share the height.
func (k *Kiosk) grid(n int, objects ...fyne.CanvasObject) fyne.CanvasObject {
	rows := k.cells(n, objects...)
	for i, r := range rows {
		rows[i] = kit.NewGrow(1, r)
	}
	return kit.NewColumn(k.gap(), rows...)
}

// rows is a grid as low as may be.
func (k *Kiosk) rows(n int, objects ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewColumn(kit.Space8, k.cells(n, objects...)...)
}

// cells are the rows of a grid.
func (k *Kiosk) cells(n int, objects ...fyne.CanvasObject) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for len(objects) > 0 {
		cells := make([]fyne.CanvasObject, 0, n)
		for i := range n {
			if i < len(objects) {
				cells = append(cells, kit.NewGrow(1, objects[i]))
			} else {
				cells = append(cells, kit.NewSpacer())
			}
		}
		rows = append(rows, kit.NewRow(k.look, k.gap(), kit.CrossFill, cells...))
		objects = objects[min(n, len(objects)):]
	}
	return rows
}

// headline is the question of a screen, smaller where it would take two lines from
// the answers and there is little room: on a small panel, or with large letters.
func (k *Kiosk) headline(s string) *kit.Text {
	large := k.text(s, kit.SizeQuestion, true)
	tight := k.look.Class == kit.Compact || k.look.Class == kit.Landscape && k.large()
	if tight && large.PreferredWidth() > k.width-2*k.look.Margin()-kit.Space24 { // less a scroll bar
		return k.text(s, kit.SizeTitle, true)
	}
	return large
}

func (k *Kiosk) text(s string, size fyne.ThemeSizeName, bold bool) *kit.Text {
	return kit.NewText(k.look, s, kit.TextStyle{Size: size, Bold: bold})
}

func (k *Kiosk) quiet(s string, size fyne.ThemeSizeName) *kit.Text {
	return kit.NewText(k.look, s, kit.TextStyle{Size: size, Color: kit.ColorInk2})
}

// primary is the one next step of a screen.
func (k *Kiosk) primary(key words.Key, tapped func()) *kit.Button {
	return kit.NewButton(k.look, k.t(key), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, tapped)
}

func (k *Kiosk) secondary(key words.Key, icon assets.Picture, tapped func()) *kit.Button {
	return kit.NewButton(k.look, k.t(key), kit.ButtonStyle{Rank: kit.Secondary, Icon: icon}, tapped)
}

func (k *Kiosk) quietButton(key words.Key, tapped func()) *kit.Button {
	return kit.NewButton(k.look, k.t(key), kit.ButtonStyle{Rank: kit.Quiet}, tapped)
}

func (k *Kiosk) urgentButton(key words.Key, icon assets.Picture, tapped func()) *kit.Button {
	return kit.NewButton(k.look, k.t(key), kit.ButtonStyle{Rank: kit.Urgent, Icon: icon, Tall: true}, tapped)
}

// picture shows a drawing on a card, as large as there is room.
func (k *Kiosk) picture(p assets.Picture) fyne.CanvasObject {
	return kit.NewCard(k.look, k.gap(), kit.NewDrawing(k.look, p, 120))
}
