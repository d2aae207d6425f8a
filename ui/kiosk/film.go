package kiosk

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// The pace of drawings that move. Nothing is lit or changed more than three times
// in a second, which is where flashes become a danger (WCAG 2.2, 2.3.1).
const (
	filmTick = 700 * time.Millisecond // a key position
	filmRest = 2                      // ticks more at the last position of a drawing
)

// film is a screen whose drawings show how to do it, one after the other in the
// order in which to do it. While one moves the others stand at their last
// position. A person may hold them all.
type film struct {
	still
	k        *Kiosk
	drawings []*kit.Drawing
	hold     *kit.Button
	began    time.Time
}

func newFilm(k *Kiosk) *film {
	f := &film{k: k, began: time.Now()}
	label, icon := words.PrepareHold, assets.IconPause
	if k.held {
		label, icon = words.PrepareMove, assets.IconPlay
	}
	f.hold = kit.NewButton(k.look, k.t(label), kit.ButtonStyle{Rank: kit.Quiet, Icon: icon}, func() {
		k.visit.Touch()
		k.held = !k.held
		k.rebuild()
	})
	return f
}

// add lets a drawing move, after those that were added before.
func (f *film) add(d *kit.Drawing) fyne.CanvasObject {
	f.drawings = append(f.drawings, d)
	return d
}

// show brings every drawing to where it stands now.
func (f *film) show() {
	if f.k.held {
		return // a new drawing stands at its last position
	}
	at := int(time.Since(f.began)/filmTick) % f.length()
	for _, d := range f.drawings {
		last := d.Picture().Frames() - 1
		if at >= 0 && at < last {
			d.SetFrame(at)
		} else { // its turn is over, or not yet
			d.SetFrame(last)
		}
		at -= ticks(d)
	}
}

// ticks is how long a drawing takes; one that never moves takes none.
func ticks(d *kit.Drawing) int {
	if n := d.Picture().Frames(); n > 1 {
		return n + filmRest
	}
	return 0
}

func (f *film) length() int {
	n := 1
	for _, d := range f.drawings {
		n += ticks(d)
	}
	return n
}

func (f *film) update(visit.State)  { f.show() }
func (f *film) tick(v *visit.Visit) { f.show() }
func (f *film) every() time.Duration {
	if f.k.held {
		return idleTick
	}
	return filmTick
}
