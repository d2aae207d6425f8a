// Package site puts together what a kiosk stands on: the instruments on its
// counter, the records in its data folder, the guidelines it judges by and the
// words it speaks. The window and the guided visit of the command line share
// it.
package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"aidpost/app/tray"
	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/serialport"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/guideline"
)

// ConsentVersion is the version of the consent text in the catalogue.
const ConsentVersion = "2"

// DatabaseName is the file in the data folder that holds the records.
const DatabaseName = "aidpost.db"

// A Config says what a site consists of. It comes from flags.
type Config struct {
	Data     string // folder of the records
	Version  string // of this program, for the server
	Backups  string // folder of their backups; empty: BackupFolder in Data
	Keys     *records.Keys
	Simulate bool // twins on the counter instead of real instruments
	// Meanwhile says that the records are damaged: others, which nothing is copied or
	// sent from, take what happens until they are whole.
	Meanwhile bool
	// Models are those to simulate; none: one of each kind.
	Models []string
	Ports  []Port // named by hand, besides those found on USB
	// ListenOnly names ports, by path or by the cable's serial number, on which
	// nothing is ever sent.
	ListenOnly []string
	// Captures is the folder into which everything that crosses a wire is
	// written, whoever it is of; empty: nothing is.
	Captures  string
	Guideline string // of blood pressure; empty: the default
	Language  string // BCP 47, of the welcome screen
	// LanguageNamed says that somebody named it, so that the settings do not.
	LanguageNamed bool
	Zone          *time.Location
	Place         records.Place
	// Twins are the options of each simulated instrument; its Zone is set by
	// Open.
	Twins simulated.Options

	profile Profile // as filled in
}

// settings are those of the place, or the usual ones where nobody filled them in.
func (c Config) settings() Profile {
	if c.profile.Version == 0 {
		return DefaultProfile()
	}
	return c.profile
}

// A Port is a serial port named by hand, and the model on it if it is known.
type Port struct {
	Path, Model string
}

// A Site is what a kiosk stands on. Its fields do not change.
type Site struct {
	Rack  *instruments.Rack
	Store *records.Store
	Rules *guideline.Rules
	Words *words.Catalogue
	Zone  *time.Location
	Tray  *tray.Tray // of readings without a person

	now  *live          // settings that count at once
	bus  *simulated.Bus // nil with real instruments
	stop context.CancelFunc
	work sync.WaitGroup
}

