package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"aidpost/app/cli"
	"aidpost/app/jack"
	"aidpost/app/watchdog"
	"aidpost/assets"
	"aidpost/records"
	"aidpost/ui/kiosk"
	"aidpost/ui/kit"
)

// openWindow runs the kiosk until its window is closed or ctx ends. Order of
// start: records, counter, kiosk, visit, window; of stop: visit (which stops
// the instruments), window's clock, counter, records. Where the records are
// damaged, the window first lets staff say what they go on with.
func openWindow(ctx context.Context, w cli.Window) error {
	started := time.Now()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := checkDisplay(os.Getenv("DISPLAY"), os.Getenv("WAYLAND_DISPLAY")); err != nil {
		return err
	}
	p, err := newProgram(ctx, w, log)
	if err != nil {
		return err
	}
	defer p.close()
	// An instrument may be seen at once, and whoever is told needs the toolkit.
	fyneapp.SetMetadata(metadata())
	a := fyneapp.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.AppIcon()))
	damaged := p.open()
	if damaged != nil && !errors.Is(damaged, records.ErrCorrupt) {
		return damaged
	}
	if err := catchCrashes(w.Data, time.Now()); err != nil {
		log.Warn("crashes are not written down", "error", err)
	}
	watcher, err := watchdog.Find(os.Getenv, os.Stdout)
	if err != nil {
		return err
	}
	var watched sync.WaitGroup
	defer watched.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end()
	p.openWindows(a)
	if w.Patient && w.Width == 0 {
		// A kiosk that fills the screen has no way out that a person can touch;
		// a signal ends it.
		p.window.SetCloseIntercept(func() { log.Warn("somebody asked the window to close") })
	}
	a.Lifecycle().SetOnStarted(func() {
		if damaged != nil {
			log.Error("the records are damaged", "error", damaged)
			p.serveDamaged(a.Quit)
		} else {
			p.serve()
		}
		watched.Go(func() {
			if err := watchdog.Beat(ctx, watcher, p.answer); err != nil {
				log.Warn("nobody watches the kiosk any more", "error", err)
			}
		})
		watched.Go(func() { p.watchPower(ctx, a.Quit) })
		if w.Patient && p.voice != nil {
			watched.Go(func() { p.watchHeadphones(ctx) })
		}
		log.Info("window open", "after", time.Since(started).Round(time.Millisecond), "size", p.window.Canvas().Size())
	})
	defer context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })()
	if p.office != nil && p.office != p.window {
		p.office.Show()
	}
	p.window.ShowAndRun()
	return nil
}

// watchHeadphones has the kiosk read aloud while headphones are in.
func (p *program) watchHeadphones(ctx context.Context) {
	socket := jack.Watcher{Trouble: func(err error) { p.log.Warn("headphones are not noticed there", "error", err) }}
	if err := socket.Watch(ctx, p.kiosk.Headphones); err != nil {
		p.log.Warn("headphones are not noticed", "error", err)
	}
}

// The sizes of windows that do not fill the screen.
var (
	patientSize = fyne.NewSize(1280, 800)
	staffSize   = fyne.NewSize(1366, 768)
)

// openWindows makes the windows that were asked for. Beside the patients' one,
// which may fill a screen of its own, staff's is one that can be moved; closing
// it signs out and leaves it there, since nobody could open it again. Until the
// records are known to be whole, the only window shows the kiosk, which knows
// how to mend them. Both sides of a screen that is shared are in one window.
func (p *program) openWindows(a fyne.App) {
	w := p.asked
	open := func(title string, size fyne.Size, full bool) fyne.Window {
		window := a.NewWindow(title)
		withoutDepth()
		window.SetPadded(false)
		window.Resize(size)
		window.SetFullScreen(full)
		return window
	}
	size := patientSize
	if !w.Patient {
		size = staffSize
	}
	if w.Width > 0 {
		size = fyne.NewSize(float32(w.Width), float32(w.Height))
	}
	look := kit.Look{Class: kit.ClassFor(size)}
	if !w.Patient {
		look = p.clinic.Look()
	}
	theme := kit.NewTheme(look)
	a.Settings().SetTheme(theme)
	if w.Patient && !w.Staff && p.sides == nil {
		p.kiosk.Set(func(c *kiosk.Config) { c.Ground = theme.SetGround })
	}
	p.window = open("Aidpost", size, w.Width == 0)
	p.window.SetContent(p.kiosk.Content())
	switch {
	case p.sides != nil:
		p.office = p.window
		p.window.SetContent(p.sides.content)
	case w.Staff && w.Patient:
		p.office = open(p.profile.Name, staffSize, false)
		p.office.SetContent(p.clinic.Content())
		p.office.SetCloseIntercept(func() {
			if p.desk != nil {
				p.desk.SignOut()
			}
		})
		p.window.SetMaster()
	case w.Staff:
		p.office = p.window
	}
}

// errDisplay reports a display that is named but cannot be reached; Fyne would
// end the program without a word of use.
var errDisplay = errors.New("the display cannot be reached")

// checkDisplay looks whether the local X server that DISPLAY names answers.
// Other kinds of display are left to the toolkit.
func checkDisplay(x, wayland string) error {
	number, local := strings.CutPrefix(x, ":")
	if wayland != "" || !local {
		return nil
	}
	number, _, _ = strings.Cut(number, ".")
	socket := "/tmp/.X11-unix/X" + number
	conn, err := net.Dial("unix", socket)
	if err != nil {
		// Some servers listen on the abstract name alone.
		if conn, err = net.Dial("unix", "@"+socket); err != nil {
			return fmt.Errorf("%w: %s", errDisplay, x)
		}
	}
	return conn.Close()
}
