package kiosk

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// offeredFirst are the languages on the start screen of a place that has not
// said which ones are used there.
var offeredFirst = [...]string{"en", "es", "fr", "ar"}

// languages lists the languages that are offered, those most used here first.
func (k *Kiosk) languages() []words.Lang {
	first := k.cfg.Languages
	if len(first) == 0 {
		first = offeredFirst[:]
	}
	all := k.cfg.Words.Ordered(first...)
	if k.cfg.OnlyLanguages && len(k.cfg.Languages) > 0 {
		return all[:min(len(k.cfg.Languages), len(all))]
	}
	return all
}

// languageRow offers the languages most used here, each in its own name, and
// behind a globe the page with all of them. The one on the screen is always
// among them.
func (k *Kiosk) languageRow() fyne.CanvasObject {
	const shown = len(offeredFirst)
	all := k.languages()
	here := slices.IndexFunc(all, func(l words.Lang) bool { return l.Tag() == k.lang.Tag() })
	if here >= shown {
		all[here], all[shown-1] = all[shown-1], all[here]
	}
	var cells []fyne.CanvasObject
	for _, l := range all[:min(shown, len(all))] {
		cells = append(cells, kit.NewGrow(1, k.languageButton(l, func() { k.visit.SetLanguage(l.Tag()) })))
	}
	if more := len(all) - shown; more > 0 {
		label := kit.Isolate(fmt.Sprintf("+%d", more))
		cells = append(cells, kit.NewButton(k.look, label, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconLanguage, Name: k.t(words.BarLanguage)},
			func() { k.over.showLanguages(k) }))
	}
	if k.look.Class == kit.Portrait || k.look.Text > kit.TextLarge {
		return kit.NewColumn(kit.Space16,
			kit.NewRow(k.look, kit.Space16, kit.CrossFill, cells[:2]...),
			kit.NewRow(k.look, kit.Space16, kit.CrossFill, cells[2:]...))
	}
	return kit.NewRow(k.look, kit.Space16, kit.CrossFill, cells...)
}

// languageButton carries the name of a language; a check mark is on the one
// that is on the screen.
func (k *Kiosk) languageButton(l words.Lang, tapped func()) *kit.Button {
	style := kit.ButtonStyle{Rank: kit.Secondary, Lang: l.Tag()}
	if l.Tag() == k.lang.Tag() {
		style.Icon = assets.IconCheck
	}
	return kit.NewButton(k.look, l.Name(), style, tapped)
}

// pageWidth is wider than any screen: such a dialog takes all there is.
const pageWidth = 1600

// showLanguages opens the page of names, most used first.
func (o *overlay) showLanguages(k *Kiosk) {
	k.visit.Touch()
	columns := 3
	if k.look.Class != kit.Portrait && k.look.Text <= kit.TextLarge {
		columns = 4
		if k.look.Class == kit.Compact { // all in sight
			columns = 5
		}
	}
	var names []fyne.CanvasObject
	for _, l := range k.languages() {
		names = append(names, k.languageButton(l, k.closing(func() { k.visit.SetLanguage(l.Tag()) })))
	}
	var rows []fyne.CanvasObject
	for row := range slices.Chunk(names, columns) {
		cells := make([]fyne.CanvasObject, columns)
		for i := range cells {
			cells[i] = kit.NewSpacer()
			if i < len(row) {
				cells[i] = kit.NewGrow(1, row[i])
			}
		}
		rows = append(rows, kit.NewRow(k.look, kit.Space16, kit.CrossFill, cells...))
	}
	head := kit.NewColumn(0, k.text(k.t(words.LanguageTitle), kit.SizeTitle, true), k.quiet(k.t(words.LanguageHint), kit.SizeLead))
	o.showWide(k, pageWidth, kit.NewColumn(k.gap(), append([]fyne.CanvasObject{head}, rows...)...),
		k.quietButton(words.CommonClose, k.closing(nil)))
	o.public = true
}
