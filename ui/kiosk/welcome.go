package kiosk

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// welcome is the start screen: one sentence, one huge button, what is attached
// now with its state, and the clock.
type welcome struct {
	still
	standing
	k     *Kiosk
	clock *kit.Text
}

func newWelcome(k *Kiosk, s visit.State) screen {
	w := &welcome{k: k, standing: k.standing(s)}
	w.clock = kit.NewText(k.look, "", kit.TextStyle{Size: kit.SizeLead, Color: kit.ColorInk2, Align: kit.Trailing})
	size := kit.SizeQuestion
	if k.look.Class == kit.Compact {
		size = kit.SizeTitle
	}
	head := kit.NewColumn(kit.Space8, k.text(w.title, size, true), k.quiet(w.lead, kit.SizeLead))
	lower := k.attached(s)
	large := k.look.Text > kit.TextNormal
	notice := k.notice()
	if notice != "" {
		lower = append(lower, k.text(notice, kit.SizeBody, true))
	}
	if k.cfg.Simulated && !(large && notice != "") {
		lower = append(lower, k.quiet(k.t(words.WelcomeSimulated), kit.SizeCaption))
	}
	if large && (k.look.Class == kit.Compact || notice != "") {
		head = kit.NewColumn(0, k.text(w.title, size, true))
	}
	langs := k.languageRow()
	tight := k.look.Class == kit.Compact || large
	if w.works && !tight {
		lower = append([]fyne.CanvasObject{k.quiet(k.t(words.WelcomeAvailable), kit.SizeLead)}, lower...)
	}
	here := kit.NewColumn(kit.Space8, lower...)
	if k.look.Class == kit.Portrait {
		w.object = kit.NewColumn(kit.Space48,
			k.reading(kit.NewColumn(kit.Space48, kit.NewGrow(1, kit.NewDrawing(k.look, w.shows, 120)), head, here)),
			kit.NewGrow(0.3, w.main), kit.NewColumn(kit.Space24, w.beside...), langs, w.clock)
	} else {
		side := []fyne.CanvasObject{kit.NewGrow(2, kit.NewDrawing(k.look, w.shows, 80)), kit.NewGrow(1, w.main)}
		if tight {
			side = []fyne.CanvasObject{kit.NewGrow(1, w.main)}
		}
		side = append(side, w.beside...)
		w.object = kit.NewColumn(k.gap(),
			kit.NewGrow(1, kit.NewRow(k.look, kit.Space48, kit.CrossFill,
				kit.NewGrow(3, kit.NewColumn(0, k.reading(kit.NewColumn(kit.Space8, head, kit.NewSpacer(), here)))),
				kit.NewGrow(2, kit.NewColumn(k.gap(), side...)))),
			kit.NewRow(k.look, kit.Space32, kit.CrossCenter, kit.NewGrow(1, langs), w.clock))
	}
	w.update(s)
	return w
}

// standing is what the start screen says and offers: a start where something can be
// measured, else what still works. It never asks somebody in for nothing.
type standing struct {
	works       bool
	title, lead string
	shows       assets.Picture
	main        fyne.CanvasObject
	beside      []fyne.CanvasObject
}

func (k *Kiosk) standing(s visit.State) standing {
	if slices.ContainsFunc(s.Offers, soon) {
		return standing{
			works: true, title: k.t(words.WelcomeTitle), lead: k.t(words.WelcomeNoName), shows: assets.DrawingPosture,
			main: kit.NewButton(k.look, k.t(words.WelcomeStart), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true},
				k.do(func() error { return k.visit.JustMeasure("") })),
			beside: k.beside(k.secondary(words.WelcomeKeep, assets.IconCard, k.do(k.visit.Begin))),
		}
	}
	out := standing{title: k.t(words.WelcomeOut), lead: k.t(words.ErrorStaff), shows: assets.DrawingOutOfOrder}
	if len(s.Offers) == 0 {
		out.title, out.lead, out.shows = k.t(words.WelcomeNothing), k.t(words.WelcomeAskStaff), assets.DrawingUnplugged
	}
	if k.cfg.Site.Unstaffed {
		out.lead = k.t(words.WelcomeLater)
	}
	out.lead += " " + k.t(words.WelcomeHelpWorks)
	out.main = kit.NewButton(k.look, k.t(words.UrgentHelp), kit.ButtonStyle{Icon: assets.IconHelp}, k.callHelp)
	out.beside = k.beside()
	return out
}

// beside is what else can be done: to have results kept or, while there are no records
// to keep them in, what staff can do about that.
func (k *Kiosk) beside(keep ...fyne.CanvasObject) []fyne.CanvasObject {
	if k.cfg.Mend != nil {
		return []fyne.CanvasObject{k.quietButton(words.DamageRepair, k.cfg.Mend)}
	}
	return keep
}

// soon reports whether a panel can be measured now or in a moment.
func soon(o visit.Offer) bool {
	switch o.Status {
	case visit.OfferReady, visit.OfferDone, visit.OfferBusy, visit.OfferConnecting:
		return true
	case visit.OfferAsleep: // a meter is plugged in after the drop is on the strip
		return o.Panel == vitals.BloodGlucose
	}
	return false
}

// typed takes a card from a scanner that types before anything was touched.
func (w *welcome) typed(r rune) {
	if !w.works || w.k.visit.Begin() != nil {
		return
	}
	w.k.render()
	if next, ok := w.k.screen.(typist); ok {
		next.typed(r)
	}
}

