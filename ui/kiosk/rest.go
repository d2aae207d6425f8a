package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// resting is the seated rest: quiet, honest about its length, and skipped only with a
// reason. With an oximeter there it shows how the pulse comes to rest meanwhile.
type resting struct {
	waiting
	// Of the pulse; nil where there is nothing to watch it with, or no room to show it.
	shows *kit.Drawing
	says  *kit.Text
	pulse *kit.Quantity
	shown visit.RestState
}

func newRest(k *Kiosk, s visit.State) screen {
	if s.Question != "" {
		return newCuffQuestion(k, s)
	}
	r := &resting{waiting: waiting{k: k, ring: k.ring("")}}
	var thing fyne.CanvasObject = kit.NewMiddle(r.ring)
	p := page{
		title: k.t(words.RestTitle), lead: k.t(words.RestWhy), more: []fyne.CanvasObject{k.quiet(k.t(words.RestHow), kit.SizeLead)},
		aside: assets.DrawingBreathe,
		actions: []fyne.CanvasObject{
			k.secondary(words.RestSkip, assets.IconNext, func() { k.over.showSkipReasons(k) }),
			k.quietButton(words.RestNotReady, k.do(k.visit.Unsettled)),
		},
	}
	if s.Rest.Watched {
		says := r.roomy()
		if k.large() {
			p.more = append(p.more, says) // which can be dragged
		} else {
			thing = kit.NewColumn(k.gap(), kit.NewGrow(1, thing), r.watched(says))
		}
	}
	p.thing = thing
	r.object = k.lay(p)
	r.update(s)
	return r
}

// roomy is the room for whatever is said of the pulse.
func (r *resting) roomy() *kit.Roomy {
	r.says = r.k.text("", kit.SizeLead, false)
	var all []string
	for _, v := range rest.Verdicts() {
		_, key := restSays(v)
		all = append(all, r.k.t(key))
	}
	return kit.NewRoomy(r.says, all...)
}

// watched is the strip under the ring that shows what the pulse does.
func (r *resting) watched(says *kit.Roomy) fyne.CanvasObject {
	k := r.k
	r.shows = kit.NewDrawing(k.look, assets.DrawingFingerClip, 96)
	r.pulse = kit.NewQuantity(k.look, kit.NoNumber, vitals.PerMinute.Symbol(), "188", kit.SizeTitle, kit.Leading)
	row := []fyne.CanvasObject{kit.NewGrow(1, r.shows), kit.NewGrow(3, says), r.pulse}
	if k.look.Class == kit.Compact {
		row = row[1:] // the words need the room
	}
	return kit.NewCard(k.look, kit.Space16, kit.NewRow(k.look, kit.Space24, kit.CrossCenter, row...))
}

func (r *resting) update(s visit.State) {
	r.waiting.update(s)
	if r.says == nil || s.Rest == r.shown {
		return
	}
	r.shown = s.Rest
	picture, key := restSays(s.Rest.Verdict)
	r.k.say(r.says, r.k.t(key))
	if r.pulse == nil {
		return
	}
	pulse := kit.NoNumber
	if s.Rest.Pulse > 0 {
		pulse = r.k.lang.Number(vitals.Int(s.Rest.Pulse).String())
	}
	r.pulse.SetNumber(pulse)
	r.shows.SetPicture(r.k.look, picture)
}

// restSays is what a person is shown of their pulse.
func restSays(v rest.Verdict) (assets.Picture, words.Key) {
	switch v {
	case rest.NoData:
		return assets.DrawingFingerClip, words.RestSilent
	case rest.Watching, rest.Steady:
		return assets.DrawingFingerClip, words.RestWatching
	case rest.Moving:
		return assets.DrawingKeepStill, words.RestMoving
	case rest.Falling:
		return assets.DrawingFingerClip, words.RestFalling
	case rest.Uneven:
		return assets.DrawingFingerClip, words.RestUneven
	}
	return assets.DrawingFingerClip, words.RestFinger // or the oximeter is not to be used any more
}

func (r *resting) tick(v *visit.Visit) { r.update(v.State()) }

// restEnded is what a person is told who may start the cuff.
func restEnded(how records.RestHow) words.Key {
	switch how {
	case records.RestMeasured:
		return words.RestSteady
	case records.RestShortened:
		return words.PrepareBPQuiet
	}
	return words.RestDone
}
