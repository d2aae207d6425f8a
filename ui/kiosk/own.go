package kiosk

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/memory"
	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// ownKind is how a kind of instrument that people bring is shown.
func ownKind(kind memory.Kind) (assets.Picture, words.Key) {
	switch kind {
	case memory.Oximeter:
		return assets.DrawingFingerClip, words.OwnOximeter
	case memory.Cuff:
		return assets.DrawingCuff, words.OwnCuff
	}
	return assets.DrawingStripMeter, words.OwnMeter
}

// newOwnKind asks what was brought, by pictures.
func newOwnKind(k *Kiosk) screen {
	var tiles []fyne.CanvasObject
	for _, kind := range memory.Kinds() {
		picture, name := ownKind(kind)
		style := kit.TileStyle{Picture: picture, Title: k.t(name), PictureSize: k.pictureSize()}
		if k.look.Class == kit.Compact || k.large() {
			style.PictureSize = 72
		}
		tiles = append(tiles, kit.NewTile(k.look, style, k.do(func() error { return k.visit.ChooseOwn(kind) })))
	}
	asked := []fyne.CanvasObject{k.text(k.t(words.OwnKind), kit.SizeQuestion, true), kit.NewGrow(1, k.choices(tiles...))}
	if k.look.Class == kit.Portrait { // lower, in reach from a chair
		asked = []fyne.CanvasObject{asked[0], kit.NewGrow(1, kit.NewColumn(0)), kit.NewGrow(2, k.choices(tiles...))}
	}
	rows := []fyne.CanvasObject{
		k.reading(kit.NewColumn(k.gap(), asked...)),
		kit.NewRow(k.look, kit.Space16, kit.CrossCenter, k.quietButton(words.CommonBack, k.do(k.visit.Back)), kit.NewSpacer()),
	}
	return still{kit.NewColumn(kit.Space24, rows...)}
}

// ownTrouble is what is said when a person's own instrument is not read.
func ownTrouble(code instruments.FaultCode) (picture assets.Picture, title, remedy words.Key) {
	switch code {
	case "":
		return assets.DrawingMeterCable, words.OwnPlug, words.OwnPlugHow
	case visit.NotSeen:
		return assets.DrawingUnplugged, words.OwnNotSeen, words.OwnNotSeenRemedy
	case instruments.NoAnswer:
		return assets.DrawingSilent, words.OwnSilent, words.OwnSilentRemedy
	case instruments.Garbled, instruments.WrongModel:
		return assets.DrawingOutOfOrder, words.OwnUnreadable, words.OwnUnreadableRemedy
	case visit.PlugAgain:
		return assets.DrawingMeterCable, words.OwnAgain, words.OwnAgainRemedy
	case visit.NotYours:
		return assets.DrawingCardScan, words.OwnNotYours, words.OwnNotYoursRemedy
	case instruments.NoNewResult:
		return assets.DrawingNoNewResult, words.OwnEmpty, words.OwnEmptyRemedy
	case instruments.Stopped, instruments.Unplugged:
		return assets.DrawingUnplugged, words.OwnPlug, words.OwnPlugHow
	}
	return faultPicture(code), words.FaultTitle(string(code)), words.FaultRemedy(string(code))
}

// newOwnPlug waits for the instrument, or says why it is not read.
func newOwnPlug(k *Kiosk, s visit.State) screen {
	picture, title, remedy := ownTrouble(s.Own.Trouble)
	if s.Own.Trouble == "" && s.Own.Kind == memory.Oximeter {
		picture = assets.DrawingUnplugged
	}
	film := newFilm(k)
	film.object = k.lay(page{
		title: k.t(title), lead: k.t(remedy),
		thing: kit.NewCard(k.look, k.gap(), film.add(kit.NewDrawing(k.look, picture, 120))),
		actions: []fyne.CanvasObject{
			k.secondary(words.FaultCallStaff, assets.IconHelp, k.callHelp),
			k.quietButton(words.CommonBack, k.do(k.visit.Back)), film.hold,
		},
	})
	film.show()
	return film
}

// ownReading shows how far the memory is read.
type ownReading struct {
	still
	k     *Kiosk
	ring  *kit.CountRing
	count *kit.Text
}

