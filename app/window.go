package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"aidpost/app/cli"
	"aidpost/assets"
	"aidpost/records"
	"aidpost/ui/kit"
)

// crashName is the file beside the records that a crash is written to. It
// holds no patient data: nothing of a person enters a panic.
const crashName = "crash.txt"

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
	if err := catchCrashes(filepath.Join(w.Data, crashName)); err != nil {
		log.Warn("crashes are not written down", "error", err)
	}
	size := fyne.NewSize(1280, 800)
	if w.Width > 0 {
		size = fyne.NewSize(float32(w.Width), float32(w.Height))
	}
	a.Settings().SetTheme(kit.NewTheme(kit.Look{Class: kit.ClassFor(size)}))
	p.window = a.NewWindow("Aidpost")
	p.window.SetPadded(false)
	p.window.SetContent(p.kiosk.Content())
	p.window.Resize(size)
	p.window.SetFullScreen(w.Width == 0)
	a.Lifecycle().SetOnStarted(func() {
		if damaged != nil {
			log.Error("the records are damaged", "error", damaged)
			p.kiosk.Mend(p.damage(a.Quit), p.words.Lang(w.Language).Tag(), p.window.Canvas().Size())
		} else {
			p.serve()
		}
		log.Info("window open", "after", time.Since(started).Round(time.Millisecond), "size", p.window.Canvas().Size())
	})
	defer context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })()
	p.window.ShowAndRun()
	return nil
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

// catchCrashes has the stack of a crash written to a file, so that staff can
// tell what happened after the kiosk was started again.
func catchCrashes(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return debug.SetCrashOutput(f, debug.CrashOptions{})
}
