package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/assets"
)

func TestTileSelectionIsMoreThanColour(t *testing.T) {
	test.NewTempApp(t)
	tile := NewTile(Look{}, TileStyle{Picture: assets.IconPressure, Title: "Pressure", Status: "Ready"}, func() {})
	if tile.tick.Visible() {
		t.Error("a tile that is not chosen has a tick")
	}
	tile.SetSelected(true)
	if !tile.Selected() || !tile.tick.Visible() || tile.ground.StrokeWidth < 3 {
		t.Error("a chosen tile lacks its tick or its thick edge")
	}
}

func TestTileWithoutActionOnlyShows(t *testing.T) {
	test.NewTempApp(t)
	tile := NewTile(Look{}, TileStyle{Title: "Pressure"}, nil)
	test.Tap(tile)
	if !tile.Disabled() {
		t.Error("a tile with nothing to do can be pressed")
	}
	taps := 0
	live := NewTile(Look{}, TileStyle{Title: "Pressure"}, func() { taps++ })
	test.Tap(live)
	live.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if taps != 2 {
		t.Errorf("%d taps, want 2", taps)
	}
}

func TestTileTickStandsAtTheTrailingCorner(t *testing.T) {
	test.NewTempApp(t)
	for dir, left := range map[Direction]bool{LTR: false, RTL: true} {
		tile := NewTile(Look{Dir: dir}, TileStyle{Title: "A"}, func() {})
		tile.Resize(fyne.NewSize(300, 200))
		if got := tile.disc.Position().X < 150; got != left {
			t.Errorf("direction %d: tick at the left is %t", dir, got)
		}
	}
}

func TestBadgeShapesDiffer(t *testing.T) {
	seen := map[string]Band{}
	for _, b := range []Band{Good, Watch, High, Low} {
		test.NewTempApp(t)
		w := test.NewTempWindow(t, newShapeBox(Look{}, b, 20))
		markup := test.RenderToMarkup(w.Canvas())
		if other, ok := seen[markup]; ok {
			t.Errorf("bands %d and %d have the same shape", b, other)
		}
		seen[markup] = b
	}
}

func TestStepDotsMirror(t *testing.T) {
	test.NewTempApp(t)
	labels := []string{"one", "two", "three"}
	ltr, rtl := NewStepDots(Look{}, labels, 1), NewStepDots(Look{Dir: RTL}, labels, 1)
	for _, s := range []*StepDots{ltr, rtl} {
		s.Resize(fyne.NewSize(600, 80))
	}
	if !(ltr.dots[0].Position().X < ltr.dots[2].Position().X) || !(rtl.dots[0].Position().X > rtl.dots[2].Position().X) {
		t.Error("the first step is not where reading begins")
	}
	if !ltr.ticks[0].Visible() || ltr.ticks[1].Visible() || ltr.ticks[2].Visible() {
		t.Error("only steps that are done have a tick")
	}
	if ltr.dots[1].Size().Width <= ltr.dots[0].Size().Width {
		t.Error("the current step is no larger than the others")
	}
}

func TestQuantityKeepsItsBaseline(t *testing.T) {
	test.NewTempApp(t)
	q := NewQuantity(Look{}, "98", "%", "100", SizeHero, Leading)
	q.Resize(q.MinSize())
	_, nBase := measure("98", q.number.TextSize, true)
	_, uBase := measure("%", q.unit.TextSize, false)
	if a, b := q.number.Position().Y+nBase, q.unit.Position().Y+uBase; a-b > 0.5 || b-a > 0.5 {
		t.Errorf("baselines at %v and %v", a, b)
	}
	before := q.MinSize()
	q.SetNumber("100")
	if q.MinSize() != before {
		t.Errorf("the widget grew from %v to %v although room for 100 was asked", before, q.MinSize())
	}
}
