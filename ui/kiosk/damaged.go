package kiosk

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/call"
	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// Damage is what staff can do about records that cannot be read. Each way
// keeps the damaged file and runs off the UI goroutine; when it returns nil
// the kiosk has a visit to serve.
type Damage struct {
	Backup  time.Time    // when the newest backup was made; zero: there is none
	Restore func() error // goes on with the newest whole backup
	Renew   func() error // goes on with new, empty records
	Close   func()       // leaves all as it is and ends the program
	// Back says that a visit of guests, of whom nothing is kept, stands behind this.
	Back bool
	// Calls takes calls for help meanwhile. Nil: the emergency number is named.
	Calls *call.Board

	id     records.ID // of the call
	unhook func()     // listens to Calls no more
}

// call, withdraw and state are a call for help while there is no visit.
func (d *Damage) call() {
	if d.Calls != nil {
		d.id = d.Calls.Raise(d.id, call.Button)
	}
}

func (d *Damage) withdraw() {
	if d.Calls != nil {
		_ = d.Calls.Withdraw(d.id) // answered and over already: nobody waits for help
	}
}

func (d *Damage) state() visit.State {
	if d.Calls == nil {
		return visit.State{}
	}
	c, open := d.Calls.Call(d.id)
	return visit.State{Help: open && d.id != "", Call: c}
}

// Mend shows, where a visit would be, that the records are damaged, until one
// of the ways has worked and Serve is called.
func (k *Kiosk) Mend(d Damage, language string, canvas fyne.Canvas, size fyne.Size) {
	k.lang = k.cfg.Words.Lang(language)
	k.look.Dir = kit.LTR
	if k.lang.Direction() == words.RTL {
		k.look.Dir = kit.RTL
	}
	k.canvas, k.look.Class, k.width = canvas, kit.ClassFor(size), size.Width
	k.hearWindow()
	k.mended()
	if d.Calls != nil {
		d.unhook = d.Calls.Subscribe(func(call.Call) { k.cfg.Post(k.followDamage) })
	}
	k.damage = &d
	k.showDamage(d, "")
	if first := k.mends; d.Back {
		time.AfterFunc(mendAlone, func() {
			k.cfg.Post(func() {
				if k.mends == first {
					k.backToGuests()
				}
			})
		})
	}
}

// mended ends what Mend began.
func (k *Kiosk) mended() {
	if k.damage != nil && k.damage.unhook != nil {
		k.damage.unhook()
	}
	k.mends, k.damage, k.shown = nil, nil, ""
	k.over.close()
}

// followDamage keeps true what stands there of a call for help.
func (k *Kiosk) followDamage() {
	if k.mends == nil {
		return
	}
	k.followHelp(k.stateNow())
	if k.bar.label != k.helpLabel(k.stateNow()) {
		k.bare(k.mends)
		k.over.keepHelp(k)
	}
	k.listen(k.stateNow())
}

// showDamage says what has happened and what was tried in vain.
func (k *Kiosk) showDamage(d Damage, failed words.Key) {
	lead := k.t(words.DamageNoBackup)
	actions := []fyne.CanvasObject{k.primary(words.DamageRenew, k.mending(d, d.Renew))}
	if !d.Backup.IsZero() {
		lead = k.t(words.DamageBackup, words.With("date", k.lang.DateTime(d.Backup.In(k.zone()))))
		actions = []fyne.CanvasObject{k.primary(words.DamageRestore, k.mending(d, d.Restore))}
		if failed != "" {
			actions = append(actions, k.secondary(words.DamageRenew, assets.IconNext, k.mending(d, d.Renew)))
		}
	}
	if d.Back {
		actions = append(actions, k.quietButton(words.CommonBack, k.backToGuests))
	} else {
		actions = append(actions, k.quietButton(words.CommonClose, d.Close))
	}
	more := []fyne.CanvasObject{k.quiet(k.t(words.DamageStaff), kit.SizeBody)}
	if failed != "" {
		more = append(more, k.text(k.t(failed), kit.SizeBody, true))
	}
	k.bare(k.lay(page{
		title: k.t(words.DamageTitle), lead: lead, more: more, thing: k.picture(assets.DrawingOutOfOrder), actions: actions,
	}))
}

// backToGuests shows the visit again that Mend stands before.
func (k *Kiosk) backToGuests() {
	k.mended()
	k.render()
}

// mendAlone is how long what staff can do is shown while nobody does anything, before
// guests have their kiosk back.
const mendAlone = time.Minute

// Exchange gives the kiosk another visit while Mend is shown. It may be called from
// any goroutine.
func (k *Kiosk) Exchange(v *visit.Visit) { k.cfg.Post(func() { k.visit = v }) }

// mending returns what a button does: it shows that work is going on, and what
// came of it.
func (k *Kiosk) mending(d Damage, way func() error) func() {
	return func() {
		k.bare(k.lay(page{title: k.t(words.DamageWorking), lead: k.t(words.DamageStaff)}))
		go func() {
			if err := way(); err != nil {
				k.cfg.Post(func() { k.showDamage(d, words.DamageFailed) })
			}
		}()
	}
}

// bare puts content into the window under help alone: the rest of the bar belongs
// to a visit.
func (k *Kiosk) bare(content fyne.CanvasObject) {
	k.mends = content
	s := k.stateNow()
	k.bar = &bar{label: k.helpLabel(s), help: k.helpButton(s)}
	k.bar.object = kit.NewRow(k.look, kit.Space8, kit.CrossCenter, k.bar.help, kit.NewSpacer())
	rows := []fyne.CanvasObject{k.bar.object, kit.NewGrow(1, content)}
	if k.look.Class == kit.Portrait {
		slices.Reverse(rows)
	}
	k.root.Objects = []fyne.CanvasObject{
		k.ground(), k.framed(rows...),
	}
	k.root.Refresh()
	k.listen(s)
}

func (k *Kiosk) zone() *time.Location {
	if k.cfg.Zone == nil {
		return time.UTC
	}
	return k.cfg.Zone
}
