package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// callHelp calls a member of staff and says so.
func (k *Kiosk) callHelp() {
	if k.mends != nil {
		k.damage.call()
	} else {
		k.visit.CallHelp()
	}
	k.over.showHelp(k, k.stateNow())
}

// withdrawHelp takes the call back.
func (k *Kiosk) withdrawHelp() {
	if k.mends != nil {
		k.damage.withdraw()
	} else {
		k.visit.HelpArrived()
	}
}

// helpButton is the one that stands at the same place of every screen.
func (k *Kiosk) helpButton(s visit.State) *kit.Button {
	return kit.NewButton(k.look, k.helpLabel(s), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconHelp}, k.helpNow)
}

// helpPlace is that place.
func (k *Kiosk) helpPlace() (at fyne.Position, size fyne.Size, known bool) {
	if k.bar == nil || k.bar.help.Size().IsZero() {
		return at, size, false
	}
	driver := fyne.CurrentApp().Driver()
	at = driver.AbsolutePositionForObject(k.bar.help).Subtract(driver.AbsolutePositionForObject(k.root))
	return at, k.bar.help.Size(), true
}

// helpLabel is what the help button says: that help can be called, that it was,
// or that somebody has answered. Nobody is on the way before they have said so.
func (k *Kiosk) helpLabel(s visit.State) string {
	switch {
	case !s.Help || k.cfg.Site.Unstaffed:
		return k.t(words.BarHelp)
	case s.Call.Answered.IsZero():
		return k.t(words.StatusStaffCalled, words.With("time", k.lang.Time(s.Call.Opened.In(k.cfg.Zone))))
	}
	return k.t(words.StatusStaffComing)
}

// helpStands says in a sentence how a call stands. Where nobody has answered, or
// nobody is there, it names the emergency number.
func (k *Kiosk) helpStands(s visit.State) string {
	number := words.With("number", kit.Isolate(k.cfg.Site.Emergency))
	switch {
	case k.cfg.Site.Unstaffed:
		return k.t(words.UrgentStaffAbsent, number)
	case !s.Help:
		return ""
	case !s.Call.Answered.IsZero():
		return k.t(words.UrgentStaffComing)
	case s.Call.Last:
		return k.t(words.UrgentNoAnswer, number)
	}
	return k.t(words.UrgentStaffCalled)
}

// showHelp says how the call for help stands, and what to do meanwhile.
func (o *overlay) showHelp(k *Kiosk, s visit.State) {
	emergency := k.t(words.HelpUnwell) + " " + k.t(words.HelpEmergency, words.With("number", kit.Isolate(k.cfg.Site.Emergency)))
	lines := []fyne.CanvasObject{
		k.text(k.helpStands(s), kit.SizeTitle, true),
		k.quiet(k.t(words.HelpStay), kit.SizeLead),
		k.text(emergency, kit.SizeLead, false),
	}
	back := words.CommonClose
	if k.mends == nil {
		lines, back = append(lines, k.quiet(k.t(words.HelpVisitOpen), kit.SizeBody)), words.HelpClose
	}
	said := kit.NewColumn(kit.Space16, lines...)
	var content fyne.CanvasObject = said
	if !k.large() {
		content = kit.NewRow(k.look, kit.Space32, kit.CrossCenter, kit.NewDrawing(k.look, assets.DrawingCallHelp, 180), kit.NewGrow(1, said))
	}
	o.show(k, content,
		k.quietButton(words.HelpWithdraw, k.closing(k.withdrawHelp)),
		kit.NewButton(k.look, k.t(back), kit.ButtonStyle{Icon: assets.IconCheck}, k.closing(nil)))
	o.public, o.help = true, k.helpStands(s)
}

// followHelp keeps an open help dialog true.
func (k *Kiosk) followHelp(s visit.State) {
	if k.over.help != "" && s.Help && k.over.help != k.helpStands(s) {
		k.over.showHelp(k, s)
	}
}