// Open opens the records and begins to watch the counter. Close ends it. An
// error is one of records.Open, an unknown guideline, or a simulation that the
// system cannot serve.
func Open(ctx context.Context, c Config, log *slog.Logger) (*Site, error) {
	s := &Site{Zone: c.Zone, now: newLive(c.settings())}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	var err error
	if s.Words, err = words.Load(); err != nil {
		return nil, err
	}
	if s.Rules, err = Rules(c.profile.Choice(c.Guideline)); err != nil {
		return nil, err
	}
	if err := s.openRecords(ctx, c, log); err != nil {
		return nil, err
	}
	if err := s.findSettings(ctx, c.Data); err != nil {
		return nil, errors.Join(err, s.Store.Close())
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	bus, pins, err := s.counter(ctx, c, log)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.Tray = tray.New(tray.Config{Put: s.Store.PutInTray, Place: c.Place, Zone: s.Zone, Log: log})
	s.Rack = instruments.NewRack(bus, c.profile.drivers(), s.rackOptions(c, pins, log), log)
	s.work.Go(func() {
		if err := s.Rack.Run(ctx); err != nil {
			log.Error("watching the counter", "error", err)
		}
	})
	s.work.Go(func() { s.sight(ctx, log) })
	s.work.Go(func() {
		if err := s.Store.Reseal(ctx, nil); err != nil && ctx.Err() == nil {
			log.Error("replacing the key of the records", "error", err)
		}
	})
	if c.Meanwhile {
		return s, nil
	}
	if err := SealOldSummaries(ctx, s.Store, filepath.Join(c.Data, SummaryFolder)); err != nil {
		log.Error("sealing summaries of before", "error", err)
	}
	s.keepAndSend(ctx, c, log)
	return s, nil
}

// openRecords opens the records, and brings over what was kept while they were damaged.
func (s *Site) openRecords(ctx context.Context, c Config, log *slog.Logger) (err error) {
	opening := records.Options{Log: log, Keys: c.Keys, PrepareSearch: true}
	if !c.Simulate { // a demonstration leaves as little as it can
		opening.Room = records.DefaultRoom()
	}
	if s.Store, err = records.Open(ctx, c.database(), opening); err != nil {
		return err
	}
	if !c.Meanwhile {
		if err := takeMeanwhile(ctx, s.Store, c.Data, time.Now(), log); err != nil {
			log.Error("bringing over what was kept while the records were damaged", "error", err)
		}
	}
	return nil
}

// rackOptions says what the instruments on the counter are known by, where what crosses
// their wires is written down, and who takes what they say unasked.
func (s *Site) rackOptions(c Config, pins map[string]string, log *slog.Logger) instruments.RackOptions {
	options := instruments.RackOptions{Pins: pins, ListenOnly: map[string]bool{}}
	for _, port := range c.ListenOnly {
		options.ListenOnly[port] = true
	}
	if c.Captures != "" {
		log.Warn("everything that crosses a wire is written down, of guests, too", "folder", c.Captures)
		options.Record = recordInto(c.Captures, s.Store, log)
	}
	options.Record = recordAsked(options.Record, filepath.Join(c.Data, CaptureFolder), s.Store, log)
	if !c.Simulate { // the cables of a simulation are not there tomorrow, and its people never stop
		options.Habits = loadHabits(c.Data, log)
		options.Unasked = &instruments.Unasked{Take: s.unasked, Zone: s.Zone}
	}
	options.Controls = s.keepControls(log)
	return options
}

// keepAndSend copies the records when it is time, and exchanges them with the server,
// until the site closes.
func (s *Site) keepAndSend(ctx context.Context, c Config, log *slog.Logger) {
	copies := keeper{
		store: s.Store, data: c.Data, folder: cmp.Or(c.Backups, filepath.Join(c.Data, BackupFolder)), captures: c.Captures,
		log: log, now: time.Now, settings: s.now.profile,
	}
	s.work.Go(func() { copies.run(ctx) })
	if !c.Simulate { // what twins have measured is nobody's
		s.work.Go(func() {
			s.now.again(ctx, func(ctx context.Context) {
				var both sync.WaitGroup
				both.Go(func() { s.send(ctx, c, log) })
				both.Go(func() { s.receive(ctx, c, log) })
				both.Wait()
			})
		})
	}
}

// unasked puts a result into the tray that came while nobody was being measured.
func (s *Site) unasked(from instruments.Attached, r instruments.Reading) {
	_, _ = s.Tray.Keep(context.Background(), visit.ObservationOf(&r, from), // what fails is in the log
		records.Orphan{Why: records.Unasked, Port: from.Endpoint.Path})
}

// Reload has the settings that count at once do so, and what talks to the server
// begin anew.
func (s *Site) Reload(p Profile) { s.now.set(p) }

// Close ends the watch over the counter, waits for it, and closes the records.
// Visits are closed before.
func (s *Site) Close() error {
	s.stop()
	s.work.Wait()
	if s.bus != nil {
		s.bus.Close()
	}
	return s.Store.Close()
}

// Rules returns the rules of a choice.
func Rules(c guideline.Choice) (*guideline.Rules, error) {
	all, err := guideline.Load()
	if err != nil {
		return nil, err
	}
	return all.Choose(c)
}

// OpenStore opens the records in a data folder.
func OpenStore(ctx context.Context, folder string, opt records.Options) (*records.Store, error) {
	return records.Open(ctx, filepath.Join(folder, DatabaseName), opt)
}

// counter returns the bus of the site's instruments, and the models on ports
// that are known.
func (s *Site) counter(ctx context.Context, c Config, log *slog.Logger) (instruments.Bus, map[string]string, error) {
	pins := map[string]string{}
	if !c.Simulate {
		bus := &serialport.Bus{}
		for _, p := range c.Ports {
			bus.Fixed = append(bus.Fixed, p.Path)
			pins[p.Path] = p.Model
		}
		return bus, pins, nil
	}
	open := serialport.Open
	if runtime.GOOS != "linux" {
		open = nil // pipes in memory
	}
	s.bus = simulated.NewBus(open, log)
	c.Twins.Zone = s.Zone
	models := c.Models
	if len(models) == 0 {
		models = demonstration()
	}
	for _, id := range models {
		at, err := plug(ctx, s.bus, id, c.Twins)
		if err != nil {
			return nil, nil, err
		}
		pins[at.Path] = id
	}
	return s.bus, pins, nil
}

// demonstration lists the models on a simulated counter: one for each thing
// that a visit can measure.
func demonstration() []string {
	return []string{
		"suntech-advantage", "contec-cms50d-plus", "onetouch-ultra2", "mettler-sics", "welchallyn-suretemp-plus",
	}
}

func plug(ctx context.Context, bus *simulated.Bus, id string, o simulated.Options) (instruments.Endpoint, error) {
	driver, ok := catalogue.Find(id)
	if !ok {
		return instruments.Endpoint{}, fmt.Errorf("simulating %s: %w", id, simulated.ErrNoTwin)
	}
	twin, err := simulated.New(id, o)
	if err != nil {
		return instruments.Endpoint{}, err
	}
	return bus.Plug(ctx, twin, driver.Model().Adapters[0].USBID, o)
}
