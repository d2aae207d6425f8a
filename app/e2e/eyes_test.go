//go:build e2e && linux

package e2e

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"aidpost/ui/kit"
)

// A view is what a screen showed at one moment.
type view struct{ *image.NRGBA }

// look reads the picture that the X server keeps in a file, in the form of
// XWDFile.h, version 7: a header of 32-bit numbers, most significant byte first,
// a table of colours, and the picture, here four bytes a point.
func look(file string) (view, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return view{}, err
	}
	if len(data) < 100 {
		return view{}, fmt.Errorf("%s is no picture of a screen", file)
	}
	number := headOf(data)
	wide, high, bits := number(4), number(5), number(11)
	from, line := pictureAt(data)
	if number(1) != 7 || bits != 32 || from+line*high > len(data) {
		return view{}, fmt.Errorf("%s: %d bits a point, %d by %d: not understood", file, bits, wide, high)
	}
	v := view{image.NewNRGBA(image.Rect(0, 0, wide, high))}
	for y := range high {
		row := data[from+y*line:]
		for x := range wide {
			p, q := row[4*x:4*x+3], v.Pix[y*v.Stride+4*x:]
			q[0], q[1], q[2], q[3] = p[2], p[1], p[0], 0xff
		}
	}
	return v, nil
}

// headOf reads the numbers of the header.
func headOf(data []byte) func(i int) int {
	return func(i int) int { return int(binary.BigEndian.Uint32(data[4*i:])) }
}

// pictureAt is where the picture begins and how many bytes a line of it has.
func pictureAt(data []byte) (from, line int) {
	number := headOf(data)
	return number(0) + 12*number(19), number(12)
}

// shown returns what a screen shows.
func shown(t *testing.T, s screen) view {
	t.Helper()
	v, err := look(s.file)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// alike reports whether two views show the same but for a clock or a caret.
func alike(a, b view) bool { return a.differs(b) < 0.01 }

// save keeps the view as a picture.
func (v view) save(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, v), f.Close())
}

// differs returns the share of points that are another colour in another view.
func (v view) differs(other view) float64 {
	if v.NRGBA == nil || other.NRGBA == nil || v.Rect != other.Rect {
		return 1
	}
	n := 0
	for i := 0; i < len(v.Pix); i += 4 {
		if v.Pix[i] != other.Pix[i] || v.Pix[i+1] != other.Pix[i+1] || v.Pix[i+2] != other.Pix[i+2] {
			n++
		}
	}
	return float64(n) / float64(len(v.Pix)/4)
}

// exactly reports whether a point has a colour.
func (v view) exactly(x, y int, name fyne.ThemeColorName) bool {
	return v.NRGBAAt(x, y) == kit.Light.Color(name)
}

// has reports whether a button's ground or more has a colour.
func (v view) has(name fyne.ThemeColorName) bool {
	n := 0
	for y := range v.Rect.Dy() {
		for x := range v.Rect.Dx() {
			if v.exactly(x, y, name) {
				n++
			}
		}
	}
	return n > 2000
}

// is reports whether a point has nearly a colour: lighter at the edge of a line,
// and hardly darker, as it would be under a dialog.
func (v view) is(x, y int, c color.NRGBA) bool {
	if x < 0 || y < 0 || x >= v.Rect.Dx() || y >= v.Rect.Dy() {
		return false
	}
	near := func(is, want uint8) bool { return int(is) >= int(want)-12 && int(is) <= int(want)+50 }
	p := v.Pix[y*v.Stride+4*x:]
	return near(p[0], c.R) && near(p[1], c.G) && near(p[2], c.B)
}

// The least size of what is pressed, and the most that an edge is thick.
const (
	leastWide, leastHigh = 40, 24
	edgeThick            = 4
)

// boxes finds what is drawn in a colour as large as a button: filled, such as
// the main button of a screen, and with an edge of that colour. Both come in the
// order of reading.
func (v view) boxes(name fyne.ThemeColorName) (filled, edged []image.Rectangle) {
	c := kit.Light.Color(name)
	type run struct{ from, to, y int }
	var tops []run
	for y := range v.Rect.Dy() {
		for x := 0; x < v.Rect.Dx(); x++ {
			if !v.is(x, y, c) {
				continue
			}
			from := x
			for v.is(x, y, c) {
				x++
			}
			if x-from >= leastWide && !v.is((from+x)/2, y-1, c) {
				tops = append(tops, run{from, x, y})
			}
		}
	}
	for _, t := range tops {
		deep := 0
		for v.is(t.from+2, t.y+deep, c) {
			deep++
		}
		switch {
		case deep >= leastHigh-edgeThick && !v.exactly(t.from+4, t.y+deep/2, name): // under a dialog
		case deep >= leastHigh-edgeThick:
			filled = append(filled, image.Rect(t.from, t.y, t.to, t.y+deep))
		case deep <= edgeThick:
			for _, bottom := range tops {
				close := func(a, b int) bool { return a-b <= 12 && b-a <= 12 } // the inner line of a round edge is longer
				if bottom.y-t.y >= leastHigh && close(bottom.from, t.from) && close(bottom.to, t.to) {
					edged = append(edged, image.Rect(t.from, t.y, t.to, bottom.y))
					break
				}
			}
		}
	}
	return inOrder(filled), inOrder(apart(edged))
}

// apart drops a box that begins where another one ends: the gap between two
// buttons below each other has an edge above and one below it.
func apart(all []image.Rectangle) []image.Rectangle {
	var kept []image.Rectangle
	for _, r := range all {
		if !slices.ContainsFunc(kept, func(k image.Rectangle) bool {
			return r.Min.X-k.Min.X <= 12 && k.Min.X-r.Min.X <= 12 && r.Min.Y-k.Max.Y <= edgeThick && r.Min.Y >= k.Max.Y-edgeThick
		}) {
			kept = append(kept, r)
		}
	}
	return kept
}

// inOrder sorts boxes by line and then from left to right.
func inOrder(all []image.Rectangle) []image.Rectangle {
	slices.SortFunc(all, func(a, b image.Rectangle) int {
		if a.Min.Y-b.Min.Y > leastHigh || b.Min.Y-a.Min.Y > leastHigh {
			return a.Min.Y - b.Min.Y
		}
		return a.Min.X - b.Min.X
	})
	return all
}
