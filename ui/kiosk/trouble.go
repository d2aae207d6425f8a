package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// faultPicture shows a cause without words.
func faultPicture(code instruments.FaultCode) assets.Picture {
	switch code {
	case instruments.Unplugged:
		return assets.DrawingUnplugged
	case instruments.NoAnswer, instruments.Garbled, instruments.PortBusy, instruments.WrongModel:
		return assets.DrawingSilent
	case instruments.LowBattery, instruments.LowPower:
		return assets.DrawingBatteryLow
	case instruments.FingerOut:
		return assets.DrawingFingerOut
	case instruments.WeakSignal, instruments.NoPulse:
		return assets.DrawingColdHands
	case instruments.Moved, instruments.Unstable, instruments.TooLong:
		return assets.DrawingMoved
	case instruments.CuffLoose, instruments.AbortUnconfirmed, instruments.Overpressure:
		return assets.DrawingCuffLoose
	case instruments.HoseBlocked:
		return assets.DrawingHoseKinked
	case instruments.OutOfRange, instruments.Implausible, instruments.AboveRange, instruments.BelowRange:
		return assets.DrawingOutOfRange
	case instruments.NoNewResult, instruments.AlreadySaved, instruments.SeveralResults, instruments.OtherPerson:
		return assets.DrawingNoNewResult
	case instruments.ControlTest:
		return assets.DrawingControl
	case instruments.ClockUnset:
		return assets.DrawingWrongClock
	case instruments.DamagedRecord, instruments.NotGlucose:
		return assets.DrawingStripProblem
	case instruments.Stopped:
		return assets.DrawingRest
	case instruments.OnePerson:
		return assets.DrawingMeterCable
	case instruments.NotClean:
		return assets.DrawingCallHelp
	}
	return assets.DrawingOutOfOrder
}

// newTrouble says what happened, that nothing is lost, and what to do.
func newTrouble(k *Kiosk, s visit.State) screen {
	code := instruments.Internal
	if s.Fault != nil {
		code = s.Fault.Code
	}
	what, remedy, ok := words.FaultWords(string(s.Panel), string(code))
	if !ok {
		what, remedy = words.FaultTitle(string(code)), words.FaultRemedy(string(code))
	}
	lead := k.t(remedy)
	if s.Panel == vitals.BloodPressure && (code == instruments.Unplugged || code == instruments.NoAnswer) {
		// The program can no longer empty the cuff: the person must.
		lead = k.t(words.MeasureBPOpenCuff) + " " + lead
	}
	staff := k.secondary(words.FaultCallStaff, assets.IconHelp, k.callHelp)
	skip := k.quietButton(words.FaultSkip, k.do(k.visit.GiveUp))
	actions := []fyne.CanvasObject{staff, skip}
	if s.CanRetry {
		again := kit.NewButton(k.look, k.t(words.FaultRetry), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, k.do(k.visit.Retry))
		actions = []fyne.CanvasObject{again, staff, skip}
	}
	safe := words.FaultSafe
	if len(s.Results) > 0 {
		safe = words.FaultSaved
	}
	more := []fyne.CanvasObject{k.quiet(k.t(safe), kit.SizeBody)}
	if code == instruments.AlreadySaved {
		more = []fyne.CanvasObject{k.text(k.t(words.FaultSavedOn, words.With("date", k.lang.Date(s.SavedOn))), kit.SizeBody, false)}
	}
	if !s.CanRetry {
		more = append(more, k.quiet(k.t(words.FaultCouldNot), kit.SizeBody))
	}
	return still{k.lay(page{
		title: k.t(what), lead: lead, more: more, thing: k.picture(faultPicture(code)), actions: actions,
	})}
}

// newUrgent is the flow for critical values: calm, a red bar, a plain
// sentence, two large actions.
func newUrgent(k *Kiosk, s visit.State) screen {
	switch s.Alarm.Phase {
	case visit.AlarmSymptoms:
		return newUrgentSymptoms(k, s)
	case visit.AlarmRepeat:
		return newUrgentRepeat(k, s)
	}
	return newUrgentAdvice(k, s)
}

type urgentSymptoms struct {
	still
	k     *Kiosk
	left  *kit.Text
	clock *kit.Text // what is left in figures; nil: the words have the room
}

