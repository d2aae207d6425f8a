//go:build e2e && linux

package e2e

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/ui/kit"
)

// A hand works at a screen that it looks at: it presses what it sees, and waits
// until the screen has followed.
type hand struct {
	typist
	screen screen
	shots  string // a folder for pictures
}

const (
	patience = 60 * time.Second // for what a busy machine may take
	glance   = 120 * time.Millisecond
	turned   = 0.005 // of a screen, and another one has come
)

func (h hand) view() view {
	h.t.Helper()
	v, err := look(h.screen.file)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// shot keeps a picture of the screen.
func (h hand) shot(name string) {
	h.t.Helper()
	if err := h.view().save(filepath.Join(h.shots, name+".png")); err != nil {
		h.t.Fatal(err)
	}
}

// until waits for what stays true for two looks.
func (h hand) until(what string, holds func(view) bool) view {
	h.t.Helper()
	before := false
	for end := time.Now().Add(patience); ; time.Sleep(glance) {
		v := h.view()
		now := holds(v)
		if now && before {
			return v
		}
		before = now
		if time.Now().After(end) {
			h.shot("failed")
			h.t.Fatalf("the screen never showed %s", what)
		}
	}
}

// types types as fingers do, and Return once the letters are there: on a busy
// machine they would come all at once, as from a scanner.
func (h hand) types(text string) {
	h.t.Helper()
	h.do("type", "--delay", fmt.Sprint(h.key.Milliseconds()), text)
	h.still()
	h.press("Return")
}

// scans types as a scanner does, at a screen that is at rest: one that stands still
// in the middle of a code takes it for two.
func (h hand) scans(code string) {
	h.t.Helper()
	h.still()
	h.typist.scans(code)
}

// still waits until nothing but a caret moves.
func (h hand) still() view {
	h.t.Helper()
	last, calm := h.view(), 0
	return h.until("rest", func(v view) bool {
		if v.differs(last) < turned/20 {
			calm++
		} else {
			calm = 0
		}
		last = v
		return calm > 2
	})
}

// does acts until the screen shows something else, once more if nothing happened.
func (h hand) does(what string, act func()) {
	h.t.Helper()
	for range 3 {
		before := h.view()
		act()
		for end := time.Now().Add(8 * time.Second); time.Now().Before(end); time.Sleep(glance) {
			if h.view().differs(before) >= turned {
				return
			}
		}
	}
	h.shot("failed")
	h.t.Fatalf("%s changed nothing", what)
}

// touch presses the middle of a place for as long as a finger does.
func (h hand) touch(r image.Rectangle) {
	h.t.Helper()
	at := r.Min.Add(r.Size().Div(2))
	run(h.t, []string{"DISPLAY=" + h.display}, "xdotool", "mousemove", fmt.Sprint(at.X), fmt.Sprint(at.Y), "sleep", "0.1",
		"mousedown", "1", "sleep", "0.08", "mouseup", "1")
}

// A find says what is looked for: boxes of a colour that are large enough.
type find struct {
	name   string
	colour fyne.ThemeColorName
	filled bool
	least  image.Point
}

// What there is to press. Tiles, answers and choices have an edge.
var (
	mainButton  = find{"a main button", kit.ColorAction, true, image.Pt(40, 30)}
	bigButton   = find{"the main button of a patients' screen", kit.ColorAction, true, image.Pt(200, 60)}
	otherButton = find{"another button", kit.ColorAction, false, image.Pt(40, 30)}
	longButton  = find{"a button across the page", kit.ColorAction, false, image.Pt(400, 30)}
	answer      = find{"an answer", kit.ColorAction, false, image.Pt(200, 60)}
	tile        = find{"a tile", kit.ColorBorder, false, image.Pt(150, 90)}
	choice      = find{"a choice", kit.ColorBorder, false, image.Pt(40, 30)}
	redButton   = find{"a red button", kit.ColorUrgent, true, image.Pt(150, 30)}
)

func (f find) in(v view) (all []image.Rectangle) {
	filled, edged := v.boxes(f.colour)
	if !f.filled {
		filled = edged
	}
	for _, r := range filled {
		if r.Dx() >= f.least.X && r.Dy() >= f.least.Y {
			all = append(all, r)
		}
	}
	return all
}

// press presses the nth of what is looked for, from 0, or from the end: -1 is the
// last one.
func (h hand) tap(f find, n int) {
	h.t.Helper()
	var at image.Rectangle
	h.until(fmt.Sprintf("%s, number %d", f.name, n), func(v view) bool {
		all := f.in(v)
		i := n
		if n < 0 {
			i = len(all) + n
		}
		if i < 0 || i >= len(all) {
			return false
		}
		same := at == all[i]
		at = all[i]
		return same
	})
	h.does(fmt.Sprintf("pressing %s, number %d", f.name, n), func() { h.touch(at) })
}

// shotsFolder is where pictures go: a folder that is named, or one that goes with
// the test.
func shotsFolder(t *testing.T) string {
	if dir := os.Getenv("AIDPOST_SCREENSHOTS"); dir != "" {
		return filepath.Join(dir, "day")
	}
	return t.TempDir()
}