func newOwnReading(k *Kiosk, s visit.State) screen {
	o := &ownReading{k: k, ring: k.ring(""), count: k.quiet("", kit.SizeLead)}
	o.object = k.lay(page{
		title: k.t(words.OwnReading), lead: k.t(words.OwnReadingWhy), more: []fyne.CanvasObject{o.count},
		thing: kit.NewMiddle(o.ring), aside: assets.DrawingMeterCable,
		actions: []fyne.CanvasObject{k.urgentButton(words.MeasureStop, assets.IconClose, k.do(k.visit.Stop))},
	})
	o.update(s)
	return o
}

func (o *ownReading) update(s visit.State) {
	share, said := 0.0, ""
	if s.Own.Total > 0 {
		share = min(float64(s.Own.Done)/float64(s.Own.Total), 1)
		said = strconv.Itoa(int(share*100+0.5)) + " %"
	}
	o.ring.Set(share, said)
	if s.Own.Done > 0 {
		o.k.say(o.count, o.k.lang.N(words.MeasureGlucoseCount, s.Own.Done))
	}
}

// newOwnClock asks what is done about a clock that is off. Nothing is set on the
// instrument.
func newOwnClock(k *Kiosk, s visit.State) screen {
	key := words.OwnClockAhead
	if s.Own.Drift < 0 {
		key = words.OwnClockBehind
	}
	choice := func(label words.Key, c memory.ClockChoice, style kit.ButtonStyle) fyne.CanvasObject {
		return kit.NewButton(k.look, k.t(label), style, k.do(func() error { return k.visit.OwnTimes(c) }))
	}
	return still{k.lay(page{
		title: k.t(key, words.With("time", k.span(s.Own.Drift.Abs()))), lead: k.t(words.OwnClockWhy),
		thing: k.picture(assets.DrawingWrongClock),
		actions: []fyne.CanvasObject{
			choice(words.OwnClockShift, memory.ShiftTimes, kit.ButtonStyle{Icon: assets.IconCheck}),
			choice(words.OwnClockKeep, memory.KeepTimes, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconClose}),
			k.quietButton(words.CommonBack, k.do(k.visit.Back)),
		},
	})}
}

// span is a length of time in its two largest units.
func (k *Kiosk) span(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		days := int(d / (24 * time.Hour))
		text := k.lang.N(words.TimeDays, days)
		if rest := (d % (24 * time.Hour)).Truncate(time.Hour); rest > 0 {
			text += " " + k.lang.Duration(rest)
		}
		return text
	case d >= time.Minute:
		d = d.Truncate(time.Minute)
	}
	return k.lang.Duration(d)
}

// steps of the beginning of a recording, by one touch.
const (
	coarse = time.Hour
	fine   = 10 * time.Minute
)

// ownBegan asks when a recording began.
type ownBegan struct {
	still
	k    *Kiosk
	when *kit.Text
}

func newOwnBegan(k *Kiosk, s visit.State) screen {
	o := &ownBegan{k: k, when: kit.NewText(k.look, "", kit.TextStyle{Size: kit.SizeQuestion, Bold: true, Align: kit.Center})}
	move := func(label words.Key, by time.Duration) fyne.CanvasObject {
		style := kit.ButtonStyle{Rank: kit.Secondary}
		switch {
		case k.large(): // the words need the room
		case by < 0:
			style.Icon = assets.IconBack
		default:
			style.Icon, style.IconLast = assets.IconNext, true
		}
		return kit.NewButton(k.look, k.t(label, words.With("time", k.lang.Duration(by.Abs()))), style,
			k.do(func() error { return k.visit.MoveOwn(by) }))
	}
	steps := k.grid(2, move(words.OwnEarlier, -coarse), move(words.OwnLater, coarse), move(words.OwnEarlier, -fine), move(words.OwnLater, fine))
	o.object = k.asking(k.t(words.OwnBegan), k.t(words.OwnBeganLength, words.With("time", k.span(s.Own.Night.Length))),
		kit.NewColumn(k.gap(), o.when, kit.NewGrow(1, steps)),
		kit.NewButton(k.look, k.t(words.OwnBeganUnknown), kit.ButtonStyle{Rank: kit.Secondary, Picture: assets.DrawingNotKnown}, k.do(func() error { return k.visit.OwnBeganThen(false) })),
		kit.NewButton(k.look, k.t(words.OwnBeganRight), kit.ButtonStyle{Icon: assets.IconCheck}, k.do(func() error { return k.visit.OwnBeganThen(true) })))
	o.update(s)
	return o
}

func (o *ownBegan) update(s visit.State) { o.k.say(o.when, o.k.moment(s.Own.Began)) }

