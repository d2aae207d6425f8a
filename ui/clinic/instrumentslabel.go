package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/intended"
	"aidpost/ui/kit"
)

// meant is what an instrument is meant for, and whether it is clean: facts of its
// card, and a warning where nothing is known that should be.
func (p *instrumentsPage) meant(i desk.Instrument) []fyne.CanvasObject {
	c := p.c
	var rows []fyne.CanvasObject
	if v := i.Label.Validation; v != nil {
		if text := c.validation(*v); v.Status == intended.Published {
			rows = append(rows, p.fact(0, words.MeantValidation, text))
		} else {
			rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.MeantValidation)+": "+text))
		}
	}
	if by := i.Label.Sharing.By; by != "" {
		text := c.t(words.SharingName(string(by)))
		if source := i.Label.Sharing.Source; source != "" {
			text += " (" + kit.Isolate(source) + ")"
		}
		rows = append(rows, p.fact(0, words.MeantSharing, text))
	}
	if s := i.Soiling; s != nil {
		rows = append(rows, p.cleaning(i, *s))
	}
	return rows
}

// validation is what is published of a cuff's accuracy.
func (c *Clinic) validation(v intended.Validation) string {
	key := words.MeantNoneFound
	switch v.Status {
	case intended.Published:
		key = words.MeantPublished
	case intended.Sibling:
		key = words.MeantSibling
	case intended.Claimed:
		key = words.MeantClaimed
	}
	return c.t(key, words.With("model", kit.Isolate(v.Of)), words.With("protocol", kit.Isolate(v.Protocol)), words.With("source", kit.Isolate(v.Source)))
}

// cleaning says whether an instrument is clean; if it is not, how it is cleaned,
// with a button for whoever has done so.
func (p *instrumentsPage) cleaning(i desk.Instrument, s desk.Soiling) fyne.CanvasObject {
	c := p.c
	if !s.Waits {
		return p.fact(0, words.MeantCleaning, c.t(words.MeantClean))
	}
	when := ""
	if !s.Since.IsZero() {
		when = c.lang.DateTime(s.Since.In(c.desk.Zone()))
	}
	text := kit.NewGrow(1, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.MeantSoiled, words.With("time", when))+". "+c.howToClean(s.Rule)))
	if !c.desk.MayClean(i) {
		return kit.NewRow(c.look, 0, kit.CrossCenter, text)
	}
	done := kit.NewButton(c.look, c.t(words.MeantCleanButton), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.Cleaned(i) })
	return kit.NewRow(c.look, kit.Space16, kit.CrossCenter, text, done)
}
