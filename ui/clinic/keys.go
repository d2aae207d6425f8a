package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// A stroke is a keyboard shortcut and what it does.
type stroke struct {
	key  fyne.KeyName // with Ctrl
	does words.Key
	run  func(c *Clinic)
}

func strokes() []stroke {
	open := func(p desk.Page) func(*Clinic) {
		return func(c *Clinic) { c.desk.Go(desk.Route{Page: p}) }
	}
	return []stroke{
		{fyne.KeyT, words.FrameKeyToday, open(desk.PageToday)},
		{fyne.KeyF, words.FrameKeyFind, open(desk.PageFind)},
		{fyne.KeyN, words.FrameKeyNew, open(desk.PageRegister)},
		{fyne.KeyP, words.BookKey, func(c *Clinic) { c.desk.PrintBook() }},
		{fyne.KeyL, words.FrameKeyLock, func(c *Clinic) { c.desk.Cover() }},
	}
}

// listen takes the keys that no widget has a use for.
func (c *Clinic) listen() {
	c.canvas.SetOnTypedKey(c.input.TypedKey)
	c.canvas.SetOnTypedRune(c.input.Rune)
	for _, s := range strokes() {
		c.canvas.AddShortcut(s.shortcut(), func(fyne.Shortcut) {
			c.desk.Used()
			if c.dialog == nil && c.desk.State().Phase == desk.Working {
				s.run(c)
			}
		})
	}
}

// key takes a key that no widget has a use for.
func (c *Clinic) key(e *fyne.KeyEvent) {
	if p, ok := c.page.(keyed); ok && c.door == nil && c.dialog == nil && p.key(e) {
		return
	}
	switch e.Name {
	case fyne.KeyEscape:
		switch {
		case c.dialog != nil:
			c.closeDialog()
		case c.desk.State().Said.Key != "":
			c.desk.Dismiss()
		default:
			c.desk.Back()
		}
	case fyne.KeyF1:
		if c.dialog == nil && c.desk.State().Phase == desk.Working {
			c.showKeys()
		}
	}
}

// scanned takes what a scanner has read: the part of a referral that came back
// wherever that is, and else what is the page's, or somebody's to be looked up.
func (c *Clinic) scanned(code string) {
	if c.door != nil {
		c.door.scanned(code)
		return
	}
	if c.dialog != nil {
		c.scannedAside(code)
		return
	}
	if referral, ok := records.ParseReferralCode(code); ok {
		c.desk.OpenReferral(referral, func() { c.cfg.Post(func() { c.scannedHere(code) }) })
		return
	}
	if form, ok := records.ParseFormCode(code); ok {
		c.desk.OpenForm(form, func() { c.cfg.Post(func() { c.scannedHere(code) }) })
		return
	}
	c.scannedHere(code)
}

// scannedAside hands what a scanner has read while a dialog is open to a page that
// takes codes. No other page is opened over what was typed.
func (c *Clinic) scannedAside(code string) {
	if p, ok := c.page.(scanner); ok {
		p.scanned(code)
		return
	}
	c.scanAside()
}

// scanAside says that what was scanned is not looked up over an open dialog.
func (c *Clinic) scanAside() { c.desk.Say(desk.Message{Key: words.FrameScanAside}, nil) }

// scannedHere hands what a scanner has read to the page.
func (c *Clinic) scannedHere(code string) {
	if p, ok := c.page.(scanner); ok {
		p.scanned(code)
		return
	}
	if _, ok := records.ParseFormCode(code); ok {
		c.desk.Say(desk.Message{Key: words.BookUnknown}, nil)
	}
	if _, ok := records.ParseReferralCode(code); ok { // from elsewhere, or else somebody's card
		c.desk.Say(desk.Message{Key: words.ReferralsUnknown}, nil)
	}
	c.lookUp(code)
}

// lookUp looks for whoever a code is of.
func (c *Clinic) lookUp(code string) {
	c.card = shownCard{code, c.desk.Now()}
	c.desk.Search(code)
	c.desk.Go(desk.Route{Page: desk.PageFind})
}

// showDialog puts a dialog over everything. Closed, which may be nil, is called
// when it goes.
func (c *Clinic) showDialog(o *kit.Overlay, closed func()) {
	c.dropDialog()
	c.dialog, c.closed = o, closed
	o.ShowOn(c.canvas)
}

// dropDialog takes the dialog away because something else was decided.
func (c *Clinic) dropDialog() {
	if c.dialog != nil {
		c.hideDialogKeys()
		c.dialog.Close()
		c.dialog, c.closed = nil, nil
	}
}

func (c *Clinic) closeDialog() {
	closed := c.closed
	c.dropDialog()
	if closed != nil {
		closed()
	}
}

// closeButton closes the dialog.
func (c *Clinic) closeButton() *kit.Button {
	return kit.NewButton(c.look, c.t(words.FrameClose), kit.ButtonStyle{Rank: kit.Secondary}, c.closeDialog)
}

// showKeys lists the shortcuts.
func (c *Clinic) showKeys() {
	line := func(keys, does string) fyne.CanvasObject {
		return kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
			kit.NewSized(140, kit.NewText(c.look, kit.Isolate(keys), kit.TextStyle{Bold: true})),
			kit.NewGrow(1, kit.NewText(c.look, does, kit.TextStyle{})))
	}
	rows := []fyne.CanvasObject{kit.NewText(c.look, c.t(words.FrameKeys), kit.TextStyle{Size: kit.SizeTitle, Bold: true})}
	for _, s := range strokes() {
		rows = append(rows, line("Ctrl + "+string(s.key), c.t(s.does)))
	}
	rows = append(rows,
		line("Tab, Shift + Tab", c.t(words.FrameKeyMove)),
		line("↑ ↓ Enter", c.t(words.FrameKeyChoose)),
		line("Esc", c.t(words.FrameKeyBack)),
		line(string(queueKey), c.t(words.QueueKey)),
		line("F1", c.t(words.FrameKeyHelp)))
	button := c.closeButton()
	c.showDialog(kit.NewOverlay(c.look, 560, kit.NewColumn(kit.Space16, rows...), button), nil)
	c.canvas.Focus(button)
}
