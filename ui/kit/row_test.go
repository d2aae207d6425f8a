package kit

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

func box(w, h float32) *canvas.Rectangle {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(w, h))
	return r
}

func TestRowMirrors(t *testing.T) {
	test.NewTempApp(t)
	for _, row := range []struct {
		dir   Direction
		first float32
	}{{LTR, 0}, {RTL, 250}} {
		a, b := box(50, 20), box(30, 40)
		r := NewRow(Look{Dir: row.dir}, 10, CrossCenter, a, NewSpacer(), b)
		r.Resize(fyne.NewSize(300, 40))
		if a.Position().X != row.first {
			t.Errorf("direction %d: first child at %v, want %v", row.dir, a.Position().X, row.first)
		}
		if a.Position().Y != 10 || a.Size().Height != 20 {
			t.Errorf("child at %v, %v high; want it in the middle at its own height", a.Position(), a.Size().Height)
		}
	}
}

func TestRowSharesWhatIsLeft(t *testing.T) {
	test.NewTempApp(t)
	a, b := box(10, 10), box(10, 10)
	r := NewRow(Look{}, 20, CrossFill, NewGrow(2, a), NewGrow(1, b))
	r.Resize(fyne.NewSize(320, 50))
	if a.Size().Width != 200 || b.Size().Width != 100 {
		t.Errorf("widths %v and %v, want 200 and 100", a.Size().Width, b.Size().Width)
	}
}

func TestRowSqueezesTextRatherThanOverflow(t *testing.T) {
	test.NewTempApp(t)
	text := NewText(Look{}, englishText, TextStyle{})
	fixed := box(100, 10)
	r := NewRow(Look{}, 10, CrossFill, text, NewGrow(1, fixed))
	r.Resize(fyne.NewSize(500, r.HeightFor(500)))
	if got := text.Size().Width; got > 390.5 || len(text.lines) < 2 {
		t.Errorf("text is %v wide in %d lines, want it wrapped beside the box", got, len(text.lines))
	}
	if r.HeightFor(500) < text.HeightFor(390) {
		t.Error("the row is lower than its text")
	}
}

func TestColumnStacksByHeightForWidth(t *testing.T) {
	test.NewTempApp(t)
	text := NewText(Look{}, englishText, TextStyle{})
	foot := box(10, 30)
	c := NewColumn(8, text, NewSpacer(), foot)
	c.Resize(fyne.NewSize(300, 600))
	if text.Size().Height != text.HeightFor(300) {
		t.Errorf("text got %v, needs %v", text.Size().Height, text.HeightFor(300))
	}
	if end := foot.Position().Y + 30; end != 600 {
		t.Errorf("the foot ends at %v, want 600", end)
	}
	if got := c.MinSize().Height; got != text.HeightFor(300)+8+0+8+30 {
		t.Errorf("MinSize is %v high", got)
	}
}

func TestHiddenChildrenTakeNoRoom(t *testing.T) {
	test.NewTempApp(t)
	a, b := box(50, 20), box(50, 20)
	a.Hide()
	if got := NewRow(Look{}, 10, CrossFill, a, b).MinSize().Width; got != 50 {
		t.Errorf("row is %v wide, want 50", got)
	}
	if got := NewColumn(10, a, b).MinSize().Height; got != 20 {
		t.Errorf("column is %v high, want 20", got)
	}
}

// TestLeastWidthIsThatOfMinSize: for all that stands on the pages of the gallery,
// before it has a size and after.
func TestLeastWidthIsThatOfMinSize(t *testing.T) {
	test.NewTempApp(t)
	seen := map[string]bool{}
	for name, look := range galleryLooks {
		for page, draw := range galleryPages {
			top := NewScroll(NewMiddle(NewSized(900, draw(look))))
			var compare func(o fyne.CanvasObject)
			compare = func(o fyne.CanvasObject) {
				if n, ok := o.(narrow); ok {
					seen[fmt.Sprintf("%T", o)] = true
					if got, want := n.leastWidth(), o.MinSize().Width; got != want {
						t.Errorf("%s, %s: a %T is at least %v wide, its MinSize says %v", page, name, o, got, want)
					}
				}
				if w, ok := o.(fyne.Widget); ok {
					for _, part := range test.WidgetRenderer(w).Objects() {
						compare(part)
					}
				}
			}
			compare(top)
			top.Resize(fyne.NewSize(1000, 700))
			compare(top)
		}
	}
	if len(seen) < 10 {
		t.Errorf("the pages show only %v of what tells its width", slices.Sorted(maps.Keys(seen)))
	}
}

// BenchmarkLayout places a screen that is new, as after a touch. Fyne has
// measured its words before.
func BenchmarkLayout(b *testing.B) {
	test.NewTempApp(b)
	for _, page := range []string{"controls", "result"} {
		b.Run(page, func(b *testing.B) {
			for b.Loop() {
				NewInset(Space64, Space24, NewGrow(1, NewScroll(galleryPages[page](Look{})))).Resize(fyne.NewSize(1280, 800))
			}
		})
	}
}

// TestRowTearsNoWord: a share that is less than its child needs is made up by those that
// can spare it; where there is too little for all, the shares stand.
func TestRowTearsNoWord(t *testing.T) {
	test.NewTempApp(t)
	for name, row := range map[string]struct {
		least []float32
		want  []float32
	}{
		"enough for all":      {[]float32{50, 60, 70}, []float32{100, 100, 100}},
		"one needs more":      {[]float32{140, 20, 30}, []float32{140, 80, 80}},
		"then another does":   {[]float32{140, 90, 30}, []float32{140, 90, 70}},
		"too little for them": {[]float32{400, 20, 30}, []float32{100, 100, 100}},
	} {
		var all, boxes []fyne.CanvasObject
		for _, w := range row.least {
			b := box(w, 10)
			all, boxes = append(all, NewGrow(1, b)), append(boxes, b)
		}
		NewRow(Look{}, 0, CrossFill, all...).Resize(fyne.NewSize(300, 10))
		for i, b := range boxes {
			if got := b.Size().Width; got != row.want[i] {
				t.Errorf("%s: child %d is %.0f wide, want %.0f", name, i, got, row.want[i])
			}
		}
	}
}
