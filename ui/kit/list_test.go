package kit

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// roll is a list of numbered rows in a test window.
func roll(t testing.TB, look Look, rows int, size fyne.Size) (*List, fyne.Canvas) {
	t.Helper()
	columns := []float32{3, 2, 2}
	l := NewList(look, 56, func() ListRow {
		return NewCells(look, columns, func(i int) []Cell {
			return []Cell{
				{Text: fmt.Sprintf("Person %d of many", i), Under: "C-10042", Bold: true},
				{Text: "30 April 1956", Under: "69 years"}, {Text: "Oxygen", Marked: i%7 == 0, Band: High},
			}
		})
	})
	w := test.NewTempWindow(t, l)
	w.SetPadded(false)
	w.Resize(size)
	l.SetLength(rows)
	return l, w.Canvas()
}

// seen returns the rows that are in sight, by their places.
func seen(l *List) map[int]float32 {
	places := map[int]float32{}
	for _, row := range l.rows {
		if row.Visible() {
			places[row.index] = row.Position().Y
		}
	}
	return places
}

// TestListMakesOnlyWhatIsInSight: the rows that exist do not become more with the
// list, and each stands where it belongs, at the far end of a long one as well.
func TestListMakesOnlyWhatIsInSight(t *testing.T) {
	test.NewTempApp(t)
	const rows = 100_000
	l, _ := roll(t, Look{Class: Staff}, rows, fyne.NewSize(800, 600))
	most := 600/56 + 2
	for _, at := range []int{0, 1, 777, rows / 2, rows - 1} {
		l.Select(at)
		if len(l.rows) > most {
			t.Fatalf("%d rows exist, %d fit", len(l.rows), most)
		}
		y, there := seen(l)[at]
		if !there || y < -0.5 || y+56 > 600.5 {
			t.Errorf("row %d stands at %v (%v)", at, y, there)
		}
		places := seen(l)
		for index, y := range places {
			if next, ok := places[index+1]; ok && next-y != 56 {
				t.Errorf("between rows %d and %d: %v", index, index+1, next-y)
			}
		}
	}
	l.ScrollBy(1e9)
	if _, there := seen(l)[rows-1]; !there {
		t.Error("the last row is not at the end")
	}
	l.SetLength(3)
	if got := len(seen(l)); got != 3 || l.Selected() != 2 {
		t.Errorf("%d rows of a shorter list, row %d chosen", got, l.Selected())
	}
}

func TestListByKeyboard(t *testing.T) {
	test.NewTempApp(t)
	l, canvas := roll(t, Look{Class: Staff}, 100, fyne.NewSize(800, 560))
	opened := -1
	l.OnOpened = func(i int) { opened = i }
	canvas.Focus(l)
	for _, tc := range []struct {
		key  fyne.KeyName
		want int
	}{
		{fyne.KeyDown, 1}, {fyne.KeyUp, 0}, {fyne.KeyUp, 0}, {fyne.KeyPageDown, 9}, {fyne.KeyPageUp, 0},
		{fyne.KeyEnd, 99}, {fyne.KeyDown, 99}, {fyne.KeyHome, 0}, {fyne.KeyDown, 1},
	} {
		l.TypedKey(&fyne.KeyEvent{Name: tc.key})
		if l.Selected() != tc.want {
			t.Errorf("%s: row %d, want %d", tc.key, l.Selected(), tc.want)
		}
	}
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if opened != 1 {
		t.Errorf("Return opened %d", opened)
	}
}

// TestListShowsOthersInTheSameRows: after SetLength every row in sight is asked
// for again.
func TestListShowsOthersInTheSameRows(t *testing.T) {
	test.NewTempApp(t)
	name := "before"
	l := NewList(Look{Class: Staff}, 56, func() ListRow {
		return NewCells(Look{Class: Staff}, []float32{1}, func(int) []Cell { return []Cell{{Text: name}} })
	})
	showOn(t, Look{Class: Staff}, fyne.NewSize(400, 300), l)
	l.SetLength(3)
	name = "after"
	l.SetLength(3)
	for i, row := range l.rows {
		if got := row.show.(*Cells).cells[0].text.Text; got != "after" {
			t.Errorf("row %d shows %q", i, got)
		}
	}
}

// TestListUnderAFinger: a finger that slips a little opens a row, one that drags
// moves the list and opens nothing.
func TestListUnderAFinger(t *testing.T) {
	test.NewTempApp(t)
	l, _ := roll(t, Look{Class: Staff}, 100, fyne.NewSize(800, 560))
	opened := -1
	l.OnOpened = func(i int) { opened = i }
	at := func(y float32) *desktop.MouseEvent {
		p := fyne.NewPos(100, y)
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p, AbsolutePosition: p}, Button: desktop.MouseButtonPrimary}
	}
	l.MouseDown(at(130))
	l.MouseUp(at(136))
	if opened != 2 {
		t.Errorf("a slip of 6 opened %d", opened)
	}
	opened = -1
	l.MouseDown(at(400))
	l.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -280)})
	l.MouseUp(at(120))
	if opened != -1 || seen(l)[5] != 0 {
		t.Errorf("a drag opened %d; row 5 stands at %v", opened, seen(l)[5])
	}
	l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1000)})
	if seen(l)[0] != 0 {
		t.Error("the wheel does not go back to the first row")
	}
}

// TestCellsAreCutNotWrapped: a text too long for its column ends in an ellipsis
// within it, in both directions.
func TestCellsAreCutNotWrapped(t *testing.T) {
	test.NewTempApp(t)
	for _, dir := range []Direction{LTR, RTL} {
		look := Look{Class: Staff, Dir: dir}
		long := "Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff"
		c := NewCells(look, []float32{1, 1}, func(int) []Cell { return []Cell{{Text: long}, {Text: "x"}} })
		showOn(t, look, fyne.NewSize(400, 56), c)
		c.ShowRow(0)
		first := c.cells[0].text
		if w := first.MinSize().Width; w > 200-Space16+1 || w < 100 {
			t.Errorf("direction %d: %v wide in a column of 200: %q", dir, w, first.Text)
		}
		left, right := first.Position().X, first.Position().X+first.Size().Width
		if dir == LTR && (left != 0 || right > 200) || dir == RTL && (right != 400 || left < 200) {
			t.Errorf("direction %d: from %v to %v", dir, left, right)
		}
	}
}

// BenchmarkListScroll moves a list of 100,000 rows by 40 units a frame and paints
// all of it, as the software painter does.
func BenchmarkListScroll(b *testing.B) {
	for _, size := range []fyne.Size{fyne.NewSize(1078, 520), fyne.NewSize(1632, 832)} {
		b.Run(fmt.Sprintf("%.0fx%.0f", size.Width, size.Height), func(b *testing.B) {
			test.NewTempApp(b)
			l, canvas := roll(b, Look{Class: Staff}, 100_000, size)
			canvas.Capture()
			b.ReportAllocs()
			for b.Loop() {
				l.ScrollBy(40)
				canvas.Capture()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}

// BenchmarkListRows is what a frame costs besides painting: showing other rows.
func BenchmarkListRows(b *testing.B) {
	test.NewTempApp(b)
	l, _ := roll(b, Look{Class: Staff}, 100_000, fyne.NewSize(1078, 520))
	b.ReportAllocs()
	for b.Loop() {
		l.ScrollBy(40)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}