func (w *welcome) update(visit.State) {
	now := time.Now().In(w.k.cfg.Zone)
	w.clock.SetText(w.k.lang.Time(now))
}

// attached shows what can be measured here and now. A touch begins with it.
func (k *Kiosk) attached(s visit.State) []fyne.CanvasObject {
	if len(s.Offers) == 0 {
		return nil
	}
	many := len(s.Offers) > fewOffers || k.large()
	if many && !slices.ContainsFunc(s.Offers, soon) {
		return nil // the title says so
	}
	var tiles []fyne.CanvasObject
	for _, o := range s.Offers {
		var touched func() // nil: it cannot be measured now
		if o.Startable() {
			touched = k.do(func() error { return k.visit.JustMeasure(o.Panel) })
		}
		if many {
			tiles = append(tiles, k.offerTile(o, lowTile, touched))
		} else {
			tiles = append(tiles, kit.NewGrow(1, k.offerTile(o, smallTile, touched)))
		}
	}
	if many {
		return []fyne.CanvasObject{k.attachedGrid(tiles)}
	}
	return []fyne.CanvasObject{kit.NewRow(k.look, kit.Space16, kit.CrossFill, tiles...)}
}

// fewOffers is how many offers stand side by side as tiles.
const fewOffers = 3

// attachedGrid shows many instruments in little room: as low tiles, two in a row, or
// below each other in large letters.
func (k *Kiosk) attachedGrid(tiles []fyne.CanvasObject) fyne.CanvasObject {
	columns := 2
	if k.large() {
		columns = 1
	}
	return k.rows(columns, tiles...)
}

// panelIcon is the icon of the instrument that measures a panel.
func panelIcon(p vitals.Panel) assets.Picture {
	switch p {
	case vitals.Oximetry:
		return assets.IconOximeter
	case vitals.BloodGlucose:
		return assets.IconGlucose
	case vitals.BodyTemperature:
		return assets.IconThermometer
	case vitals.BodyWeight:
		return assets.IconScale
	}
	return assets.IconPressure
}

// panelName and panelHint are the words for a panel.
func (k *Kiosk) panelName(p vitals.Panel) string {
	switch p {
	case vitals.Oximetry:
		return k.t(words.ChooseSpO2)
	case vitals.BloodGlucose:
		return k.t(words.ChooseGlucose)
	case vitals.BodyTemperature:
		return k.t(words.ChooseTemperature)
	case vitals.BodyWeight:
		return k.t(words.ChooseWeight)
	case vitals.BloodPressure:
		return k.t(words.ChooseBP)
	}
	return k.t(words.PanelName(string(p))) // entered by staff
}

func (k *Kiosk) panelHint(p vitals.Panel) string {
	switch p {
	case vitals.Oximetry:
		return k.t(words.ChooseSpO2Hint)
	case vitals.BloodGlucose:
		return k.t(words.ChooseGlucoseHint)
	case vitals.BodyTemperature:
		return k.t(words.ChooseTemperatureHint)
	case vitals.BodyWeight:
		return k.t(words.ChooseWeightHint)
	}
	return k.t(words.ChooseBPHint)
}

// A tileSize is how much room an offer has.
type tileSize int

const (
	smallTile tileSize = iota
	largeTile
	wideTile // as large, but one of many
	lowTile  // one of many that share the start screen
)

// offerTile shows a panel with the state of its instrument.
func (k *Kiosk) offerTile(o visit.Offer, size tileSize, tapped func()) *kit.Tile {
	style := kit.TileStyle{Picture: panelIcon(o.Panel), Title: k.panelName(o.Panel)}
	switch size {
	case largeTile:
		style.Note, style.PictureSize = k.panelHint(o.Panel), k.pictureSize()
	case lowTile:
		style.Wide, style.Tight, style.PictureSize = true, true, 40
	case wideTile:
		style.Wide, style.PictureSize = k.look.Class != kit.Portrait, max(k.pictureSize()/2, 48)
		if k.look.Class == kit.Compact {
			style.PictureSize = 40
		}
	default:
		style.PictureSize = k.pictureSize() / 2
	}
	if k.look.Class == kit.Compact && k.look.Text > kit.TextNormal {
		style.Note = ""
	}
	switch o.Status {
	case visit.OfferReady:
		style.Status, style.Band = k.t(words.ChooseReady), kit.Good
	case visit.OfferDone:
		style.Status, style.Band = k.t(words.ChooseDone), kit.Good
	case visit.OfferBusy:
		style.Status, style.Band = k.t(words.ChooseBusy), kit.Watch
	case visit.OfferConnecting:
		style.Status, style.Band = k.t(words.ChooseStarting), kit.Watch
	case visit.OfferNeedsStaff:
		style.Status, style.Band = k.t(words.ChooseNeedsStaff), kit.Watch
	default:
		style.Status, style.Band = k.t(words.ChooseAbsent), kit.Watch
	}
	return kit.NewTile(k.look, style, tapped)
}

// pictureSize is the side of the picture on a large tile.
func (k *Kiosk) pictureSize() float32 {
	switch k.look.Class {
	case kit.Compact:
		return 64
	case kit.Portrait:
		return 140
	}
	return 160
}
