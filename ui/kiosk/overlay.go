package kiosk

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// overlay is the one dialog over the screen, if any. The question whether
// somebody is still there goes before every other.
type overlay struct {
	dialog  *kit.Overlay
	idle    bool
	left    *kit.Text // the idle countdown
	curtain fyne.CanvasObject
	cover   bool // hides an urgent screen from whoever comes next
	// public is set for dialogs that may stay when a visit has ended: a call
	// for help and the choice of a language belong to nobody.
	public bool
	help   string // what the help dialog says of the call; empty: it is another one
	ends   bool   // says that the program is about to end
}

const overlayWidth = 720

// show replaces the dialog.
func (o *overlay) show(k *Kiosk, content fyne.CanvasObject, actions ...fyne.CanvasObject) {
	o.showWide(k, overlayWidth, content, actions...)
}

// showWide replaces the dialog by one of another width.
func (o *overlay) showWide(k *Kiosk, width float32, content fyne.CanvasObject, actions ...fyne.CanvasObject) {
	o.close()
	o.dialog = kit.NewOverlay(k.look, width, content, actions...)
	o.keepHelp(k)
	if over := newCorners(k); over != nil { // staff come in from here, too
		o.dialog.LayOver(over)
	}
	o.dialog.ShowOn(k.canvas)
	if k.keys.on {
		k.listen(k.stateNow())
	}
}

// keepHelp leaves help where it stands on the screen below.
func (o *overlay) keepHelp(k *Kiosk) {
	if at, size, known := k.helpPlace(); known && o.dialog != nil {
		o.dialog.Keep(k.helpButton(k.stateNow()), at, size)
	}
}

func (o *overlay) close() {
	if o.dialog != nil {
		o.dialog.Close()
	}
	if o.curtain != nil {
		o.curtain.Hide()
	}
	*o = overlay{}
}

// closing returns a handler that closes the dialog and then does fn.
func (k *Kiosk) closing(fn func()) func() {
	return func() {
		k.over.close()
		if k.visit != nil {
			k.visit.Touch()
		}
		if fn != nil {
			fn()
		}
	}
}

// follow shows and hides the idle question with the state.
func (k *Kiosk) follow(s visit.State) {
	k.followHelp(s)
	switch {
	case s.Private && !k.over.cover:
		k.over.showCover(k)
	case !s.Private && k.over.cover:
		k.over.close()
	case s.IdleWarning && !k.over.idle:
		k.over.showIdle(k, s)
	case !s.IdleWarning && k.over.idle:
		k.over.close()
	case s.Step == visit.Welcome && k.over.dialog != nil && !k.over.public:
		k.over.close()
	}
	if k.over.idle {
		k.over.left.SetText(k.lang.N(words.IdleLeft, seconds(s.IdleLeft)))
	}
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func (o *overlay) showIdle(k *Kiosk, s visit.State) {
	left := k.text(k.lang.N(words.IdleLeft, seconds(s.IdleLeft)), kit.SizeLead, false)
	var asks fyne.CanvasObject = kit.NewColumn(kit.Space16, k.text(k.t(words.IdleTitle), kit.SizeQuestion, true), left, k.quiet(k.t(words.IdleWhy), kit.SizeLead))
	if !k.large() {
		asks = kit.NewRow(k.look, kit.Space24, kit.CrossCenter, kit.NewGrow(1, asks), kit.NewDrawing(k.look, assets.DrawingStillThere, 144))
	}
	o.show(k, asks,
		k.quietButton(words.IdleEnd, k.closing(k.visit.Cancel)),
		kit.NewButton(k.look, k.t(words.IdleStay), kit.ButtonStyle{Icon: assets.IconCheck}, k.closing(nil)))
	o.idle, o.left = true, left
}

// showCover hides an urgent screen that nobody touches.
func (o *overlay) showCover(k *Kiosk) {
	o.close()
	ground := canvas.NewRectangle(k.look.Color(kit.ColorGround))
	open := kit.NewButton(k.look, k.t(words.UrgentPrivate), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconEye, Tall: true}, k.closing(nil))
	help := kit.NewButton(k.look, k.t(words.BarHelp), kit.ButtonStyle{Rank: kit.Urgent, Icon: assets.IconHelp}, k.helpNow)
	content := container.NewStack(ground, kit.NewInset(k.look.Margin(), k.look.Margin(),
		kit.NewColumn(kit.Space32, kit.NewSpacer(), open, help, kit.NewSpacer())))
	if at, size, known := k.helpPlace(); known {
		usual := k.helpButton(k.stateNow())
		usual.Move(at)
		usual.Resize(size)
		content.Add(container.NewWithoutLayout(usual))
	}
	o.cover = true
	o.curtain = content
	k.root.Add(content)
}

// Closing says over whatever is there that the kiosk is about to end, since its battery
// is empty, and takes it back. Nothing stands over the button that lets a cuff go.
func (k *Kiosk) Closing(soon bool) {
	if !soon {
		if k.over.ends {
			k.over.close()
		}
		return
	}
	if step := k.stateNow().Step; k.over.ends || step == visit.Measure || step == visit.Stopping {
		return
	}
	k.over.show(k, kit.NewColumn(kit.Space16, k.text(k.t(words.StatusBatteryEmpty), kit.SizeTitle, true),
		k.quiet(k.t(words.StatusBatteryCloses)+" "+k.t(words.ErrorStaff), kit.SizeLead)),
		k.quietButton(words.CommonClose, k.closing(nil)))
	k.over.ends, k.over.public = true, true
}

func (o *overlay) showCancel(k *Kiosk) {
	k.visit.Touch()
	o.show(k, kit.NewColumn(kit.Space16, k.text(k.t(words.CancelTitle), kit.SizeTitle, true), k.quiet(k.t(words.CancelText), kit.SizeLead)),
		k.quietButton(words.CancelEnd, k.closing(k.visit.Cancel)),
		kit.NewButton(k.look, k.t(words.CancelStay), kit.ButtonStyle{Icon: assets.IconCheck}, k.closing(nil)))
}

func (o *overlay) showSkipReasons(k *Kiosk) {
	k.visit.Touch()
	reasons := map[string]step{
		visit.SkipHurry:  {assets.DrawingHurry, words.RestSkipHurry},
		visit.SkipRested: {assets.DrawingRest, words.RestSkipRested},
		visit.SkipStaff:  {assets.DrawingCallHelp, words.RestSkipStaff},
		visit.SkipOther:  {assets.DrawingSomethingElse, words.RestSkipOther},
	}
	body := []fyne.CanvasObject{k.text(k.t(words.RestSkipTitle), kit.SizeTitle, true), k.quiet(k.t(words.RestSkipNote), kit.SizeLead)}
	var why []fyne.CanvasObject
	for _, r := range visit.SkipReasons() {
		why = append(why, kit.NewButton(k.look, k.t(reasons[r].words), kit.ButtonStyle{Rank: kit.Secondary, Picture: reasons[r].picture}, k.closing(k.do(func() error { return k.visit.SkipRest(r) }))))
	}
	if k.look.Class == kit.Compact && !k.large() { // all of them in sight
		why = []fyne.CanvasObject{k.grid(2, why...)}
	}
	o.show(k, kit.NewColumn(kit.Space16, append(body, why...)...),
		kit.NewButton(k.look, k.t(words.RestContinue), kit.ButtonStyle{Icon: assets.IconCheck}, k.closing(nil)))
}