// moment is a day and a time of day.
func (k *Kiosk) moment(at time.Time) string {
	at = at.In(k.cfg.Zone)
	return k.lang.Date(at) + ", " + k.lang.Time(at)
}

// newOwnDone shows what was in the instrument, and asks whether it is kept.
func newOwnDone(k *Kiosk, s visit.State) screen {
	keep := kit.NewButton(k.look, k.t(words.OwnKeep), kit.ButtonStyle{Icon: assets.IconCheck}, k.do(func() error { return k.visit.TakeOwn(true) }))
	show := k.secondary(words.OwnShow, assets.IconPrint, k.do(func() error { return k.visit.TakeOwn(false) }))
	actions := []fyne.CanvasObject{keep, show}
	if !s.MayKeepOwn() {
		actions = []fyne.CanvasObject{kit.NewButton(k.look, k.t(words.OwnShow), kit.ButtonStyle{Icon: assets.IconPrint}, k.do(func() error { return k.visit.TakeOwn(false) }))}
	}
	actions = append(actions, k.quietButton(words.OwnRemove, k.do(k.visit.RemoveOwn)))
	var more []fyne.CanvasObject
	if s.Own.Serious {
		more = []fyne.CanvasObject{k.text(k.t(words.OwnSerious), kit.SizeLead, true)}
	}
	return still{k.lay(page{
		title: k.t(words.OwnDone), lead: k.t(words.OwnNotKept), more: more, thing: k.ownCard(s.Own), tall: k.large() || k.look.Class == kit.Compact, private: true, actions: actions,
	})}
}

// ownCard lists what was read.
func (k *Kiosk) ownCard(o visit.OwnState) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	row := func(label, value string) {
		if len(rows) > 0 {
			rows = append(rows, kit.NewHairline(k.look))
		}
		name, said := k.quiet(label, kit.SizeLead), kit.NewText(k.look, value, kit.TextStyle{Size: kit.SizeLead, Bold: true})
		if k.large() {
			rows = append(rows, kit.NewColumn(0, name, said))
			return
		}
		rows = append(rows, kit.NewRow(k.look, kit.Space24, kit.CrossCenter, kit.NewGrow(1, name), said))
	}
	count := func(label words.Key, n int) {
		if n > 0 {
			row(k.t(label), k.lang.Number(strconv.Itoa(n)))
		}
	}
	row(k.t(words.OwnNew), k.lang.Number(strconv.Itoa(o.New)))
	count(words.OwnKnown, o.Known)
	count(words.OwnControls, o.Controls)
	count(words.OwnUnread, o.Unread)
	if sum := o.Summary; sum.Count > 0 {
		row(k.t(words.OwnNewest), kit.Isolate(k.ownValue(sum.Newest))+" · "+kit.Isolate(k.moment(sum.Newest.Taken)))
		if sum.Count > 1 && o.Kind != memory.Cuff {
			row(k.t(words.OwnRange), k.quantity(sum.Lowest)+" – "+k.quantity(sum.Highest))
		}
	}
	if o.Night.Length > 0 {
		row(k.t(words.OwnBelow, words.With("value", k.quantity(vitals.Of(memory.Low, vitals.Percent)))), k.span(o.Night.Below))
	}
	if trend := k.ownTrend(o); trend != nil {
		rows = append(rows, kit.NewGrow(1, trend))
	}
	return kit.NewCard(k.look, k.gap(), kit.NewColumn(kit.Space16, rows...))
}

// charted is how many results a small chart can show apart.
const charted = 60

// ownTrend draws the newest results.
func (k *Kiosk) ownTrend(o visit.OwnState) fyne.CanvasObject {
	var all []records.Observation
	for _, r := range o.Readings {
		if r.Panel == o.Kind.Panel() && len(all) < charted {
			all = append(all, records.Observation{Panel: r.Panel, Values: r.Values, Taken: r.Taken})
		}
	}
	if len(all) < 2 {
		return nil
	}
	slices.Reverse(all)
	last := all[len(all)-1]
	return k.trendOf(visit.PanelResult{Panel: last.Panel, Values: last.Values, Taken: last.Taken, History: all[:len(all)-1]})
}

func (k *Kiosk) ownValue(r instruments.Reading) string {
	if r.Panel == vitals.BloodPressure {
		return k.pressure(r.Values)
	}
	q, _ := r.Values.Get(r.Panel.Main()[0])
	return k.quantity(q)
}
