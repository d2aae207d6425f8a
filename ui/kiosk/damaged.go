package kiosk

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/assets"
	"aidpost/assets/words"
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
}

// Mend shows, where a visit would be, that the records are damaged, until one
// of the ways has worked.
func (k *Kiosk) Mend(d Damage, language string, size fyne.Size) {
	k.lang = k.cfg.Words.Lang(language)
	k.look.Dir = kit.LTR
	if k.lang.Direction() == words.RTL {
		k.look.Dir = kit.RTL
	}
	k.look.Class = kit.ClassFor(size)
	k.showDamage(d, "")
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
	actions = append(actions, k.quietButton(words.CommonClose, d.Close))
	more := []fyne.CanvasObject{k.quiet(k.t(words.DamageStaff), kit.SizeBody)}
	if failed != "" {
		more = append(more, k.text(k.t(failed), kit.SizeBody, true))
	}
	k.bare(k.lay(page{
		title: k.t(words.DamageTitle), lead: lead, more: more, thing: k.picture(assets.DrawingOutOfOrder), actions: actions,
	}))
}

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

// bare puts content into the window without a bar, which belongs to a visit.
func (k *Kiosk) bare(content fyne.CanvasObject) {
	k.mends = content
	k.root.Objects = []fyne.CanvasObject{
		kit.NewGround(k.look), kit.NewInset(k.look.Margin(), kit.Space24, content),
	}
	k.root.Refresh()
}

func (k *Kiosk) zone() *time.Location {
	if k.cfg.Zone == nil {
		return time.UTC
	}
	return k.cfg.Zone
}
