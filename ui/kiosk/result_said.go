package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// meaning is what the person reads beside the value.
func (k *Kiosk) meaning(res visit.PanelResult) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	say := func(s string, bold bool) { out = append(out, k.text(s, kit.SizeLead, bold)) }
	note := func(s string) { out = append(out, k.quiet(s, kit.SizeBody)) }
	if len(res.Judged) == 0 {
		say(k.t(words.ResultNoBand), true)
		note(k.t(words.ResultOneReading))
		for _, n := range k.notes(res) {
			note(n)
		}
		return out
	}
	main := res.Judged[0]
	if main.Band != "" {
		say(k.t(words.Meaning(main.Band)), true)
	} else {
		say(k.t(words.ResultNoBand), true)
		note(k.t(words.ResultNoBandAge))
	}
	out = append(out, k.next(res.Tier))
	switch {
	case res.Readings > 1:
		note(k.lang.N(words.ResultAverage, res.Readings))
	case res.Panel == vitals.BloodPressure:
		note(k.t(words.ResultSingle) + ". " + k.t(words.ResultSingleHint))
	}
	for _, n := range k.notes(res) {
		note(n)
	}
	if main.Band != "" {
		note(k.t(words.ResultJudgedBy, words.With("guideline", k.ruleName(main.RuleSet))))
	}
	return out
}

// next is what to do now, shown and said.
func (k *Kiosk) next(tier guideline.Tier) fyne.CanvasObject {
	says := k.text(k.t(words.NextTier(int(tier)), words.With("number", kit.Isolate(k.cfg.Site.Emergency))), kit.SizeLead, false)
	if k.large() {
		return says
	}
	size := map[kit.Class]float32{kit.Compact: 64, kit.Landscape: 88, kit.Portrait: 112}[k.look.Class]
	return kit.NewRow(k.look, kit.Space16, kit.CrossCenter, kit.NewDrawing(k.look, nextDrawn(tier), size), kit.NewGrow(1, says))
}

// nextDrawn shows what a tier of advice says.
func nextDrawn(tier guideline.Tier) assets.Picture {
	switch {
	case tier >= guideline.Emergency:
		return assets.DrawingNextNow
	case tier == guideline.ContactToday:
		return assets.DrawingNextToday
	case tier == guideline.ContactSoon:
		return assets.DrawingNextWeek
	case tier == guideline.CheckAgain:
		return assets.DrawingNextShow
	}
	return assets.DrawingNextAgain
}

// notes are the cautions that travel with a value and are never hidden.
func (k *Kiosk) notes(res visit.PanelResult) []string {
	var out []string
	protocol := k.cfg.Rules.Protocol()
	for _, n := range res.Notes {
		switch n {
		case visit.NoteRestSkipped:
			out = append(out, k.t(words.ResultNoteRest, words.With("time", k.lang.Duration(protocol.Rest))))
		case visit.NoteRestUnsettled:
			out = append(out, k.t(words.ResultNoteUnsettled))
		case visit.NoteRestByPulse:
			out = append(out, k.t(words.ResultNoteRestPulse, words.With("time", k.lang.Duration(protocol.Rest))))
		case visit.NoteSpread:
			out = append(out, k.t(words.ResultNoteSpread, words.With("value", k.quantity(protocol.SpreadLimit))))
		case visit.NotePulseMismatch:
			out = append(out, k.t(words.ResultNotePulseDiffers))
		case visit.NoteOwnMeter:
			out = append(out, k.t(words.ResultNoteOwnMeter))
		case visit.NoteRecording:
			out = append(out, k.t(words.ResultNoteRecording))
		case visit.NoteNotForPregnancy:
			out = append(out, k.t(words.SuitStopPregnant))
		case visit.NoteNotForAge:
			out = append(out, k.t(words.ResultNoteNotForAge))
		case visit.NoteCuffUnsure:
			out = append(out, k.t(words.ResultNoteCuffUnsure))
		}
	}
	for _, f := range res.Flags {
		if key, ok := words.FlagNote(string(f)); ok {
			out = append(out, k.t(key))
		}
	}
	if res.Panel == vitals.Oximetry {
		out = append(out, k.t(words.ResultNoteSkin)+" "+k.t(words.ReportAccuracyNails))
	}
	return out
}

// ruleName is what people know a set of rules by: the body that published a
// guideline with its year, or that the ranges are the kiosk's own.
func (k *Kiosk) ruleName(r guideline.RuleSet) string {
	if r.Publisher == "Aidpost" {
		return k.t(words.ResultOwnRanges)
	}
	return kit.Isolate(r.Publisher + " " + r.Edition)
}