func newUrgentSymptoms(k *Kiosk, s visit.State) screen {
	u := &urgentSymptoms{k: k, left: k.quiet("", kit.SizeLead)}
	answer := func(key words.Key, style kit.ButtonStyle, any bool) fyne.CanvasObject {
		style.Tall = !k.large()
		return kit.NewButton(k.look, k.t(key), style, k.do(func() error { return k.visit.Symptoms(any) }))
	}
	more := k.quietButton(words.UrgentMoreTime, k.do(k.visit.MoreTime))
	head := k.headline(k.t(words.UrgentSymptomsTitle))
	gap := k.gap()
	if k.look.Class != kit.Portrait { // all signs are in sight
		head, gap = k.text(k.t(words.UrgentSymptomsTitle), kit.SizeTitle, true), kit.Space8
	}
	asked := []fyne.CanvasObject{head, kit.NewGrow(1, k.symptomList())}
	waits := kit.NewRow(k.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, u.left), more)
	if k.large() { // the answers and the time are in sight; what follows from it can be dragged
		u.clock = k.text("", kit.SizeLead, true)
		asked, waits = append(asked, u.left), kit.NewRow(k.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, u.clock), more)
	}
	body := kit.NewColumn(gap,
		k.reading(kit.NewColumn(gap, asked...)), waits, k.sideBySide(
			answer(words.SuitAny, kit.ButtonStyle{Rank: kit.Urgent, Icon: assets.IconWarning}, true),
			answer(words.SuitNone, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconClose}, false)))
	u.object = k.redBar(body)
	u.update(s)
	return u
}

func (u *urgentSymptoms) update(s visit.State) {
	if s.Total > 0 {
		u.k.say(u.left, u.k.lang.N(words.UrgentSymptomsLeft, seconds(s.Remaining)))
		if u.clock != nil {
			u.k.say(u.clock, u.k.lang.Countdown(s.Remaining))
		}
	}
}

// redBar marks a screen as urgent without turning its ground red.
func (k *Kiosk) redBar(content fyne.CanvasObject) fyne.CanvasObject {
	gap := k.gap()
	if k.large() {
		gap = kit.Space8
	}
	return kit.NewColumn(gap, k.urgentBar(k.t(words.UrgentTitle)), kit.NewGrow(1, content))
}

func newUrgentRepeat(k *Kiosk, s visit.State) screen {
	lead := words.UrgentConfirmBP
	picture := assets.DrawingBreathe
	switch s.Panel {
	case vitals.Oximetry:
		lead, picture = words.UrgentConfirmSpO2, assets.DrawingColdHands
	case vitals.BodyTemperature:
		lead, picture = words.UrgentConfirmTemperature, assets.DrawingUnderTongue
	case vitals.BloodGlucose:
		lead, picture = words.UrgentConfirmGlucose, assets.DrawingStripMeter
	}
	w := &waiting{k: k, ring: k.ring("")}
	var thing fyne.CanvasObject = k.picture(picture)
	actions := []fyne.CanvasObject{}
	if s.Total > 0 {
		thing = kit.NewMiddle(w.ring)
	} else {
		actions = append(actions, kit.NewButton(k.look, k.t(words.UrgentConfirmNow), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, k.do(k.visit.Repeat)))
	}
	actions = append(actions,
		k.secondary(words.UrgentFeelUnwell, assets.IconWarning, k.do(k.visit.FeelUnwell)),
		k.quietButton(words.CommonSkip, k.do(k.visit.SkipRepeat)))
	w.object = k.redBar(k.lay(page{title: k.t(words.UrgentConfirmTitle), lead: k.t(lead), thing: thing, actions: actions}))
	w.update(s)
	return w
}

func newUrgentAdvice(k *Kiosk, s visit.State) screen {
	number := words.With("number", kit.Isolate(k.cfg.Site.Emergency))
	title, lines := k.t(words.UrgentTier3), []string{k.t(words.UrgentTier3Worse, number)}
	if s.Alarm.Tier >= guideline.Emergency {
		title = k.t(words.UrgentTier4, number)
		lines = []string{k.t(words.UrgentSit), k.t(words.UrgentAlone)}
		if !k.cfg.Site.Unstaffed {
			lines = append([]string{k.t(words.UrgentTier4Staff)}, lines...)
		}
	}
	if stands := k.helpStands(s); stands != "" {
		lines = append([]string{stands}, lines...)
	}
	shows := assets.DrawingNextToday
	if s.Alarm.Tier >= guideline.Emergency {
		shows = assets.DrawingNextNow
	}
	var more []fyne.CanvasObject
	for _, l := range lines {
		more = append(more, k.text(l, kit.SizeLead, false))
	}
	return still{k.redBar(k.lay(page{
		title: title, more: more, thing: k.picture(shows),
		actions: []fyne.CanvasObject{
			k.urgentButton(words.UrgentHelp, assets.IconHelp, k.callHelp),
			k.secondary(words.UrgentUnderstood, assets.IconCheck, k.do(k.visit.Understood)),
		},
	}))}
}
