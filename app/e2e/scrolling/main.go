//go:build e2e && linux

// Scrolling opens a list of 100,000 people in a real window, moves it by most of a row
// as often as the window paints, and tells how it went: what the painter of the screen
// takes is not what the one of the tests takes.
package main

import (
	"flag"
	"fmt"
	"image"
	"os"
	"slices"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/ui/kit"
)

const (
	people    = 100_000
	rowHeight = 56
	move      = 40
)

func main() {
	width := flag.Int("width", 1366, "of the window")
	height := flag.Int("height", 768, "of the window")
	long := flag.Duration("for", 5*time.Second, "how long the list moves")
	flag.Parse()
	a := app.NewWithID("org.aidpost.scrolling")
	look := kit.Look{Class: kit.Staff}
	a.Settings().SetTheme(kit.NewTheme(look))
	r := &roll{list: kit.NewList(look, rowHeight, func() kit.ListRow { return kit.NewCells(look, []float32{3, 2, 2}, row) })}
	r.eye = canvas.NewRaster(r.see)
	r.eye.SetMinSize(fyne.NewSquareSize(1))
	w := a.NewWindow("scrolling")
	w.SetPadded(false)
	w.SetContent(container.NewBorder(nil, nil, r.eye, nil, r.list))
	w.Resize(fyne.NewSize(float32(*width), float32(*height)))
	r.list.SetLength(people)
	a.Lifecycle().SetOnStarted(func() {
		time.AfterFunc(time.Second, func() { fyne.Do(r.begin) })
		time.AfterFunc(time.Second+*long, func() {
			fyne.Do(func() {
				fmt.Println(r.tell())
				a.Quit()
			})
		})
	})
	w.ShowAndRun()
}

// row is one of the people.
func row(i int) []kit.Cell {
	return []kit.Cell{
		{Text: fmt.Sprintf("Person %d of many", i), Under: fmt.Sprintf("C-%d", i), Bold: true},
		{Text: "30 April 1956", Under: "69 years"}, {Text: "Blood pressure", Marked: i%7 == 0, Band: kit.High},
	}
}

// A roll moves its list once for each frame that it sees painted. All of it is of the
// window's goroutine.
type roll struct {
	list *kit.List
	eye  *canvas.Raster // is asked for its picture whenever the window is painted

	moving bool
	seen   []time.Time
	spent  time.Duration // of the processors, before it began
	own    time.Duration // in moving the list
}

func (r *roll) begin() {
	r.moving, r.spent = true, processor()
	r.eye.Refresh()
}

func (r *roll) see(int, int) image.Image {
	if r.moving {
		r.seen = append(r.seen, time.Now())
		fyne.Do(r.next) // after this frame
	}
	return image.NewRGBA(image.Rect(0, 0, 1, 1))
}

func (r *roll) next() {
	began := time.Now()
	r.list.ScrollBy(move)
	r.own += time.Since(began)
	r.eye.Refresh()
}

// tell says how far apart the frames were, in milliseconds.
func (r *roll) tell() string {
	if len(r.seen) < 2 {
		return "no frames"
	}
	used := processor() - r.spent
	n := float64(len(r.seen) - 1)
	var apart []time.Duration
	for i, at := range r.seen[1:] {
		apart = append(apart, at.Sub(r.seen[i]))
	}
	slices.Sort(apart)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("frames %d median %.1f p99 %.1f own %.2f processor %.1f", len(apart),
		ms(apart[len(apart)/2]), ms(apart[len(apart)*99/100]), ms(r.own)/n, ms(used)/n)
}

// processor is what this program has used of the processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
