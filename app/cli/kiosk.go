package cli

import (
	"context"
	"fmt"
	"slices"

	"aidpost/app/site"
	"aidpost/instruments/simulated"
)

// A Window is what the flags of the kiosk say.
type Window struct {
	site.Config
	// Patient and Staff are the windows that are opened.
	Patient, Staff bool
	// User is who the operating system says is at the machine.
	User string
	// Width and Height are the size of the patients' window, or of staff's where
	// that is the only one; zero means full screen.
	Width, Height int
}

func kioskVerb() verb {
	return verb{
		args: "[--simulate [--twin MODEL]...] [--port PATH[=MODEL]]... [--data DIR] [--backups FOLDER] [--key-file FILE] [--lang xx] [--window WxH] [--staff] [--bp-guideline ID] [--zone ZONE] [--listen-only PORT]... [--capture FOLDER]",

		brief: "open the kiosk's window",
		about: `
Opens the kiosk. With --simulate the instruments on the counter are simulated,
one of each kind or those that --twin names, and the welcome and every page on
paper say so. See aidpost help
for what works without a window. With --capture everything that crosses a wire
is written down for aidpost replay, whoever it is of: use it to find a fault.`,
		exits: []int{ExitFailed},
		setup: setupKiosk,
	}
}

func setupKiosk(c *command) func(context.Context, []string) error {
	config := c.siteFlags()
	size := c.flags.String("window", "", "a window of this `WxH`, like 1280x800, instead of the full screen")
	staff := c.flags.Bool("staff", false, "open the staff's window, too")
	version := c.flags.Bool("version", false, "print the version")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if *version {
			_, err := fmt.Fprintln(c.Stdout, "aidpost", c.Version)
			return err
		}
		return c.openWindow(ctx, config, *size, Window{Patient: true, Staff: *staff})
	}
}

func clinicVerb() verb {
	return verb{
		name: "clinic",
		args: "[--simulate [--twin MODEL]...] [--port PATH[=MODEL]]... [--data DIR] [--backups FOLDER] [--key-file FILE] [--lang xx] [--window WxH] [--bp-guideline ID] [--zone ZONE] [--listen-only PORT]... [--capture FOLDER]",

		brief: "open the staff's window alone",
		about: `
Opens the window in which staff work: who came today, finding people and writing
down new ones. Everybody signs in with a badge and a PIN; the first start makes
the first account, an administrator's. To have it beside the patients' window on
one computer: aidpost --staff`,
		exits: []int{ExitFailed},
		setup: setupClinic,
	}
}

func setupClinic(c *command) func(context.Context, []string) error {
	config := c.siteFlags()
	size := c.flags.String("window", "", "a window of this `WxH`, like 1366x768, instead of the full screen")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		return c.openWindow(ctx, config, *size, Window{Staff: true})
	}
}

// openWindow opens the windows that w names, on what the flags say.
func (c *command) openWindow(ctx context.Context, config func() (site.Config, error), size string, w Window) (err error) {
	if w.Width, w.Height, err = parseSize(size); err != nil {
		return err
	}
	if w.Config, err = config(); err != nil {
		return err
	}
	w.User = c.User
	if c.Window == nil {
		return fail(ExitFailed, "this build has no window; see: aidpost help")
	}
	if c.System == "linux" && c.Getenv("DISPLAY") == "" && c.Getenv("WAYLAND_DISPLAY") == "" {
		return fail(ExitFailed, "there is no display to open a window on; see aidpost help for what works without one")
	}
	if err := c.Window(ctx, w); err != nil {
		return storeFailure(w.Data, err)
	}
	return nil
}

// The sizes of windows that make sense.
const (
	leastSize = 320
	mostSize  = 16384
)

func parseSize(s string) (width, height int, err error) {
	if s == "" {
		return 0, 0, nil
	}
	var rest string
	n, _ := fmt.Sscanf(s+" ", "%dx%d%s", &width, &height, &rest)
	if n != 2 || width < leastSize || height < leastSize || width > mostSize || height > mostSize {
		return 0, 0, usage("%.40q is no size like 1280x800", s)
	}
	return width, height, nil
}

// siteFlags declares the flags that say what a site consists of, and returns
// what reads them.
func (c *command) siteFlags() func() (site.Config, error) {
	config := site.Config{Version: c.Version}
	folders, zone := c.backupFlags(), c.zoneFlag()
	c.flags.BoolVar(&config.Simulate, "simulate", false, "simulate the instruments, one of each kind")
	c.flags.Func("twin", "with --simulate, an instrument of this `MODEL` instead; may be repeated", func(model string) error {
		if !slices.Contains(simulated.Twins(), model) {
			return fmt.Errorf("%.40q is not simulated; see: aidpost simulate --list", model)
		}
		config.Models = append(config.Models, model)
		return nil
	})
	c.flags.Var((*portList)(&config.Ports), "port", "a port that USB does not tell about; `PATH[=MODEL]`, may be repeated")
	c.flags.Func("listen-only", "send nothing on this `PORT`, a path or a cable's serial number; may be repeated", func(port string) error {
		config.ListenOnly = append(config.ListenOnly, port)
		return nil
	})
	c.flags.StringVar(&config.Captures, "capture", "", "write what crosses the wires into this `folder`, to find a fault")
	c.flags.StringVar(&config.Language, "lang", "", "the `language`, like es; else that of the environment")
	c.flags.StringVar(&config.Guideline, "bp-guideline", "", "the blood-pressure guideline, by its `id`: aha-2025 or esc-2024")
	return func() (site.Config, error) {
		var err error
		if config.Simulate && len(config.Ports) > 0 {
			return config, usage("--simulate and --port exclude each other")
		}
		if !config.Simulate && len(config.Models) > 0 {
			return config, usage("--twin goes with --simulate")
		}
		if _, err := site.Rules(site.DefaultProfile().Choice(config.Guideline)); err != nil {
			return config, usage("%v", err)
		}
		if config.Data, config.Backups, err = folders(); err != nil {
			return config, err
		}
		config.Keys = c.keySources().Keys()
		if config.Zone, err = zone(); err != nil {
			return config, err
		}
		if config.LanguageNamed = config.Language != ""; !config.LanguageNamed {
			config.Language = systemLanguage(c.Getenv)
		}
		return config, nil
	}
}
